"""Messages of a supervisor to who sits at a seat."""

from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, Session, mapped_column

from hotline import audit
from hotline.mapping import Base
from hotline.seats import seats
from hotline.seats.seats import Seat

LONGEST = 300
"""Characters; it is read between two calls."""


class NobodyThere(Exception):
    """Nobody sits at the seat to whom a message could be shown."""


class SeatMessage(Base):
    """One message to who sat at ``seat`` then, shown to that user alone until it is read."""

    __tablename__ = "seat_messages"

    id: Mapped[int] = mapped_column(primary_key=True)
    seat: Mapped[str] = mapped_column(String(8))
    to_user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    text: Mapped[str] = mapped_column(String(LONGEST))
    by_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    at: Mapped[datetime]
    read_at: Mapped[datetime | None]


def send(session: Session, seat: str, text: str, by_id: int, now: datetime) -> None:
    """Send a message. Raises ValueError for one that is empty or too long, and NobodyThere."""
    text = " ".join(text.split())
    if not 0 < len(text) <= LONGEST:
        raise ValueError(f"a message has 1 to {LONGEST} characters")
    row = session.get(Seat, seat)
    if row is None or row.user_id is None:
        raise NobodyThere(f"nobody sits at {seat}; see: hotline seats list")
    session.add(SeatMessage(seat=seat, to_user_id=row.user_id, text=text, by_id=by_id, at=now))
    audit.note(session, now, by_id, "message", f"seat {seat}", text)
    seats.changed(session, now)
