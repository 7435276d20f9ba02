"""Searches that stand in no address: a caller's number would stay in the history of a shared machine.

The text lies in the session's cookie, which ends with the sign-in; the address names it by a random key.
"""

import secrets

from flask import flash, redirect, session
from flask_babel import gettext
from werkzeug.wrappers import Response as AnyResponse

from web.typed import typed

LONGEST_SEARCH = 80
SEARCHES_KEPT = 5
"""How many searches the pages open in one browser can go back to; a cookie holds 4 KB."""


def keep(text: str) -> str:
    """Keep a search and return its key; empty when there is nothing to search for."""
    text = typed(text).strip()[:LONGEST_SEARCH]
    if not text:
        return ""
    known = _known()
    key = next((key for key, kept in known.items() if kept == text), secrets.token_hex(4))
    others = [(each, kept) for each, kept in known.items() if each != key]
    session["searches"] = [*others, (key, text)][-SEARCHES_KEPT:]  # a list: the cookie keeps no order of keys
    return key


def text_of(key: str) -> str:
    """The search that a key names; empty when it is not this session's."""
    return _known().get(key, "")


def say_forgotten(address: str) -> AnyResponse:
    """Back to the list, which says that what was searched for has to be typed once more."""
    flash(gettext("What was searched for is not known any more. Search for it once more."))
    return redirect(address, 303)


def is_forgotten(key: str) -> bool:
    """Whether a key names a search that this session does not know any more: without it, more is found."""
    return bool(key) and key not in _known()


def _known() -> dict[str, str]:
    return dict(session.get("searches", []))
