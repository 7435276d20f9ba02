"""Noting what somebody looks at. It is evidence: what cannot be noted is not shown (503, ``web.errors``).

What was noted a moment ago is asked for first: a page that is looked through again writes nothing, and is
there while somebody else holds the database.
"""

from datetime import timedelta

from flask_login import current_user

from hotline import audit
from web.services import services


def once(action: str, subject: str, detail: str = "", *, within: timedelta) -> None:
    """Note what is done by who is signed in, unless the same was noted within so long before."""
    now, by = services().now(), current_user.id
    with services().database.reading() as session:
        if audit.noted(session, by, action, subject, detail, since=now - within, until=now):
            return
    with services().database.writing() as session:
        audit.note_once(session, now, by, action, subject, detail, within=within)


def search(where: str, text: str) -> None:
    """Note what is searched for, before anything of it is shown."""
    once("search", where, audit.sought(text), within=audit.ONE_LOOK)
