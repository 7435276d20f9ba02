"""What is said of days and of changes of the calendar."""

from datetime import date

from flask_babel import format_date, get_locale, lazy_gettext

from hotline.hours.calendar_days import CalendarSource

SOURCE_NAMES = {
    CalendarSource.PAGE: lazy_gettext("changed here"),
    CalendarSource.FILE: lazy_gettext("from a file"),
    CalendarSource.PACKAGE: lazy_gettext("from China's calendar"),
    CalendarSource.UNDO: lazy_gettext("taken back"),
}


def named(name: str, name_en: str) -> str:
    """A day's name in the page's language, the other one where it has none in that."""
    return (name_en or name) if str(get_locale()) == "en" else (name or name_en)


def month_name(day: date) -> str:
    """The month of a day."""
    return str(format_date(day, "LLLL"))


def weekday_name(day: date) -> str:
    """The day of the week."""
    return str(format_date(day, "cccc"))


def weekday_letter(day: date) -> str:
    """The same above a column."""
    return str(format_date(day, "ccccc"))


def mark(works: bool) -> str:
    """What stands below the number of a day that is unlike Monday to Friday: as short as it can be."""
    short = {"zh": ("休", "班"), "en": ("off", "on")}
    return short.get(str(get_locale()), short["en"])[works]
