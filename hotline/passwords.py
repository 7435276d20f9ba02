"""Comparing a password with that of a user; every wrong one is counted (``hotline.attempts``)."""

import logging
from contextlib import suppress
from datetime import datetime

from sqlalchemy import select

from hotline import attempts, attempts_database, hashing
from hotline.attempts import SignInSource
from hotline.attempts_database import CannotCount
from hotline.database import Database
from hotline.people import User

log = logging.getLogger(__name__)


def check(database: Database, name: str, password: str, now: datetime, asker: SignInSource) -> int | None:
    """The user's id for a name and password, or None; a wrong password is counted.

    Raises attempts.TooManyWrongPasswords when the visitor has to wait, hashing.HashingBusy when too many are
    being compared, attempts_database.CannotCount where wrong ones cannot be counted and the browser is no
    known one. The hotline's database is only read, and not while the password is compared: calls wait for it.
    """
    name = name.strip().lower()[:40]
    with hashing.hashing_slot(known=bool(asker.browser)):
        attempt_id = _counted(database, name, asker, now)
        with database.reading() as session:
            user = session.scalars(select(User).where(User.name == name, User.active)).first()
            user_id, kept = (user.id, user.password_hash) if user else (None, None)
        right = hashing.matches(kept, password)
    if not right:
        return None
    if attempt_id is not None:
        with suppress(CannotCount):  # then the mistakes before it count for another day
            attempts_database.written(database, lambda session: attempts.succeeded(session, attempt_id))
    return user_id


def _counted(database: Database, name: str, asker: SignInSource, now: datetime) -> int | None:
    """The attempt's id; None for a known browser where nothing can be counted: its user has to work."""
    try:
        return attempts_database.written(database, lambda session: attempts.begin(session, name, asker, now))
    except CannotCount as problem:
        log.error("wrong passwords are not counted: %s", problem)
        if not asker.browser:
            raise
        return None
