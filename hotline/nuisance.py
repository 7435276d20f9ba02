"""Nuisance calls: numbers and prefixes that are blocked for a time, and how often a number may call."""

from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from hotline.mapping import Base


class Block(Base):
    """A blocked number, or all that begin with ``digits``, until ``ends_at`` or until it is lifted."""

    __tablename__ = "blocks"

    id: Mapped[int] = mapped_column(primary_key=True)
    digits: Mapped[str] = mapped_column(String(32), index=True)
    is_prefix: Mapped[bool]
    reason: Mapped[str] = mapped_column(String(200))
    begins_at: Mapped[datetime]
    ends_at: Mapped[datetime] = mapped_column(index=True)
    by_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    lifted_at: Mapped[datetime | None]
    lifted_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
