"""A year of the calendar, day by day: whether the office works, why, and since which version."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from hotline.hours import calendar_days, china_days, line, office_calendar
from hotline.hours.calendar_changing import ONE_DAY
from hotline.sections import Hours


@dataclass(frozen=True)
class ShownDay:
    """``version``: of the change by which the office decided it; None where it did not.

    ``name`` and ``name_en``: of the holiday that it is, is made up for, or of what was decided; may be empty.
    """

    day: date
    works: bool
    name: str
    name_en: str
    version: int | None

    @property
    def is_special(self) -> bool:
        """Whether somebody has to look twice: unlike Monday to Friday, or decided by the office."""
        return self.version is not None or self.works != (self.day.weekday() < 5)

    def as_object(self) -> dict[str, object]:
        """For programs."""
        return {
            "day": self.day.isoformat(),
            "works": self.works,
            "name": self.name,
            "name_en": self.name_en,
            "version": self.version,
        }


def of_year(session: Session, year: int, hours: Hours) -> list[ShownDay]:
    """Each day of a year, in order."""
    first, last = date(year, 1, 1), date(year, 12, 31)
    calendar = calendar_days.of_office(session, hours)
    rows = calendar_days.newest(session, first, last)
    found = []
    for ahead in range((last - first).days + 1):
        day = first + ahead * ONE_DAY
        row = rows.get(day)
        if row and row.works is not None:
            found.append(ShownDay(day, row.works, row.name, row.name_en, row.version))
        else:
            name, name_en = _names(day, hours)
            found.append(ShownDay(day, calendar(day), name, name_en, None))
    return found


def is_listed(session: Session, year: int, hours: Hours) -> bool:
    """Whether the holidays of a year are known, or the office has listed them."""
    decided = calendar_days.decided(session)
    return office_calendar.is_known(year) or year in line.years_with_own_days(hours, decided)


def _names(day: date, hours: Hours) -> tuple[str, str]:
    """Of a day that nobody decided: the settings know days and no names, and win."""
    if day in hours.extra_holidays or day in hours.extra_workdays:
        return "", ""
    known = china_days.of_day(day)
    return (known.name, known.name_en) if known else ("", "")
