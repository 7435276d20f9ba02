"""Cases (信访事项): what a clerk registers from a recording or an agent in a call, and how far it is.

How far it is follows from its events (``hotline.cases.case_events``); the row has it for lists and searches.
"""

from collections.abc import Collection
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, ForeignKey, Index, String, Text, and_, false, literal_column
from sqlalchemy.orm import Mapped, mapped_column

from hotline.cases.origins import Origin
from hotline.cases.periods import PeriodKind
from hotline.mapping import Base


class CaseState(StrEnum):
    """How far a case is; by which moves it gets there: ``hotline.cases.moves``."""

    REGISTERED = "registered"
    """Nobody was told of it yet but the office."""
    DISPATCHED = "dispatched"
    """The responsible unit has it, and has not said yet whether it accepts it."""
    ACCEPTED = "accepted"
    NOT_ACCEPTED = "not_accepted"
    REPLIED = "replied"
    """The unit has replied, and the office has not checked it yet."""
    CLOSED = "closed"
    WITHDRAWN = "withdrawn"
    """Its registration was undone."""


NOT_AT_A_UNIT = (CaseState.REGISTERED, CaseState.WITHDRAWN)
"""States of cases that no unit has."""


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
        Index("ix_cases_registrar", "registered_by_id", "registered_at"),
    )

    number: Mapped[str] = mapped_column(String(10), primary_key=True)
    origin: Mapped[Origin] = mapped_column(String(12))
    origin_id: Mapped[str] = mapped_column(String(100))
    """Of a call, talk or message, its identifier: its recording, where there is one, has that too.

    Of what was entered by hand, its number, which is that of the case."""
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
    period: Mapped[PeriodKind | None] = mapped_column(String(12))
    due_on: Mapped[date | None]
    yellow_on: Mapped[date | None]
    """Of the period that runs; without one all three are empty."""
    accused_code: Mapped[str | None] = mapped_column(ForeignKey("units.code"))
    """The unit that is accused: none of its people learns of the case (``hotline.cases.accused``)."""
    objected: Mapped[bool] = mapped_column(default=False, server_default=false())
    """The unit has objected, and the office has not answered yet."""
    events: Mapped[int] = mapped_column(default=0, server_default="0")
    """How many events it has: who makes a move says what was last seen."""
    closed_at: Mapped[datetime | None]
    """When it was first seen closed or withdrawn (``hotline.retention``)."""


def is_of_call(call_id: Any) -> ColumnElement[bool]:
    """The condition for the case of a call, registered in it or from what was recorded of it."""
    return and_(Case.origin == Origin.CALL, Case.origin_id == call_id)


FEW_UNITS = 30
"""A bureau with all below it; a county, or the city, has more."""


def is_of_units(codes: Collection[str]) -> ColumnElement[bool]:
    """The condition for cases of these units.

    SQLite would follow the index of units also where they are most of them, and so read and sort the whole
    table for one page of it. An expression has no index: then it goes by the order that is asked for.
    """
    return (Case.unit_code if len(codes) <= FEW_UNITS else Case.unit_code + "").in_(codes)


IS_BY_HAND = Case.origin != literal_column(f"'{Origin.CALL}'")
"""The condition for cases that did not come by telephone: few beside the others."""
Index(
    "ix_cases_by_hand",
    Case.registered_at,
    Case.number,
    sqlite_where=IS_BY_HAND,
    postgresql_where=IS_BY_HAND,
)
HAS_A_DUE_DAY = Case.due_on.is_not(None)
"""The condition for cases of which somebody has to do something by a day."""
Index("ix_cases_due", Case.due_on, Case.number, sqlite_where=HAS_A_DUE_DAY, postgresql_where=HAS_A_DUE_DAY)
