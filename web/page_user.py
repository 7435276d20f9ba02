"""Whose page it is: a page that was opened by one person does nothing in the name of another.

On a shared machine somebody may sign in while a page of the person before is still open. Scripts of a
page say with each request whose page it is; a request from another's page is refused with 409.
"""

from flask import Flask, Response, make_response, request
from flask_babel import gettext
from flask_login import current_user

HEADER = "X-Page-User"


def set_up(app: Flask) -> None:
    """Compare before every request; goes after the guard, which asks for a sign-in."""

    @app.before_request
    def compare() -> Response | None:
        claimed = request.headers.get(HEADER, "")
        if not claimed or not current_user.is_authenticated or claimed == str(current_user.id):
            return None
        sentence = gettext(  # and not by whom: anybody could ask for every name in turn
            "Somebody else opened this page; you are signed in as %(name)s. Nothing is saved: reload it.",
            name=current_user.full_name,
        )
        return make_response({"message": sentence}, 409)
