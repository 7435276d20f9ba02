"""Sessions: the browser holds a random token, the database its hash. They end at sign-out and by idling."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from flask_login import UserMixin
from sqlalchemy import ColumnElement, and_, delete, or_, select
from sqlalchemy.orm import Session

from hotline.people import WALLBOARD_STAYS, Role, SignIn, User
from web.typed import typed

NOTED_EVERY = timedelta(minutes=1)
"""How exactly the last use is kept: a write on every click would only keep the disk busy."""


@dataclass(frozen=True, eq=False)
class SignedIn(UserMixin):  # type: ignore[misc]
    """Who asks, as a value that outlives the transaction it was read in."""

    id: int
    name: str
    full_name: str
    role: Role
    language: str
    must_change: bool
    token_hash: str
    seen_at: datetime

    def may(self, role: Role) -> bool:
        """Whether the user has this role or a higher one."""
        return self.role.includes(role)


def hash_of(token: str) -> str:
    """What is kept of a token. It is random, so one round of SHA-256 is enough."""
    return hashlib.sha256(token.encode()).hexdigest()


def begin(session: Session, user_id: int, now: datetime, idle: timedelta) -> str:
    """Begin a session and return its token; sessions that idled out are removed."""
    token = secrets.token_urlsafe(32)
    ended = select(SignIn.token_hash).join(User, SignIn.user_id == User.id).where(~_lasts(now, idle))
    session.execute(delete(SignIn).where(SignIn.token_hash.in_(ended)))
    session.add(SignIn(token_hash=hash_of(token), user_id=user_id, seen_at=now))
    return token


def find(session: Session, token: str, now: datetime, idle: timedelta) -> SignedIn | None:
    """Who holds this token, unless it idled out or the user was deactivated."""
    query = (
        select(User, SignIn)
        .join(SignIn, SignIn.user_id == User.id)
        .where(SignIn.token_hash == hash_of(token), _lasts(now, idle), User.active)
    )
    row = session.execute(query).first()
    if row is None:
        return None
    user, entry = row
    return SignedIn(
        id=user.id,
        name=user.name,
        full_name=user.full_name,
        role=Role(user.role),
        language=user.language,
        must_change=user.must_change,
        token_hash=entry.token_hash,
        seen_at=entry.seen_at,
    )


def still_signed_in(session: Session, token_hashes: set[str], now: datetime, idle: timedelta) -> set[str]:
    """Those of the sessions that have not ended."""
    query = (
        select(SignIn.token_hash)
        .join(User, SignIn.user_id == User.id)
        .where(SignIn.token_hash.in_(token_hashes), _lasts(now, idle), User.active)
    )
    return set(session.scalars(query))


def _lasts(now: datetime, idle: timedelta) -> ColumnElement[bool]:
    """Whether a session has not idled out: nobody types at a screen on the wall."""
    on_the_wall = and_(User.role == Role.WALLBOARD, SignIn.seen_at >= now - WALLBOARD_STAYS)
    return or_(SignIn.seen_at >= now - idle, on_the_wall)


def is_due(who: SignedIn, now: datetime) -> bool:
    """Whether the last use is to be written down again."""
    return now - who.seen_at >= NOTED_EVERY


def end(session: Session, token_hash: str) -> None:
    """End one session."""
    session.execute(delete(SignIn).where(SignIn.token_hash == token_hash))


def name_as_kept(name: str) -> str:
    """A user name as it is kept, whatever was typed."""
    return typed(name).strip().lower()[:40]
