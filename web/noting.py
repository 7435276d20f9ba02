"""Noting what somebody looks at. It is evidence: what cannot be noted is not shown (503, ``web.errors``).

What was noted a moment ago is asked for first: a page that is looked through again writes nothing, and is
there while somebody else holds the database.
"""

from datetime import timedelta

from flask_login import current_user

from hotline import audit
from web.desk import desk


def is_noted(action: str, subject: str, detail: str = "", *, within: timedelta) -> bool:
    """Whether who is signed in has done the same within so long before."""
    now = desk().now()
    with desk().database.reading() as session:
        return audit.noted(session, current_user.id, action, subject, detail, since=now - within, until=now)


def search(where: str, text: str) -> None:
    """Note what is searched for, before anything of it is shown."""
    if not is_noted("search", where, audit.sought(text), within=audit.ONE_LOOK):
        with desk().database.writing() as session:
            audit.searched(session, desk().now(), current_user.id, where, text)
