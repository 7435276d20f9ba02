"""Calls to the seats: who waited how long, who answered, and who gave up. One row a call.

What is told twice changes nothing, so that everything may be told again after a failure.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import String, and_, exists, or_, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from hotline.mapping import Base
from hotline.recordings import Recording
from hotline.spool import clean_caller

MESSAGE_WITHIN = timedelta(minutes=15)
"""So long after leaving the queue a caller may still be speaking a message."""


class Ending(StrEnum):
    """How a call left the queue."""

    ANSWERED = "answered"
    """By a seat; who ended the talk is not told apart."""
    ABANDONED = "abandoned"
    """The caller hung up while waiting."""
    LEFT = "left"
    """The caller went on to leave a message: by a key, or because no seat could answer."""


class SeatCall(Base):
    """One call in the queue for a seat. ``ended_at`` is when it left the queue, or when the talk ended."""

    __tablename__ = "calls"

    call_id: Mapped[str] = mapped_column(String(100), primary_key=True)
    caller: Mapped[str] = mapped_column(String(32), index=True)
    offered_at: Mapped[datetime] = mapped_column(index=True)
    answered_at: Mapped[datetime | None]
    seat: Mapped[str] = mapped_column(String(8), default="")
    ended_at: Mapped[datetime | None]
    ending: Mapped[Ending | None] = mapped_column(String(9))


def offered(session: Session, call_id: str, at: datetime, caller: str) -> None:
    """A call has joined the queue."""
    if session.get(SeatCall, call_id) is None:
        session.add(SeatCall(call_id=call_id, caller=clean_caller(caller), offered_at=at))
        session.flush()


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
    return session.scalars(query.order_by(SeatCall.offered_at.desc()).limit(most)).all()
