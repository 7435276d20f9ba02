"""The guard: every page asks for a sign-in, but for the few of which a feature says otherwise (``opens``)."""

from collections.abc import Callable
from datetime import timedelta
from functools import partial, wraps
from typing import Any, TypeVar, cast

from flask import (
    Request,
    abort,
    current_app,
    flash,
    g,
    make_response,
    redirect,
    request,
    url_for,
)
from flask_babel import gettext
from flask_login import LoginManager, current_user
from sqlalchemy.exc import OperationalError, TimeoutError
from werkzeug.wrappers import Response as AnyResponse

from hotline import second_factor, sign_ins, troubles
from hotline.grants import may_somewhere
from hotline.who_may import Act
from web import cookies, errors
from web.feature import Opens, opened
from web.pages import Pages
from web.services import Services, services
from web.sign_in import signed_in

TO_ALL = {Opens.UNASKED, Opens.TO_ALL}
BEFORE_A_NEW_PASSWORD = TO_ALL | {Opens.BEFORE_A_NEW_PASSWORD}
"""Where somebody may go whose password was made by another; all else leads to the account's page."""
BEFORE_A_SECOND_FACTOR = BEFORE_A_NEW_PASSWORD | {Opens.BEFORE_A_SECOND_FACTOR}
"""Where somebody may go who has to set up a second factor first."""
ON_THE_WALL = BEFORE_A_NEW_PASSWORD | {Opens.ON_THE_WALL}
"""What a screen on the wall may show, whoever walks up to it."""

BACKGROUND, OUT_OF_REACH = "hotline_background", "hotline_out_of_reach"
ACTIVITY_SECONDS = 0.2
"""So long a page waits to note that its reader is there: longer than others usually write."""

View = TypeVar("View", bound=Callable[..., Any])


def background(view: View) -> View:
    """Mark a view that pages call by themselves: it does not keep a session from idling out."""
    setattr(view, BACKGROUND, True)
    return view


def needs(act: Act) -> Callable[[View], View]:
    """Refuse a view to who may not do this; what a whole feature needs is said in its ``FEATURE``."""

    def wrap(view: View) -> View:
        @wraps(view)
        def guarded(*args: Any, **kwargs: Any) -> Any:
            ask(act)
            return view(*args, **kwargs)

        return cast(View, guarded)

    return wrap


def ask(act: Act) -> None:
    """403 for who may do this to nothing at all; a unit's people have the page for what is their unit's."""
    if not may_somewhere(current_user, act):
        abort(403)


def cookie_name(surroundings: Services) -> str:
    """The name of the session's cookie, as ``web.cookies`` has it."""
    return cookies.name_of(surroundings.settings.web, "session")


def idle_limit(surroundings: Services) -> timedelta:
    """How long a session may idle."""
    return timedelta(minutes=surroundings.settings.web.idle_minutes)


def give_cookie(response: AnyResponse, token: str, max_age: timedelta | None = None) -> None:
    """Hand the token to the browser, which forgets it when it closes, or after ``max_age``.

    Lax, not Strict: links to a recording stand in messages and on the office's own pages, and whoever follows
    one is signed in. What changes anything is asked for with POST and a form token.
    """
    response.set_cookie(
        cookie_name(services()),
        token,
        httponly=True,
        samesite="Lax",
        max_age=max_age,
        secure=services().settings.web.secure_cookies,
    )


def forget_cookie(response: AnyResponse) -> None:
    """Take the token from the browser."""
    response.delete_cookie(
        cookie_name(services()), secure=services().settings.web.secure_cookies, httponly=True
    )


def set_up(app: Pages) -> None:
    """Ask for a sign-in before every request that is not open to all."""
    opens = opened(app.features)
    manager = LoginManager(app)
    manager.session_protection = None
    app.extensions["hotline_sign_in"] = manager

    def who_asks(asked: Request) -> signed_in.SignedIn | None:
        return None if opens.get(asked.endpoint or "") == Opens.UNASKED else _who_asks(asked)

    manager.request_loader(who_asks)
    manager.unauthorized_handler(_ask_to_sign_in)

    @app.before_request
    def guard() -> Any:
        here = opens.get(request.endpoint or "")
        if here in TO_ALL:
            return None
        if not current_user.is_authenticated:
            return manager.unauthorized()
        if current_user.must_change and here not in BEFORE_A_NEW_PASSWORD:
            return redirect(url_for("account.show")) if request.method == "GET" else abort(403)
        if owes_second_factor() and here not in BEFORE_A_SECOND_FACTOR:
            return redirect(url_for("second_factor.show")) if request.method == "GET" else abort(403)
        on_the_wall = not may_somewhere(current_user, Act.USE_DESK)
        if on_the_wall and here not in ON_THE_WALL:
            return redirect(url_for("wallboard.show")) if request.endpoint == "queue.first" else abort(403)
        if on_the_wall or not _is_background():
            note_activity()
        return None

    _ask_before_features(app)


def _ask_before_features(app: Pages) -> None:
    """Whoever is signed in gets to the pages of a feature where its act may be done."""
    for feature in app.features:
        if feature.act:
            app.before_request_funcs[feature.name].append(partial(ask, feature.act))


def owes_second_factor() -> bool:
    """Whether who is signed in has to set up a second factor before anything else."""
    is_demanded = second_factor.demanded(services().settings.web, current_user)
    return is_demanded and not current_user.has_second_factor


def note_activity() -> None:
    """Note that the user is there. Where others hold the database the next request does it: no page waits."""
    if not signed_in.is_due(current_user, services().now()):
        return
    try:
        with services().database.writing(busy_seconds=ACTIVITY_SECONDS) as session:
            sign_ins.seen(session, current_user.token_hash, services().now())
    except (OperationalError, TimeoutError) as problem:
        current_app.logger.warning("when a session was last used is not noted: %s", troubles.reason(problem))


def _is_background() -> bool:
    view = current_app.view_functions.get(request.endpoint or "")
    return bool(getattr(view, BACKGROUND, False))


def _who_asks(asked: Request) -> signed_in.SignedIn | None:
    token = asked.cookies.get(cookie_name(services()), "")
    if not token or g.get(OUT_OF_REACH):
        return None
    try:
        with services().database.reading() as session:
            return signed_in.find(session, token, services().now(), idle_limit(services()))
    except (OperationalError, TimeoutError):
        g.setdefault(OUT_OF_REACH, True)  # the page that says so is for nobody in particular
        raise


def _ask_to_sign_in() -> AnyResponse:
    """A page leads to the sign-in and back; a script is told with 401 and stays where it is."""
    if request.headers.get("HX-Request") or "X-Requested-With" in request.headers:
        sentence = gettext("You are signed out. Sign in again; what you typed is still here.")
        return make_response({"message": sentence}, 401)
    if request.method != "GET":
        return errors.page(
            401,
            gettext("You are signed out"),
            gettext("Nothing was done. Sign in again, and you come back to what you typed."),
        )
    response = redirect(url_for("sign_in.form", next=request.full_path.rstrip("?")))
    if cookie_name(services()) in request.cookies:
        flash(
            gettext(
                "Your session has ended: it was not used for a while, or as old as it may get, or ended "
                "elsewhere. Sign in to go on."
            )
        )
        forget_cookie(response)
    return response
