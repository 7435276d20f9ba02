"""Sessions that go on: the browser holds a random token, the database its hash.

They end at sign-out, by idling, and when they are as old as a session gets (``hotline.sign_ins``). ``idle``:
how long one may lie unused at a desk.
"""

import secrets
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, delete, or_, select
from sqlalchemy.orm import Session

from hotline.people import Role, User
from hotline.second_factor import SecondFactor
from hotline.sign_ins import SESSION_LASTS, WALLBOARD_LASTS, WALLBOARD_STAYS, BrowserSession, hash_of


@dataclass(frozen=True)
class SessionPlace:
    """Where a session is used: the address, the browser in a word or two, and the seat taken there."""

    address: str = ""
    browser: str = ""
    sits_at: str = ""


@dataclass(frozen=True)
class ActiveSession:
    """A session that goes on, with its user."""

    user: User
    entry: BrowserSession
    has_second_factor: bool


def begin(
    session: Session, user_id: int, now: datetime, idle: timedelta, place: SessionPlace | None = None
) -> str:
    """Begin a session and return its token; sessions that have ended are removed."""
    place = place or SessionPlace()
    token = secrets.token_urlsafe(32)
    ended = (
        select(BrowserSession.token_hash)
        .join(User, BrowserSession.user_id == User.id)
        .where(~_lasts(now, idle))
    )
    session.execute(delete(BrowserSession).where(BrowserSession.token_hash.in_(ended)))
    begun = BrowserSession(token_hash=hash_of(token), user_id=user_id, seen_at=now, begun_at=now)
    begun.address, begun.browser, begun.sits_at = place.address[:45], place.browser[:60], place.sits_at
    session.add(begun)
    return token


def find(session: Session, token: str, now: datetime, idle: timedelta) -> ActiveSession | None:
    """The session of this token, unless it ended or its user was deactivated."""
    query = (
        select(User, BrowserSession, SecondFactor.secret)
        .join(BrowserSession, BrowserSession.user_id == User.id)
        .outerjoin(SecondFactor, SecondFactor.user_id == User.id)
        .where(BrowserSession.token_hash == hash_of(token), _lasts(now, idle), User.active)
    )
    row = session.execute(query).first()
    return ActiveSession(row[0], row[1], bool(row[2])) if row else None


def of_user(session: Session, user_id: int, now: datetime, idle: timedelta) -> list[BrowserSession]:
    """The sessions of a user that have not ended, the last used first."""
    mine = (
        select(BrowserSession)
        .join(User, BrowserSession.user_id == User.id)
        .where(BrowserSession.user_id == user_id)
    )
    return list(session.scalars(mine.where(_lasts(now, idle)).order_by(BrowserSession.seen_at.desc())))


def still_signed_in(session: Session, tokens: Collection[str], now: datetime, idle: timedelta) -> set[str]:
    """Those of the sessions, by the hashes of their tokens, that have not ended."""
    query = (
        select(BrowserSession.token_hash)
        .join(User, BrowserSession.user_id == User.id)
        .where(BrowserSession.token_hash.in_(tokens), _lasts(now, idle), User.active)
    )
    return set(session.scalars(query))


def _lasts(now: datetime, idle: timedelta) -> ColumnElement[bool]:
    """Whether a session has neither idled out nor grown too old: nobody types at a screen on the wall."""
    is_screen = User.role == Role.WALLBOARD
    on_the_wall = (
        BrowserSession.seen_at >= now - WALLBOARD_STAYS,
        BrowserSession.begun_at >= now - WALLBOARD_LASTS,
    )
    at_a_desk = (BrowserSession.seen_at >= now - idle, BrowserSession.begun_at >= now - SESSION_LASTS)
    return or_(and_(is_screen, *on_the_wall), and_(~is_screen, *at_a_desk))
