"""The period of a report and the rows it is divided into, by the clock of the office."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from itertools import pairwise
from zoneinfo import ZoneInfo

from hotline.refusals import Reason


class ReportBy(StrEnum):
    """How the rows of a report are divided."""

    HOUR = "hour"
    """The hours of the day, those of all days of the period together."""
    DAY = "day"
    MONTH = "month"
    SEAT = "seat"
    AGENT = "agent"


LONGEST_DAYS = {
    ReportBy.HOUR: 31,
    ReportBy.DAY: 366,
    ReportBy.MONTH: 1830,
    ReportBy.SEAT: 366,
    ReportBy.AGENT: 366,
}
"""So many days at most in a report."""


class CannotReport(Reason):
    """Why there is no report."""

    TOO_MANY_DAYS = (
        "A report of this kind shows at most {most} days. Choose fewer days, or divide it otherwise.",
        "此类报表最多显示 {most} 天。请缩短时间范围，或换一种统计方式。",
        "a report of this kind shows at most {most} days; choose a shorter period",
    )


@dataclass(frozen=True)
class ReportRequest:
    """The report of the days ``first`` to ``last``, both included, in the office's ``timezone``."""

    first: date
    last: date
    by: ReportBy
    timezone: ZoneInfo
    wrap_up_seconds: int

    @property
    def span(self) -> tuple[datetime, datetime]:
        """From midnight to midnight."""
        return midnight(self.first, self.timezone), midnight(self.last + timedelta(days=1), self.timezone)


def midnight(day: date, timezone: ZoneInfo) -> datetime:
    """When a day begins."""
    return datetime.combine(day, time(), timezone)


def spans(wanted: ReportRequest) -> Iterable[tuple[str, datetime, datetime]]:
    """Each row's name with one of the spans of time that belong to it, in order and without gaps."""
    day = wanted.first
    while day <= wanted.last:
        following = _following(day, wanted)
        if wanted.by == ReportBy.HOUR:
            yield from _hours(day, wanted.timezone)
        else:
            name = f"{day:%Y-%m}" if wanted.by == ReportBy.MONTH else day.isoformat()
            yield name, midnight(day, wanted.timezone), midnight(following, wanted.timezone)
        day = following


def _following(day: date, wanted: ReportRequest) -> date:
    """The first day of the next row."""
    if wanted.by != ReportBy.MONTH:
        return day + timedelta(days=1)
    next_month = date(day.year + day.month // 12, day.month % 12 + 1, 1)
    return min(next_month, wanted.last + timedelta(days=1))


def _hours(day: date, timezone: ZoneInfo) -> Iterable[tuple[str, datetime, datetime]]:
    """The hours of a day that there are: where clocks are changed, one is missing or longer."""
    edges = [datetime.combine(day, time(hour), timezone).timestamp() for hour in range(24)]
    edges.append(midnight(day + timedelta(days=1), timezone).timestamp())
    for hour, (begin, end) in enumerate(pairwise(edges)):
        if begin < end:
            yield (
                f"{hour:02d}",
                datetime.fromtimestamp(begin, timezone),
                datetime.fromtimestamp(end, timezone),
            )
