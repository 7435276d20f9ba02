"""The web application: every feature's blueprint, sign-in for all but a short list, one set of headers."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime

from flask_wtf import CSRFProtect

from hotline.database import Database
from hotline.settings_file import Settings
from web import (
    address,
    audit_words,
    cookies,
    drafted,
    errors,
    formats,
    headers,
    languages,
    page_user,
    places,
    session_key,
    uploads,
)
from web.feature import Feature
from web.features import FEATURES
from web.pages import Pages
from web.services import Services
from web.sign_in import guard, later

LARGEST_REQUEST = 256 * 1024


def utc_now() -> datetime:
    """This moment, in UTC."""
    return datetime.now(UTC)


def create_app(
    settings: Settings,
    database: Database,
    clock: Callable[[], datetime] = utc_now,
    features: Sequence[Feature] = FEATURES,
) -> Pages:
    """The application for these settings."""
    app = Pages(features)
    app.extensions["hotline"] = Services(settings, database, clock)
    app.config.update(
        SECRET_KEY=session_key.read_or_make(settings.state_dir),
        SESSION_COOKIE_NAME=cookies.name_of(settings.web, "form"),
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=settings.web.secure_cookies,
        MAX_CONTENT_LENGTH=LARGEST_REQUEST,
        MAX_FORM_MEMORY_SIZE=LARGEST_REQUEST,
        WTF_CSRF_TIME_LIMIT=None,  # as long as the browser's session
        WTF_CSRF_SSL_STRICT=False,  # Referrer-Policy says enough; a proxy may speak HTTPS for us
    )
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    uploads.set_up(app)
    CSRFProtect(app)
    for set_up in (
        address.set_up,
        guard.set_up,
        page_user.set_up,
        languages.set_up,
        headers.set_up,
        errors.set_up,
        later.set_up,
        formats.set_up,
        audit_words.set_up,
        places.set_up,
        drafted.set_up,
    ):
        set_up(app)
    for feature in features:
        app.register_blueprint(feature.blueprint)
    return app
