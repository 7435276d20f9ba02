"""Pages for what went wrong: one clear sentence, and what to do next."""

import errno
from urllib.parse import urlsplit

from flask import Flask, Response, current_app, make_response, render_template, request
from flask_babel import gettext, lazy_gettext
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import OperationalError, SQLAlchemyError, TimeoutError
from werkzeug.exceptions import HTTPException

from web import uploads

TEXTS = {
    400: (
        lazy_gettext("That request was not understood"),
        lazy_gettext("Go back, reload the page and try again."),
    ),
    403: (
        lazy_gettext("You may not open this"),
        lazy_gettext("Ask a supervisor, or sign in with another account."),
    ),
    404: (
        lazy_gettext("There is nothing here"),
        lazy_gettext("The address may be mistyped. Find the recording in the queue instead."),
    ),
    405: (
        lazy_gettext("That can't be done this way"),
        lazy_gettext("Go back to the queue and try from there."),
    ),
    409: (
        lazy_gettext("Something was changed meanwhile"),
        lazy_gettext("Go back, reload the page and look at it once more."),
    ),
    410: (
        lazy_gettext("The sound was deleted"),
        lazy_gettext("Its retention period is over. What was decided about it is on the recording's page."),
    ),
    413: (
        lazy_gettext("That is too much text"),
        lazy_gettext("Go back, shorten what you entered and try again."),
    ),
    500: (
        lazy_gettext("Something broke on our side"),
        lazy_gettext(
            "Nothing you saved is lost. Try again; if it happens again, tell the administrator the time."
        ),
    ),
}


TOO_MANY_BYTES = (
    lazy_gettext("Those files are too large together"),
    lazy_gettext("Nothing was added. Go back and add them one by one."),
)
NO_ROOM = (
    lazy_gettext("There is no room left on the hotline's disk"),
    lazy_gettext("Nothing was added. Tell the administrator, and try again later."),
)
AGAIN_SECONDS = 60
"""A full disk, or a database that does not answer, takes somebody to mend it."""


def page(status: int, title: str, advice: str) -> Response:
    """An error page; for a request of a script, the sentence alone."""
    if request.headers.get("HX-Request") or request.headers.get("X-Requested-With"):
        return make_response({"message": f"{title}. {advice}"}, status)
    return make_response(
        render_template("layout/error.html", status=status, title=title, advice=advice, back=_came_from()),
        status,
    )


def _came_from() -> str:
    """The path of the page whose form was sent; whether it is ours is asked where one is led there."""
    return urlsplit(request.referrer or "").path or "/"


def set_up(app: Flask) -> None:
    """Show these pages for every error of the application."""

    @app.errorhandler(CSRFError)
    def form_too_old(_error: CSRFError) -> Response:
        return page(
            400,
            gettext("This page has become too old"),
            gettext("Somebody signed in or out meanwhile. Reload the page and do it again."),
        )

    @app.errorhandler(OperationalError)
    @app.errorhandler(TimeoutError)  # no connection was free for as long as anybody waits
    def cannot_keep(error: SQLAlchemyError) -> Response:
        current_app.logger.error("%s: %s", request.path, str(error).splitlines()[0], exc_info=True)
        answer = page(
            503,
            gettext("The hotline cannot keep anything at this moment"),
            gettext(
                "Nothing you saved is lost. Try again in a minute; if it happens again, tell the "
                "administrator to look whether the disk is full."
            ),
        )
        answer.headers["Retry-After"] = str(AGAIN_SECONDS)
        return answer

    @app.errorhandler(OSError)
    def no_room(error: OSError) -> Response:
        if error.errno not in (errno.ENOSPC, errno.EDQUOT) or not uploads.is_upload():
            raise error
        current_app.logger.error("%s: %s", request.path, error)
        return page(507, str(NO_ROOM[0]), str(NO_ROOM[1]))

    @app.errorhandler(HTTPException)
    def failed(error: HTTPException) -> Response:
        status = error.code or 500
        if status < 400 and error.response is not None:
            return make_response(error.get_response())
        title, advice = TEXTS.get(status, TEXTS[400 if status < 500 else 500])
        if status == 413 and uploads.is_upload():
            title, advice = TOO_MANY_BYTES
        answer = page(status, str(title), str(advice))
        if status == 416:
            answer.headers.extend(error.get_headers())
        return answer
