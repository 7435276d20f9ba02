"""The days that a list or a report shows, as they stand in its address; and those people ask for most."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from flask import request
from flask_babel import lazy_gettext
from flask_babel.speaklater import LazyString

from hotline.reports.report_periods import midnight
from web.services import services

EARLIEST = date(2020, 1, 1)


@dataclass(frozen=True)
class Period:
    """The days from ``first`` to ``last``, both included."""

    first: date
    last: date

    @property
    def days(self) -> int:
        """How many."""
        return (self.last - self.first).days + 1

    @property
    def span(self) -> tuple[datetime, datetime]:
        """From midnight to midnight at the office."""
        return midnight(self.first, office_zone()), midnight(self.last + timedelta(days=1), office_zone())

    @property
    def in_address(self) -> dict[str, str]:
        """The parts of an address that say it."""
        return {"first": self.first.isoformat(), "last": self.last.isoformat()}


def office_zone() -> ZoneInfo:
    """The office's time zone."""
    return ZoneInfo(services().settings.hours.timezone)


def today() -> date:
    """This day at the office."""
    return services().now().astimezone(office_zone()).date()


def asked(days_before: int = 0) -> Period:
    """What the address asks for; else today and so many days before. Turned round where it runs backwards."""
    last = _day("last", today())
    first = _day("first", min(last, today() - timedelta(days=days_before)))
    return Period(min(first, last), max(first, last))


def _day(name: str, otherwise: date) -> date:
    try:
        found = date.fromisoformat(request.args.get(name, ""))
    except ValueError:
        return otherwise
    return min(max(found, EARLIEST), today() + timedelta(days=366))


def usual() -> list[tuple[LazyString, Period]]:
    """Periods for one click."""
    now = today()
    monday, month = now - timedelta(days=now.weekday()), now.replace(day=1)
    last_month = month - timedelta(days=1)
    return [
        (lazy_gettext("Today"), Period(now, now)),
        (lazy_gettext("Yesterday"), Period(now - timedelta(days=1), now - timedelta(days=1))),
        (lazy_gettext("This week"), Period(monday, now)),
        (lazy_gettext("Last week"), Period(monday - timedelta(days=7), monday - timedelta(days=1))),
        (lazy_gettext("This month"), Period(month, now)),
        (lazy_gettext("Last month"), Period(last_month.replace(day=1), last_month)),
    ]
