"""Which days the office works: what it has decided, then its list in ``[hours]``, then China's calendar.

What the office decides by the day is in the database (``hotline.hours.calendar_days``). The two beneath are
there without one: by them calls are routed where the database does not answer.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import date

import chinese_calendar

from hotline.sections import Hours

Calendar = Callable[[date], bool]
"""Tells whether the office works on a day."""


EVERY_YEAR = {(1, 1), (5, 1), (5, 2), (10, 1), (10, 2), (10, 3)}
"""Holidays by law on the same date every year, as (month, day): New Year, Labour Day, National Day.

Source: 全国年节及纪念日放假办法, State Council order 795, in force since 2025. Those of the lunar calendar
are known with the yearly notice only, as are the days around these that are off or made up for.
"""


def china(day: date) -> bool:
    """Whether a day is worked in China; for years without a notice, Monday to Friday but for EVERY_YEAR.

    Source: the State Council's yearly notice (国务院办公厅关于部分节假日安排的通知), as packaged by
    chinesecalendar, which raises NotImplementedError for a year it does not know.
    """
    try:
        return bool(chinese_calendar.is_workday(day))
    except NotImplementedError:
        return day.weekday() < 5 and (day.month, day.day) not in EVERY_YEAR


def is_known(year: int) -> bool:
    """Whether the holidays of a year are in our data; if not, the administrator is to list them."""
    try:
        chinese_calendar.is_workday(date(year, 1, 1))
    except NotImplementedError:
        return False
    return True


def with_own_days(base: Calendar, holidays: Collection[date], workdays: Collection[date]) -> Calendar:
    """A calendar in which the office's own lists win over the base; a day in both lists is a holiday."""

    def works(day: date) -> bool:
        return day not in holidays and (day in workdays or base(day))

    return works


@dataclass(frozen=True)
class Decided:
    """What the office has decided: day → whether it works. ``version``: of the last change; 0 before any."""

    works: Mapping[date, bool] = field(default_factory=dict)
    version: int = 0


NOTHING_DECIDED = Decided()


@dataclass(frozen=True)
class OfficeCalendar:
    """Called with a day, it tells whether the office works; ``ground``: where nothing was decided."""

    ground: Calendar
    decided: Decided = NOTHING_DECIDED

    def __call__(self, day: date) -> bool:
        """Whether the office works on a day."""
        works = self.decided.works.get(day)
        return self.ground(day) if works is None else works

    @property
    def version(self) -> int:
        """Under which version of the calendar a day is computed."""
        return self.decided.version


def of_office(hours: Hours, decided: Decided = NOTHING_DECIDED) -> OfficeCalendar:
    """The calendar of these settings, with what the office has decided."""
    own = with_own_days(china, frozenset(hours.extra_holidays), frozenset(hours.extra_workdays))
    return OfficeCalendar(own, decided)
