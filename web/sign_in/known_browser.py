"""Browsers a user has signed in with before: they get in while others guess the user's password.

After a sign-in the browser keeps a signed word for its user, half a year, and shows it to the sign-in alone.
It opens nothing: it only says that wrong passwords from here are counted apart (``hotline.attempts``). A new
password makes it worthless, because what is kept of the password is part of what is signed.
"""

import hashlib
import secrets
from datetime import timedelta

from flask import current_app, request
from itsdangerous import BadData, URLSafeTimedSerializer
from werkzeug.wrappers import Response

from hotline import people
from web.services import services

KNOWN_FOR = timedelta(days=180)


def name_of(user_id: int) -> str:
    """The cookie's name: an office's computer is shared, and each of its users has one."""
    return f"hotline_known_{services().settings.web.port}_{user_id}"


def which(user_name: str) -> str:
    """Which of this user's browsers asks; empty for a browser this user has not signed in with."""
    with services().database.reading() as session:
        found = people.by_name(session, user_name)
    if found is None:
        return ""
    try:
        shown = _signer(found.password_hash).loads(
            request.cookies.get(name_of(found.id), ""), max_age=int(KNOWN_FOR.total_seconds())
        )
    except BadData:
        return ""
    return str(shown[1]) if shown[0] == found.id else ""


def remember(response: Response, user_id: int, password_hash: str) -> None:
    """Give the browser its word for this user."""
    response.set_cookie(
        name_of(user_id),
        _signer(password_hash).dumps([user_id, secrets.token_urlsafe(16)]),
        max_age=KNOWN_FOR,
        path="/sign-in",
        httponly=True,
        samesite="Strict",
        secure=services().settings.web.secure_cookies,
    )


def _signer(password_hash: str) -> URLSafeTimedSerializer:
    kept = hashlib.sha256(password_hash.encode()).hexdigest()
    return URLSafeTimedSerializer(current_app.secret_key or b"", salt=f"known browser {kept}")
