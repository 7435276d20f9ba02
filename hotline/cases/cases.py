"""Cases (信访事项): what a clerk registers from a recording or an agent in a call, and how far it is."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from hotline.mapping import Base


class CaseState(StrEnum):
    """How far a case is. ``WITHDRAWN``: its registration was undone."""

    REGISTERED = "registered"
    HANDLING = "handling"
    REPLIED = "replied"
    CLOSED = "closed"
    WITHDRAWN = "withdrawn"


class Category(StrEnum):
    """What a case is about, as the office sorts its calls."""

    HOUSING = "housing"
    LAND = "land"
    LABOUR = "labour"
    SOCIAL_SECURITY = "social_security"
    HEALTH = "health"
    EDUCATION = "education"
    TRAFFIC = "traffic"
    UTILITIES = "utilities"
    ENVIRONMENT = "environment"
    POLICING = "policing"
    CONDUCT = "conduct"
    OTHER = "other"


class Case(Base):
    """One case, under the number its caller was given."""

    __tablename__ = "cases"

    number: Mapped[str] = mapped_column(String(10), primary_key=True)
    recording_id: Mapped[str | None] = mapped_column(ForeignKey("recordings.id"), unique=True)
    call_id: Mapped[str | None] = mapped_column(String(100), index=True, unique=True)
    """The call it was registered in; its recording takes the number when it is taken in."""
    state: Mapped[CaseState] = mapped_column(String(12), default=CaseState.REGISTERED)
    petitioner: Mapped[str] = mapped_column(String(80))
    telephone: Mapped[str] = mapped_column(String(32), index=True)
    address: Mapped[str] = mapped_column(String(200))
    category: Mapped[Category] = mapped_column(String(20))
    summary: Mapped[str] = mapped_column(Text)
    unit_code: Mapped[str] = mapped_column(ForeignKey("units.code"), index=True)
    received_at: Mapped[datetime]
    registered_at: Mapped[datetime]
    registered_by_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    due_on: Mapped[date | None]
    closed_at: Mapped[datetime | None]
    """When it was first seen closed or withdrawn (``hotline.retention``)."""
