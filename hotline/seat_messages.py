"""Messages of a supervisor to a seat."""

from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, Session, mapped_column

from hotline import audit, seats
from hotline.mapping import Base

LONGEST = 300
"""Characters; it is read between two calls."""


class SeatMessage(Base):
    """One message, shown at the seat until it is read."""

    __tablename__ = "seat_messages"

    id: Mapped[int] = mapped_column(primary_key=True)
    seat: Mapped[str] = mapped_column(String(8), index=True)
    text: Mapped[str] = mapped_column(String(LONGEST))
    by_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    at: Mapped[datetime]
    read_at: Mapped[datetime | None]


def send(session: Session, seat: str, text: str, by_id: int, now: datetime) -> None:
    """Send a message. Raises ValueError for one that is empty or too long."""
    text = " ".join(text.split())
    if not 0 < len(text) <= LONGEST:
        raise ValueError(f"a message has 1 to {LONGEST} characters")
    session.add(SeatMessage(seat=seat, text=text, by_id=by_id, at=now))
    audit.note(session, now, by_id, "message", f"seat {seat}", text)
    seats.changed(session, now)
