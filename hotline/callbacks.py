"""Callbacks: a caller who would rather be called back than wait keeps the place in the queue."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from hotline.mapping import Base


class CallbackState(StrEnum):
    """How far a callback is."""

    OPEN = "open"
    DONE = "done"
    """The citizen and a seat have talked."""
    FAILED = "failed"
    """Three attempts, and nobody answered."""
    CANCELLED = "cancelled"


class Callback(Base):
    """One callback. ``joined_at`` is the place it keeps: when the call it came from joined the queue.

    ``number`` is where it is called; ``open_number`` the same while it is open, so that there is one at most.
    ``call_id``: of the call it was asked for in; ``case_number``: told to the caller, to ask for the outcome.
    ``by_id``: the supervisor who asked for it, from the list of abandoned calls.
    """

    __tablename__ = "callbacks"

    id: Mapped[int] = mapped_column(primary_key=True)
    call_id: Mapped[str] = mapped_column(String(100), index=True)
    case_number: Mapped[str] = mapped_column(String(10), unique=True)
    number: Mapped[str] = mapped_column(String(32), index=True)
    open_number: Mapped[str | None] = mapped_column(String(32), unique=True)
    language: Mapped[str] = mapped_column(String(2))
    joined_at: Mapped[datetime]
    asked_at: Mapped[datetime]
    by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    state: Mapped[CallbackState] = mapped_column(String(9), index=True, default=CallbackState.OPEN)
    attempts: Mapped[int] = mapped_column(default=0)
    next_attempt_at: Mapped[datetime]
    last_outcome: Mapped[str] = mapped_column(String(40), default="")
    seat: Mapped[str] = mapped_column(String(8), default="")
    ended_at: Mapped[datetime | None]
