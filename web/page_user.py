"""Whose page it is: a page that was opened by one person does nothing in the name of another.

On a shared machine somebody may sign in while a page of the person before is still open. Scripts of a
page say with each request whose page it is; a request from another's page is refused with 409.
"""

from flask import Flask, Response, make_response, request
from flask_babel import gettext
from flask_login import current_user

from hotline.people import User
from web.desk import desk

HEADER = "X-Page-User"


def set_up(app: Flask) -> None:
    """Compare before every request; goes after the guard, which asks for a sign-in."""

    @app.before_request
    def compare() -> Response | None:
        claimed = request.headers.get(HEADER, "")
        if not claimed or not current_user.is_authenticated or claimed == str(current_user.id):
            return None
        sentence = gettext(
            "This page belongs to %(owner)s; you are signed in as %(name)s. Nothing is saved: reload it.",
            owner=_full_name(claimed),
            name=current_user.full_name,
        )
        return make_response({"message": sentence}, 409)


def _full_name(user_id: str) -> str:
    if not user_id.isdecimal() or len(user_id) > 9:
        return "—"
    with desk().database.reading() as session:
        found = session.get(User, int(user_id))
        return found.full_name if found else "—"
