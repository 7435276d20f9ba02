"""What seats did and when: signed in and out, paused and why, rung in vain. From Asterisk's own log."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from hotline.mapping import Base


class SeatEvent(Base):
    """One line of the queue log about a seat; ``event`` and ``detail`` as Asterisk wrote them.

    ``user_id``: who sat there then. The same line twice is one event.
    """

    __tablename__ = "seat_events"
    __table_args__ = (
        UniqueConstraint("at", "seat", "event", "call_id", "detail"),
        Index("ix_seat_events_seat_at", "seat", "at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    seat: Mapped[str] = mapped_column(String(8))
    event: Mapped[str] = mapped_column(String(20))
    call_id: Mapped[str] = mapped_column(String(100), default="")
    detail: Mapped[str] = mapped_column(String(80), default="")
    user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
