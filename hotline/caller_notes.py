"""Notes about a caller, for whoever answers the next call from that number."""

from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from hotline.mapping import Base


class CallerNote(Base):
    """One note. Notes are added, and taken back by a supervisor or by who wrote them."""

    __tablename__ = "caller_notes"

    id: Mapped[int] = mapped_column(primary_key=True)
    caller: Mapped[str] = mapped_column(String(32), index=True)
    text: Mapped[str] = mapped_column(String(500))
    by_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    at: Mapped[datetime]
    taken_back_at: Mapped[datetime | None]
