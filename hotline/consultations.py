"""Consultations (咨询): a question that was answered in the call itself and needs no unit."""

from datetime import datetime

from sqlalchemy import ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from hotline.cases import Category
from hotline.mapping import Base


class Consultation(Base):
    """One consultation: what was asked and what was answered. Its recording is that of the call."""

    __tablename__ = "consultations"

    id: Mapped[int] = mapped_column(primary_key=True)
    call_id: Mapped[str] = mapped_column(String(100), unique=True)
    caller: Mapped[str] = mapped_column(String(32), index=True)
    name: Mapped[str] = mapped_column(String(80), default="")
    category: Mapped[Category] = mapped_column(String(20))
    topic: Mapped[str] = mapped_column(String(200))
    answer: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime]
    by_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    seat: Mapped[str] = mapped_column(String(8))
