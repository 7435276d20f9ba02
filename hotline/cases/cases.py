"""Cases (信访事项): what a clerk registers from a recording or an agent in a call, and how far it is."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, ForeignKey, Index, String, Text, and_, literal_column
from sqlalchemy.orm import Mapped, mapped_column

from hotline.cases.origins import Origin
from hotline.mapping import Base


class CaseState(StrEnum):
    """How far a case is. ``WITHDRAWN``: its registration was undone."""

    REGISTERED = "registered"
    HANDLING = "handling"
    REPLIED = "replied"
    CLOSED = "closed"
    WITHDRAWN = "withdrawn"


TO_CONCLUDE = (CaseState.REGISTERED, CaseState.HANDLING)
"""States of cases that somebody still has to conclude."""


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
    __table_args__ = (
        Index("ix_cases_origin", "origin_id", "origin", unique=True),
        Index("ix_cases_registered", "registered_at", "number"),
    )

    number: Mapped[str] = mapped_column(String(10), primary_key=True)
    origin: Mapped[Origin] = mapped_column(String(12))
    origin_id: Mapped[str] = mapped_column(String(100))
    """Of a call, talk or message, its identifier: its recording, where there is one, has that too."""
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


def is_of_call(call_id: Any) -> ColumnElement[bool]:
    """The condition for the case of a call, registered in it or from what was recorded of it."""
    return and_(Case.origin == Origin.CALL, Case.origin_id == call_id)


HAS_TO_BE_CONCLUDED = Case.state.in_([literal_column(f"'{each}'") for each in TO_CONCLUDE])
"""The condition for cases in these states, in the words of the index: a parameter would not use it."""
Index(
    "ix_cases_due",
    Case.due_on,
    Case.number,
    sqlite_where=HAS_TO_BE_CONCLUDED,
    postgresql_where=HAS_TO_BE_CONCLUDED,
)
