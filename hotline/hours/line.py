"""The line at this moment: open or closed, why, and until when."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from hotline.hours import calendar_days, hand_hours, office_calendar, working_hours
from hotline.hours.office_calendar import Calendar, Decided
from hotline.sections import Hours

CALENDAR_WARNING = timedelta(days=14)
"""So long before a year begins whose holidays are not known somebody has to be told."""


A_LIST = 10
"""So many days that were decided are a year's list, and fewer are days off of the office's own: the State
Council's notices name about thirty."""


class Why(StrEnum):
    """Who says so."""

    CALENDAR = "calendar"
    SETTINGS = "settings"
    """``override`` in ``[hours]``."""
    BY_HAND = "by_hand"


@dataclass(frozen=True)
class LineState:
    """``until``: when it changes by itself; None where that is not in sight. ``reason``: of an order by hand.

    ``by_id``: who ordered it; None also for the command line. ``order_id``: of the order in force.
    """

    is_open: bool
    why: Why
    until: datetime | None
    reason: str = ""
    by_id: int | None = None
    order_id: int | None = None


def state_at(session: Session, at: datetime, hours: Hours) -> LineState:
    """The line at an instant."""
    calendar, order = calendar_days.of_office(session, hours), hand_hours.in_force(session, at)
    if order:
        return LineState(order.is_open, Why.BY_HAND, order.ends_at, order.reason, order.by_id, order.id)
    is_open = working_hours.is_open(at, hours, calendar)
    if hours.override != "auto":
        return LineState(is_open, Why.SETTINGS, None)
    return LineState(is_open, Why.CALENDAR, closing(at, hours) if is_open else _opening(at, hours, calendar))


def closing(at: datetime, hours: Hours) -> datetime | None:
    """When the office closes next on the day of ``at``."""
    local = at.astimezone(ZoneInfo(hours.timezone))
    return next(
        (datetime.combine(local, each, local.tzinfo) for each in hours.closes if each > local.time()), None
    )


def _opening(at: datetime, hours: Hours, calendar: Calendar) -> datetime | None:
    found = working_hours.next_opening(at, hours, calendar)
    return found if found > at else None


def year_not_known(session: Session, at: datetime, hours: Hours) -> int | None:
    """The year, present or about to begin, whose holidays neither we nor the office's own list know."""
    own = years_with_own_days(hours, calendar_days.decided(session))
    years = {each.astimezone(ZoneInfo(hours.timezone)).year for each in (at, at + CALENDAR_WARNING)}
    return next(
        (year for year in sorted(years) if year not in own and not office_calendar.is_known(year)), None
    )


def years_with_own_days(hours: Hours, decided: Decided) -> set[int]:
    """Years of which the office has listed the days itself: in the settings, or a year's worth by the day."""
    listed = {day.year for day in (*hours.extra_holidays, *hours.extra_workdays)}
    by_the_day = Counter(day.year for day in decided.works)
    return listed | {year for year, count in by_the_day.items() if count >= A_LIST}
