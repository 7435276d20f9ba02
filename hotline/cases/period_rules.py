"""What the office has settled about periods: their lengths, its working days and its time zone."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from hotline.sections import Periods


@dataclass(frozen=True)
class PeriodRules:
    """Given to every rule that needs them.

    ``works``: whether the office works on a day, by the calendar of the version ``calendar_version``; 0 is
    the one in which the office has decided nothing.
    """

    lengths: Periods
    works: Callable[[date], bool]
    timezone: str
    calendar_version: int = 0

    def day(self, at: datetime) -> date:
        """The office's date at an instant."""
        return at.astimezone(ZoneInfo(self.timezone)).date()
