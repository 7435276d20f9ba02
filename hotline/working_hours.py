"""Is the office open?"""

from datetime import datetime
from zoneinfo import ZoneInfo

from hotline.office_calendar import Calendar
from hotline.sections import Hours


def is_open(at: datetime, hours: Hours, calendar: Calendar) -> bool:
    """Whether the office is open at an instant (with a time zone). The override wins over the calendar."""
    if hours.override != "auto":
        return hours.override == "open"
    local = at.astimezone(ZoneInfo(hours.timezone))
    if not calendar(local.date()):
        return False
    spans = zip(hours.opens, hours.closes, strict=True)
    return any(opens <= local.time() < closes for opens, closes in spans)
