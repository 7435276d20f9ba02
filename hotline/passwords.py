"""Comparing a password with that of a user; every wrong one is counted (``hotline.attempts``)."""

from datetime import datetime

from sqlalchemy import select

from hotline import attempts, hashing
from hotline.attempts import Asker
from hotline.attempts_database import kept_in
from hotline.database import Database
from hotline.people import User


def check(database: Database, name: str, password: str, now: datetime, asker: Asker) -> int | None:
    """The user's id for a name and password, or None; a wrong password is counted.

    Raises attempts.TooMany when the visitor has to wait, hashing.Busy when too many passwords are being
    compared. The hotline's database is only read, and not while the password is compared: calls wait for it.
    """
    name = name.strip().lower()[:40]
    counting = kept_in(database)
    with hashing.place(known=bool(asker.browser)):
        with counting.writing() as session:
            attempt_id = attempts.begin(session, name, asker, now)
        with database.reading() as session:
            user = session.scalars(select(User).where(User.name == name, User.active)).first()
            user_id, kept = (user.id, user.password_hash) if user else (None, None)
        right = hashing.fits(kept, password)
    if not right:
        return None
    with counting.writing() as session:
        attempts.succeeded(session, attempt_id)
    return user_id
