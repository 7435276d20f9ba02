"""Being let in: the sessions of users, and what lies between a right password and the code after it.

The browser holds a random token of either, the database its hash. Who waits for a code has no session: the
two are different tables, and no page looks into that of the waiting.
"""

import hashlib
import secrets
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, ForeignKey, String, delete, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from hotline.mapping import Base

SESSION_LASTS = timedelta(hours=16)
"""A session ends after this, however busy it is: the longest shift, with what comes before and after it."""
WALLBOARD_STAYS = timedelta(days=30)
"""So long a screen on the wall may be dark or out of touch without having to sign in again."""
WALLBOARD_LASTS = timedelta(days=180)
"""Then even a screen that never was dark has to."""
CODE_AWAITED = timedelta(minutes=5)
"""So long after the password its code may come."""
CODES_A_SITTING = 5
"""Wrong codes after one password; then the password is asked for again."""


class BrowserSession(Base):
    """One session of a user. ``address`` and ``browser`` say to its user which one it is."""

    __tablename__ = "sign_ins"

    token_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    seen_at: Mapped[datetime]
    begun_at: Mapped[datetime]
    address: Mapped[str] = mapped_column(String(45), default="")
    browser: Mapped[str] = mapped_column(String(60), default="")
    sits_at: Mapped[str] = mapped_column(String(8), default="")
    """The seat that was taken in this session."""


class AwaitedCode(Base):
    """Somebody gave the right password and has to give a code. ``wrong``: codes tried so far."""

    __tablename__ = "awaited_codes"

    token_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    at: Mapped[datetime]
    wrong: Mapped[int] = mapped_column(default=0)


def hash_of(token: str) -> str:
    """What is kept of a token. It is random, so one round of SHA-256 is enough."""
    return hashlib.sha256(token.encode()).hexdigest()


def of_user(session: Session, user_id: int) -> list[BrowserSession]:
    """The sessions of a user, the last used first; some of them may have idled out."""
    return list(
        session.scalars(
            select(BrowserSession)
            .where(BrowserSession.user_id == user_id)
            .order_by(BrowserSession.seen_at.desc())
        )
    )


def end_all(session: Session, user_id: int, but: str = "") -> None:
    """End every session of a user, but one, and every sign-in that waits for its code."""
    session.execute(
        delete(BrowserSession).where(BrowserSession.user_id == user_id, BrowserSession.token_hash != but)
    )
    session.execute(delete(AwaitedCode).where(AwaitedCode.user_id == user_id))


def end_one(session: Session, user_id: int, token_hash: str) -> bool:
    """End a session of this user; False where there is none such."""
    mine = (BrowserSession.user_id == user_id, BrowserSession.token_hash == token_hash)
    return bool(
        session.execute(delete(BrowserSession).where(*mine).returning(BrowserSession.token_hash)).all()
    )


def seen(session: Session, token_hash: str, now: datetime) -> None:
    """Note that a session is in use."""
    session.execute(update(BrowserSession).where(BrowserSession.token_hash == token_hash).values(seen_at=now))


def sits(session: Session, token_hash: str, user_id: int, seat: str) -> None:
    """Note in which session of its user a seat is taken."""
    session.execute(
        update(BrowserSession)
        .where(BrowserSession.user_id == user_id, BrowserSession.sits_at == seat)
        .values(sits_at="")
    )
    session.execute(
        update(BrowserSession).where(BrowserSession.token_hash == token_hash).values(sits_at=seat)
    )


def await_code(session: Session, user_id: int, now: datetime) -> str:
    """The password was right: begin to wait for the code, and return the token for it."""
    token = secrets.token_urlsafe(32)
    session.execute(delete(AwaitedCode).where(AwaitedCode.at < now - CODE_AWAITED))
    session.add(AwaitedCode(token_hash=hash_of(token), user_id=user_id, at=now))
    return token


def who_waits(session: Session, token: str, now: datetime) -> int | None:
    """The user who has this token; None when it took too long or too many codes were wrong."""
    return session.scalar(select(AwaitedCode.user_id).where(*_waits(token, now)))


def try_code(session: Session, token: str, now: datetime) -> int | None:
    """The same, and one code fewer may be tried: it is counted before it is compared."""
    counted = update(AwaitedCode).where(*_waits(token, now)).values(wrong=AwaitedCode.wrong + 1)
    return session.scalar(counted.returning(AwaitedCode.user_id))


def code_came(session: Session, token: str) -> bool:
    """Nothing waits with this token any more; whether anything has until now."""
    gone = delete(AwaitedCode).where(AwaitedCode.token_hash == hash_of(token)).returning(AwaitedCode.user_id)
    return session.scalar(gone) is not None


def _waits(token: str, now: datetime) -> tuple[ColumnElement[bool], ...]:
    still = (AwaitedCode.at >= now - CODE_AWAITED, AwaitedCode.wrong < CODES_A_SITTING)
    return (AwaitedCode.token_hash == hash_of(token), *still)
