"""The page of the calendar: a year month by month, what the office has changed in it, and the form for it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from flask import Blueprint, render_template, request
from sqlalchemy.orm import Session

from hotline import people
from hotline.hours import calendar_changing, calendar_days, calendar_year
from hotline.hours.calendar_changing import EARLIEST, LATEST, MOST_DAYS
from hotline.hours.calendar_days import (
    NAME_EN_LENGTH,
    NAME_LENGTH,
    CalendarChange,
    CalendarDay,
    CalendarSource,
)
from web import period
from web.calendar import months, names
from web.services import services

calendar = Blueprint("calendar", __name__, url_prefix="/calendar")
MOST_CHANGES = 50
NOTHING: Mapping[str, str] = {}


@dataclass(frozen=True)
class ShownChange:
    """A change with its days; ``stands``: whether none of them was changed again, so it can be taken back."""

    change: CalendarChange
    spans: list[tuple[date, date]]
    works: bool | None
    name: str
    by: str
    stands: bool

    @property
    def from_list(self) -> bool:
        """Whether its days are of several kinds, so that one word says nothing of all."""
        return self.change.source in (CalendarSource.FILE, CalendarSource.PACKAGE)


@calendar.get("")
def show() -> str:
    """A year: which days work; for who may change it, the form, filled with the day that was chosen."""
    day = _day(request.args.get("day", ""))
    entered = {"first": day.isoformat(), "last": day.isoformat()} if day else NOTHING
    with services().database.reading() as session:
        return page(session, _year(day), entered, NOTHING)


def page(session: Session, year: int, entered: Mapping[str, str], mistakes: Mapping[str, str]) -> str:
    """The page of a year, with what was entered and is wrong."""
    hours = services().settings.hours
    days = calendar_year.of_year(session, year, hours)
    return render_template(
        "calendar/calendar.html",
        year=year,
        months=months.of_year(days),
        working=sum(each.works for each in days),
        is_listed=calendar_year.is_listed(session, year, hours),
        changes=_changes(session),
        today=period.today(),
        first_year=EARLIEST.year,
        last_year=LATEST.year,
        earliest=EARLIEST,
        latest=LATEST,
        most_days=MOST_DAYS,
        most_name=NAME_LENGTH,
        most_name_en=NAME_EN_LENGTH,
        entered=entered,
        mistakes=mistakes,
        names=names,
    )


def _changes(session: Session) -> list[ShownChange]:
    changes = calendar_days.changes(session, MOST_CHANGES)
    days = calendar_days.days_of(session, [each.version for each in changes])
    newest = calendar_days.newest(session, EARLIEST, LATEST) if changes else {}
    by = people.full_names(session, {each.by_id for each in changes if each.by_id is not None})
    return [_shown(each, days[each.version], newest, by) for each in changes]


def _shown(
    change: CalendarChange,
    days: Sequence[CalendarDay],
    newest: Mapping[date, CalendarDay],
    by: Mapping[int, str],
) -> ShownChange:
    return ShownChange(
        change,
        calendar_changing.spans([each.day for each in days]),
        days[0].works,
        names.named(days[0].name, days[0].name_en),
        by.get(change.by_id, "") if change.by_id else "",
        all(newest[each.day].version == change.version for each in days),
    )


def _year(day: date | None) -> int:
    year = day.year if day else request.args.get("year", period.today().year, type=int)
    return min(max(year, EARLIEST.year), LATEST.year)


def _day(text: str) -> date | None:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if EARLIEST <= day <= LATEST else None
