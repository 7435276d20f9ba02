"""Calls: who waited how long, who answered, how it ended and what the caller thought of it. One row a call.

The rows are made from Asterisk's own log (``ivr.seats.queue_log``). What is told twice changes nothing, so
that everything may be told again after a failure.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import ForeignKey, String, and_, exists, or_, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from hotline.mapping import Base
from hotline.recordings import Recording
from hotline.spool import clean_caller

MESSAGE_WITHIN = timedelta(minutes=15)
"""So long after leaving the queue a caller may still be speaking a message."""


class Ending(StrEnum):
    """How a call ended, as far as the seats are concerned."""

    ANSWERED = "answered"
    """By a seat."""
    ABANDONED = "abandoned"
    """The caller hung up in the greeting or while waiting."""
    LEFT = "left"
    """The caller went on to leave a message: by a key, or because no seat could answer."""
    SERVED = "served"
    """The caller heard where a case stands, and wanted no more."""
    CALLBACK = "callback"
    """The caller asked to be called back."""
    REFUSED = "refused"
    """The number was blocked, or called too often."""


class SeatCall(Base):
    """One call. ``ended_at`` is when it was over, or when it left the queue to leave a message.

    ``offered_at``: when it joined the queue for a seat; empty for a call that never did. ``user_id``: who
    sat at the seat that answered. ``satisfaction``: 1 satisfied, 2 fairly, 3 not. ``handled_at``: when a
    supervisor has dealt with the abandoned call.
    """

    __tablename__ = "calls"

    call_id: Mapped[str] = mapped_column(String(100), primary_key=True)
    caller: Mapped[str] = mapped_column(String(32), index=True)
    arrived_at: Mapped[datetime] = mapped_column(index=True)
    offered_at: Mapped[datetime | None] = mapped_column(index=True)
    answered_at: Mapped[datetime | None]
    seat: Mapped[str] = mapped_column(String(8), default="", index=True)
    user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    ended_at: Mapped[datetime | None]
    ending: Mapped[Ending | None] = mapped_column(String(9), index=True)
    satisfaction: Mapped[int | None]
    handled_at: Mapped[datetime | None]
    handled_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))


def offered(session: Session, call_id: str, at: datetime, caller: str) -> None:
    """A call has joined the queue."""
    call = session.get(SeatCall, call_id)
    if call is None:
        session.add(SeatCall(call_id=call_id, caller=clean_caller(caller), arrived_at=at, offered_at=at))
        session.flush()
    elif call.offered_at is None:
        call.offered_at = at


def answered(session: Session, call_id: str, at: datetime, seat: str) -> None:
    """A seat has answered it."""
    if call := session.get(SeatCall, call_id):
        call.answered_at, call.seat = at, seat[:8]


def ended(session: Session, call_id: str, at: datetime, ending: Ending) -> None:
    """It has left the queue, or the talk is over."""
    if call := session.get(SeatCall, call_id):
        call.ended_at, call.ending = at, ending


def abandoned(session: Session, now: datetime, most: int = 100) -> Sequence[SeatCall]:
    """Calls that ended without an answer and without a message, the newest first."""
    left = and_(SeatCall.ending == Ending.LEFT, SeatCall.ended_at < now - MESSAGE_WITHIN)
    query = (
        select(SeatCall)
        .where(or_(SeatCall.ending == Ending.ABANDONED, left))
        .where(~exists().where(Recording.call_id == SeatCall.call_id))
    )
    return session.scalars(query.order_by(SeatCall.arrived_at.desc()).limit(most)).all()
