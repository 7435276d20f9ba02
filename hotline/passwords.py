"""Comparing a password with that of a user, and how often a wrong one may be tried."""

import secrets
from datetime import datetime, timedelta

from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from hotline.database import Database
from hotline.mapping import one_at_a_time
from hotline.people import HASHER, FailedSignIn, User

FAILURES_ALLOWED = 5
FAILURE_WINDOW = timedelta(minutes=1)
LOCKED_FOR = timedelta(minutes=5)

_NOBODY = HASHER.hash(secrets.token_hex(16))  # an unknown name costs the same time as a wrong password


class Locked(Exception):
    """Too many wrong passwords were tried for this name; no password is compared for a while."""


def check(database: Database, name: str, password: str, now: datetime) -> int | None:
    """The user's id for a name and password, or None; a wrong password is counted. Raises Locked.

    The attempt is counted before the password is compared: guesses at one moment count like guesses one
    after another. Comparing takes a tenth of a second on purpose, so it holds no transaction open: calls
    wait to write.
    """
    name = name.strip().lower()[:40]
    with database.writing() as session:
        attempt_id = _begin_attempt(session, name, now)
        user = session.scalars(select(User).where(User.name == name, User.active)).first()
        user_id, expected = (user.id, user.password_hash) if user else (None, _NOBODY)
    try:
        HASHER.verify(expected, password)
    except (VerificationError, InvalidHashError):
        return None
    if user_id is not None:
        with database.writing() as session:  # the right password also clears the mistakes before it
            mine = (FailedSignIn.name == name, FailedSignIn.id <= attempt_id)
            session.execute(delete(FailedSignIn).where(*mine))
    return user_id


def _begin_attempt(session: Session, name: str, now: datetime) -> int:
    one_at_a_time(session, f"sign in {name}")
    session.execute(delete(FailedSignIn).where(FailedSignIn.at < now - timedelta(days=1)))
    if _is_locked(session, name, now):
        raise Locked
    attempt = FailedSignIn(name=name, at=now)
    session.add(attempt)
    session.flush()
    return attempt.id


def _is_locked(session: Session, name: str, now: datetime) -> bool:
    """Five wrong passwords within a minute lock a name for five minutes."""
    recent = select(FailedSignIn.at).where(FailedSignIn.name == name, FailedSignIn.at > now - LOCKED_FOR)
    times = sorted(session.scalars(recent))
    runs = zip(times, times[FAILURES_ALLOWED - 1 :], strict=False)
    return any(last - first <= FAILURE_WINDOW for first, last in runs)
