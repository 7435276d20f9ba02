"""A sitting: one browser is the telephone of one seat, with a secret of its own.

The secret is made when the browser of who sits there asks for it. It is void as soon as that user sits there
no more or may not, as the browser's session ends (the row goes with it) or idles out, and when another
browser takes the telephone over. What is true is what ``valid`` says; ``hotline serve-seats`` brings Asterisk
to it.
"""

import secrets
from datetime import datetime, timedelta
from functools import cache

from sqlalchemy import ForeignKey, Select, String, bindparam, delete, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from hotline.grants import those_who_may
from hotline.mapping import Base
from hotline.people import User
from hotline.seats.seats import Seat
from hotline.sign_ins import SESSION_LASTS, BrowserSession
from hotline.who_may import Act

REALM = "petition-hotline"
"""Of the secrets (HA1): ``default_realm`` of pjsip.conf."""


class SeatSitting(Base):
    """One browser at one seat. ``secret``: HA1 of RFC 2617, 32 hexadecimal digits of no password.

    ``known``: whether Asterisk has been told.
    """

    __tablename__ = "seat_sittings"

    seat: Mapped[str] = mapped_column(String(8), primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    token_hash: Mapped[str] = mapped_column(ForeignKey("sign_ins.token_hash", ondelete="CASCADE"), index=True)
    secret: Mapped[str] = mapped_column(String(32))
    known: Mapped[bool] = mapped_column(default=False)


def account(seat: str) -> str:
    """The name under which a seat's browser telephone registers."""
    return f"{seat}-web"


class TelephoneElsewhere(Exception):
    """The seat's telephone is in another browser of the same user."""


def new_secret() -> str:
    """An HA1 that belongs to no password: 128 bits by chance."""
    return secrets.token_hex(16)


def valid(session: Session, now: datetime, idle: timedelta) -> dict[str, str]:
    """Seat → secret, of every browser that may be a seat's telephone now."""
    since = {"seen_since": now - idle, "begun_since": now - SESSION_LASTS}
    return {row[0]: row[1] for row in session.execute(_valid(), since)}


@cache
def _valid() -> Select[str, str]:
    """Made once: it is asked ten times a second, and making it takes longer than its answer."""
    return (
        select(SeatSitting.seat, SeatSitting.secret)
        .join(Seat, (Seat.name == SeatSitting.seat) & (Seat.user_id == SeatSitting.user_id))
        .join(User, User.id == SeatSitting.user_id)
        .join(BrowserSession, BrowserSession.token_hash == SeatSitting.token_hash)
        .where(User.active, those_who_may(Act.SIT))
        .where(BrowserSession.seen_at >= bindparam("seen_since"))
        .where(BrowserSession.begun_at >= bindparam("begun_since"))
    )


def claim(
    session: Session, seat: str, user_id: int, token_hash: str, now: datetime, idle: timedelta, *, take: bool
) -> str:
    """The secret of this browser at the seat where its user sits; in a writing transaction.

    Raises TelephoneElsewhere where another browser of the user is the telephone, unless that is taken over.
    """
    if mine := secret_of(session, seat, token_hash, now, idle):
        return mine
    if seat in valid(session, now, idle) and not take:
        raise TelephoneElsewhere
    end(session, seat)
    row = SeatSitting(seat=seat, user_id=user_id, token_hash=token_hash, secret=new_secret())
    session.add(row)
    session.flush()
    return row.secret


def secret_of(session: Session, seat: str, token_hash: str, now: datetime, idle: timedelta) -> str:
    """The secret of this browser, if it is the seat's telephone; else empty."""
    row = session.get(SeatSitting, seat)
    return row.secret if row and row.token_hash == token_hash and seat in valid(session, now, idle) else ""


def is_known(session: Session, seat: str, secret: str) -> bool:
    """Whether a telephone can register with this secret by now."""
    known = (SeatSitting.seat == seat, SeatSitting.secret == secret, SeatSitting.known)
    return session.scalar(select(SeatSitting.seat).where(*known)) is not None


def told(session: Session, seat: str, secret: str) -> None:
    """Asterisk knows it."""
    this = (SeatSitting.seat == seat, SeatSitting.secret == secret)
    session.execute(update(SeatSitting).where(*this).values(known=True))


def end(session: Session, seat: str) -> None:
    """Nobody sits there any more."""
    session.execute(delete(SeatSitting).where(SeatSitting.seat == seat))
    session.expire_all()
