"""The last step of every sign-in: a session begins, whatever was asked before."""

from flask import Response, abort, flash, redirect, request, session
from flask_babel import gettext
from flask_login import current_user
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as AnyResponse

from hotline import audit, second_factor, sessions, sign_ins
from hotline.people import User
from hotline.sessions import SessionPlace
from web import languages
from web.address import address
from web.services import services
from web.sign_in import browsers, guard, known_browser
from web.sign_in.forms import local_path


def here(sits_at: str = "") -> SessionPlace:
    """Where this request comes from."""
    return SessionPlace(address(), browsers.short(request.user_agent.string), sits_at)


def still_has(database: Session, user_id: int, kept: str) -> None:
    """Refuse (409) a user whose password was changed while it was compared: all others were signed out by it.

    Locks the row, so that a change that comes now ends what begins here.
    """
    if database.get_one(User, user_id, with_for_update=True).password_hash != kept:
        abort(409)


def let_in(
    user_id: int, to: str | None, how: str = "", *, kept: str = "", awaited: str = ""
) -> AnyResponse | Response:
    """Begin a session of a user who has given all that is asked for, and go on to a page.

    ``kept``: what was kept of the password when it was compared. ``how``: what was given besides, where that
    was ``awaited`` with a token; whatever signs a user out has ended the wait (409).
    """
    now = services().now()
    with services().database.writing() as database:
        if kept:
            still_has(database, user_id, kept)
        if awaited and not sign_ins.code_came(database, awaited):
            abort(409)
        if current_user.is_authenticated:  # one browser, one session
            sign_ins.end_one(database, current_user.id, current_user.token_hash)
        same = current_user.is_authenticated and current_user.id == user_id
        place = here(current_user.sits_at if same else "")
        token = sessions.begin(database, user_id, now, guard.idle_limit(services()), place)
        user = database.get_one(User, user_id)
        user.language = user.language or languages.clicked()  # unless another was chosen before
        detail = f"from {place.address}" + (f", with a {how}" if how else "")
        audit.note(database, now, user_id, "sign in", f"user {user.name}", detail)
        password_hash = user.password_hash
    session.clear()  # form tokens from before the sign-in are worth nothing after it
    if how == "recovery code":
        flash(_used_one(user_id), "warn")
    response = redirect(local_path(to))
    guard.give_cookie(response, token)
    known_browser.remember(response, user_id, password_hash)
    return response


def _used_one(user_id: int) -> str:
    """Whoever did not use that code learns of it here, and who did how many there are for the next time."""
    with services().database.reading() as database:
        left = second_factor.codes_left(database, user_id)
    return gettext(
        "A recovery code was used to sign in; %(count)d are left. New ones, or another telephone: “My "
        "account”, “Second factor”.",
        count=left,
    )
