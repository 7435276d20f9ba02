"""Messages of a supervisor to who sits at a seat."""

from datetime import datetime

from sqlalchemy import ForeignKey, String, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from hotline import audit
from hotline.mapping import Base
from hotline.people import User
from hotline.refusals import Reason, Refused
from hotline.seats import seats
from hotline.seats.seats import Seat

LONGEST_MESSAGE = 300
"""Characters; it is read between two calls."""


class CannotSend(Reason):
    """Why a message is not sent."""

    LENGTH = (
        "Write a message of at most {most} characters.",
        "请填写消息内容，不超过 {most} 个字。",
        "a message has 1 to {most} characters",
    )
    NOBODY_THERE = (
        "Nobody sits there any more: it was not sent.",
        "该座席已无人值守，消息未发送。",
        "nobody sits at {seat}; see: hotline seats list",
    )


class SeatMessage(Base):
    """One message to who sat at ``seat`` then, shown to that user alone until it is read."""

    __tablename__ = "seat_messages"

    id: Mapped[int] = mapped_column(primary_key=True)
    seat: Mapped[str] = mapped_column(String(8))
    to_user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    text: Mapped[str] = mapped_column(String(LONGEST_MESSAGE))
    by_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    at: Mapped[datetime]
    read_at: Mapped[datetime | None]


def send(session: Session, seat: str, text: str, by_id: int, now: datetime) -> None:
    """Send a message. Raises Refused for one that is empty, too long or for nobody."""
    text = " ".join(text.split())
    if not 0 < len(text) <= LONGEST_MESSAGE:
        raise Refused("text", CannotSend.LENGTH, most=LONGEST_MESSAGE)
    row = session.get(Seat, seat)
    if row is None or row.user_id is None:
        raise Refused("", CannotSend.NOBODY_THERE, seat=seat)
    session.add(SeatMessage(seat=seat, to_user_id=row.user_id, text=text, by_id=by_id, at=now))
    audit.note(session, now, by_id, "message", f"seat {seat}", text)
    seats.changed(session, now)


def oldest_unread(session: Session, user_id: int) -> tuple[SeatMessage, str] | None:
    """The first message that a user has not read, and the full name of who sent it."""
    query = (
        select(SeatMessage, User.full_name)
        .join(User, SeatMessage.by_id == User.id)
        .where(SeatMessage.to_user_id == user_id, SeatMessage.read_at.is_(None))
        .order_by(SeatMessage.id)
    )
    row = session.execute(query.limit(1)).first()
    return (row[0], row[1]) if row else None


def read(session: Session, message_id: int, seat: str, user_id: int, now: datetime) -> None:
    """Note that a user has read a message at a seat, once; another's messages are not touched."""
    unread = (SeatMessage.to_user_id == user_id, SeatMessage.read_at.is_(None))
    reading = update(SeatMessage).where(SeatMessage.id == message_id, *unread).values(read_at=now)
    if session.scalar(reading.returning(SeatMessage.id)) is not None:
        audit.note(session, now, user_id, "read", f"message {message_id} to {seat}")
        seats.changed(session, now)
