"""Opening and closing the line by hand, with a reason and an end."""

from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from hotline.mapping import Base


class HandHours(Base):
    """The line is open, or closed, whatever the calendar says, until ``ends_at`` or until it is lifted."""

    __tablename__ = "hand_hours"

    id: Mapped[int] = mapped_column(primary_key=True)
    is_open: Mapped[bool]
    reason: Mapped[str] = mapped_column(String(200))
    begins_at: Mapped[datetime]
    ends_at: Mapped[datetime] = mapped_column(index=True)
    by_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    lifted_at: Mapped[datetime | None]
    lifted_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
