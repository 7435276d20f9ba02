"""The days that the office has decided, each with the version of the calendar in which it did.

A change of the calendar makes a version, and adds a row for each of its days; the newest row of a day is in
force. Nothing is overwritten: triggers refuse to change or delete either (``hotline.evidence.guards``).
"""

from collections.abc import Sequence
from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, String, func, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from hotline.hours import office_calendar
from hotline.hours.office_calendar import Decided, OfficeCalendar
from hotline.mapping import Base, beside_each_other, one_at_a_time
from hotline.sections import Hours

NAME_LENGTH, NAME_EN_LENGTH = 40, 80
_KEY = "calendar"


class CalendarSource(StrEnum):
    """Where a change comes from."""

    PAGE = "page"
    FILE = "file"
    PACKAGE = "package"
    """China's calendar, as ``chinesecalendar`` has it."""
    UNDO = "undo"


class CalendarChange(Base):
    """One change, of one day or of many. ``version`` counts from 1.

    ``by_id`` is None on the command line: the audit trail says who that was. ``undoes``: the version that was
    taken back. ``recomputed``: how many running periods got another last day.
    """

    __tablename__ = "calendar_changes"

    version: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    source: Mapped[CalendarSource] = mapped_column(String(12))
    undoes: Mapped[int | None]
    recomputed: Mapped[int]
    by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    at: Mapped[datetime]


class CalendarDay(Base):
    """What was decided about a day. ``id``: the day, a dash, and the version.

    ``works`` is None for a day of which nothing is decided any more: settings and China's calendar tell.
    """

    __tablename__ = "calendar_days"

    id: Mapped[str] = mapped_column(String(22), primary_key=True)
    day: Mapped[date] = mapped_column(index=True)
    version: Mapped[int] = mapped_column(ForeignKey("calendar_changes.version"), index=True)
    works: Mapped[bool | None]
    name: Mapped[str] = mapped_column(String(NAME_LENGTH), default="")
    name_en: Mapped[str] = mapped_column(String(NAME_EN_LENGTH), default="")


def of_office(session: Session, hours: Hours) -> OfficeCalendar:
    """The calendar in force."""
    return office_calendar.of_office(hours, decided(session))


def decided(session: Session) -> Decided:
    """What is decided, day by day: some dozens of rows a year, asked for at once."""
    rows = select(CalendarDay.day, CalendarDay.works, CalendarDay.version).order_by(CalendarDay.version)
    found = session.execute(rows).all()
    works = {day: each for day, each, _version in found}
    in_force = {day: each for day, each in works.items() if each is not None}
    return Decided(in_force, found[-1][2] if found else 0)


def newest(session: Session, first: date, last: date, before: int | None = None) -> dict[date, CalendarDay]:
    """The row in force of each day between two, both included; or the one that was before a version.

    Days about which nothing was ever decided are missing.
    """
    rows = select(CalendarDay).where(CalendarDay.day.between(first, last)).order_by(CalendarDay.version)
    if before is not None:
        rows = rows.where(CalendarDay.version < before)
    return {row.day: row for row in session.scalars(rows)}


def version(session: Session) -> int:
    """Of the last change; 0 before any."""
    return session.scalar(select(func.max(CalendarChange.version))) or 0


def days_of(session: Session, versions: Sequence[int]) -> dict[int, list[CalendarDay]]:
    """Version → its days, in order."""
    rows = select(CalendarDay).where(CalendarDay.version.in_(versions)).order_by(CalendarDay.day)
    found: dict[int, list[CalendarDay]] = {each: [] for each in versions}
    for row in session.scalars(rows):
        found[row.version].append(row)
    return found


def changes(session: Session, most: int) -> Sequence[CalendarChange]:
    """What was changed, the newest first."""
    newest_first = select(CalendarChange).order_by(CalendarChange.version.desc())
    return session.scalars(newest_first.limit(most)).all()


def hold_still(session: Session) -> None:
    """Let nobody change the calendar before this transaction ends; it looks at it only after this."""
    beside_each_other(session, _KEY)


def lock(session: Session) -> None:
    """Change it alone, when no move is being made by it."""
    one_at_a_time(session, _KEY)
