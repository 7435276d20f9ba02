"""China's holidays and make-up working days of a year, with their names, as ``chinesecalendar`` has them."""

from datetime import date

import chinese_calendar
from chinese_calendar import Holiday

from hotline.hours import office_calendar
from hotline.hours.calendar_changing import ONE_DAY, DayDecision

NAMES = {each.value: each.chinese for each in Holiday}


def of_year(year: int) -> list[DayDecision]:
    """The days of a year that are unlike Monday to Friday, and those that have a holiday's name.

    Raises LookupError for a year that the package does not know.
    """
    if not office_calendar.is_known(year):
        raise LookupError(year)
    first, last = date(year, 1, 1), date(year, 12, 31)
    days = [first + ahead * ONE_DAY for ahead in range((last - first).days + 1)]
    return [each for day in days if (each := of_day(day))]


def of_day(day: date) -> DayDecision | None:
    """What is special about a day; None for an ordinary one, and for one of a year that is not known."""
    try:
        is_off, english = chinese_calendar.get_holiday_detail(day)
    except NotImplementedError:
        return None
    if english is None:
        return None
    return DayDecision(day, not is_off, NAMES.get(english, ""), english)
