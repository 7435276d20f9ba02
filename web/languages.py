"""Chinese first, English second: by the user's own choice; where there is none, by the browser's."""

from flask import request
from flask_babel import Babel, get_locale
from flask_login import current_user

from web.pages import Pages
from web.services import services

LANGUAGES = {"zh": "中文", "en": "English"}


def page_locale() -> str:
    """The language of this answer."""
    if current_user.is_authenticated and current_user.language in LANGUAGES:
        return str(current_user.language)
    return clicked() or request.accept_languages.best_match(list(LANGUAGES)) or "zh"


def clicked() -> str:
    """The language chosen on the sign-in page; empty where none was."""
    asked = request.args.get("language", "")
    return asked if asked in LANGUAGES else ""


def page_language() -> str:
    """The language as HTML names it."""
    return {"zh": "zh-CN"}.get(str(get_locale()), str(get_locale()))


def office_zone() -> str:
    """The time zone in which pages show every moment, wherever the browser is."""
    return services().settings.hours.timezone


def set_up(app: Pages) -> None:
    """Translations from web/translations, and from that folder of a feature which has its own words.

    The texts in the source are the English ones.
    """
    own = (each.folder / "translations" for each in app.features)
    folders = ["translations", *(str(each) for each in own if each.is_dir())]
    app.config["BABEL_DEFAULT_LOCALE"] = "zh"
    app.config["BABEL_TRANSLATION_DIRECTORIES"] = ";".join(folders)
    Babel(app, locale_selector=page_locale, timezone_selector=office_zone)
    app.jinja_env.globals.update(
        page_language=page_language, clicked_language=clicked, office_zone=office_zone, LANGUAGES=LANGUAGES
    )
