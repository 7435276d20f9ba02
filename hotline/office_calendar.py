"""Which days the office works: China's holidays and make-up working days, then the office's own list."""

import logging
from collections.abc import Callable, Collection
from datetime import date

import chinese_calendar

from hotline.sections import Hours

log = logging.getLogger(__name__)

Calendar = Callable[[date], bool]
"""Tells whether the office works on a day."""


def china(day: date) -> bool:
    """Whether a day is worked in China; Monday to Friday for years without published holidays.

    Source: the State Council's yearly notice (国务院办公厅关于部分节假日安排的通知), as packaged by
    chinesecalendar, which raises NotImplementedError for a year it does not know.
    """
    try:
        return bool(chinese_calendar.is_workday(day))
    except NotImplementedError:
        return day.weekday() < 5


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


def office(hours: Hours) -> Calendar:
    """The calendar of these settings."""
    return with_own_days(china, frozenset(hours.extra_holidays), frozenset(hours.extra_workdays))
