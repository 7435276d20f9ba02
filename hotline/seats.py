"""Seats (座席) as the pages see them: an image of what Asterisk knows, kept fresh by ``hotline serve-seats``.

Asterisk is the one who knows who has signed in, who is paused and who talks; these rows are written from its
events and can be made anew at any moment. Only who sits at a seat (``user_id``) is known here alone.
"""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, String, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from hotline.mapping import Base


class SeatState(StrEnum):
    """What a seat is doing."""

    SIGNED_OUT = "signed_out"
    NO_TELEPHONE = "no_telephone"
    READY = "ready"
    RINGING = "ringing"
    ON_A_CALL = "on_a_call"
    WRAP_UP = "wrap_up"
    PAUSED = "paused"


class Seat(Base):
    """One seat now. ``call_id`` and ``caller``: of the call that rings, lasts or is wrapped up.

    ``since``: when ``state`` began. ``reason``: of the pause. ``wrap_up_until``: when the seat is rung again.
    ``recording_paused``: why the recording of the call is paused, empty while it records.
    """

    __tablename__ = "seats"

    name: Mapped[str] = mapped_column(String(8), primary_key=True)
    state: Mapped[SeatState] = mapped_column(String(12), default=SeatState.SIGNED_OUT)
    since: Mapped[datetime]
    reason: Mapped[str] = mapped_column(String(40), default="")
    user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"), unique=True)
    call_id: Mapped[str] = mapped_column(String(100), default="")
    caller: Mapped[str] = mapped_column(String(32), default="")
    held: Mapped[bool] = mapped_column(default=False)
    recording_paused: Mapped[str] = mapped_column(String(40), default="")
    wrap_up_until: Mapped[datetime | None]
    wrap_up_extended: Mapped[bool] = mapped_column(default=False)
    calls_answered: Mapped[int] = mapped_column(default=0)


class WaitingCall(Base):
    """A caller in the queue now. ``position`` begins with 1."""

    __tablename__ = "waiting_calls"

    call_id: Mapped[str] = mapped_column(String(100), primary_key=True)
    caller: Mapped[str] = mapped_column(String(32))
    joined_at: Mapped[datetime]
    position: Mapped[int]
    is_callback: Mapped[bool] = mapped_column(default=False)


class Exchange(Base):
    """How far the image can be trusted; one row.

    ``version`` is raised with every change of seats, waiting callers and messages to seats, so that pages
    need to look at one number only. ``as_of`` is touched every second while Asterisk answers.
    """

    __tablename__ = "exchange"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    version: Mapped[int] = mapped_column(default=0)
    as_of: Mapped[datetime]


def changed(session: Session, now: datetime) -> None:
    """Let every page look again, once this is committed."""
    raised = update(Exchange).where(Exchange.id == 1).values(version=Exchange.version + 1)
    if session.execute(raised.returning(Exchange.id)).first() is None:
        session.add(Exchange(id=1, version=1, as_of=now))


def version(session: Session) -> tuple[int, datetime | None]:
    """The number that changes with every change, and when Asterisk last answered; None: never."""
    exchange = session.get(Exchange, 1)
    return (exchange.version, exchange.as_of) if exchange else (0, None)


def of_user(session: Session, user_id: int) -> Seat | None:
    """The seat where a user has signed in."""
    return session.scalars(select(Seat).where(Seat.user_id == user_id)).first()
