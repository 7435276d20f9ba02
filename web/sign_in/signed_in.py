"""Who asks: the user whose session a browser's token is of (``hotline.sessions``)."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from flask_login import UserMixin
from sqlalchemy.orm import Session

from hotline import sessions
from hotline.people import Grant, Role
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
    grants: tuple[Grant, ...]
    language: str
    must_change: bool
    has_second_factor: bool
    token_hash: str
    seen_at: datetime
    sits_at: str


def find(session: Session, token: str, now: datetime, idle: timedelta) -> SignedIn | None:
    """Who holds this token, unless it ended or the user was deactivated."""
    found = sessions.find(session, token, now, idle)
    if found is None:
        return None
    user, entry = found.user, found.entry
    return SignedIn(
        id=user.id,
        name=user.name,
        full_name=user.full_name,
        role=Role(user.role),
        grants=user.grants,
        language=user.language,
        must_change=user.must_change,
        has_second_factor=found.has_second_factor,
        token_hash=entry.token_hash,
        seen_at=entry.seen_at,
        sits_at=entry.sits_at,
    )


def is_due(who: SignedIn, now: datetime) -> bool:
    """Whether the last use is to be written down again."""
    return now - who.seen_at >= NOTED_EVERY


def name_as_kept(name: str) -> str:
    """A user name as it is kept, whatever was typed."""
    return typed(name).strip().lower()[:40]
