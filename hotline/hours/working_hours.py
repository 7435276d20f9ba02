"""Is the office open?"""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from hotline.hours.office_calendar import Calendar
from hotline.sections import Hours

if TYPE_CHECKING:
    from hotline.hours.hand_hours import HandHours


def is_open(at: datetime, hours: Hours, calendar: Calendar, by_hand: "HandHours | None" = None) -> bool:
    """Whether the office is open at an instant (with a time zone).

    What was ordered by hand wins over the settings' override, and that over the calendar.
    """
    if by_hand and by_hand.begins_at <= at < by_hand.ends_at:
        return by_hand.is_open
    if hours.override != "auto":
        return hours.override == "open"
    local = at.astimezone(ZoneInfo(hours.timezone))
    if not calendar(local.date()):
        return False
    spans = zip(hours.opens, hours.closes, strict=True)
    return any(opens <= local.time() < closes for opens, closes in spans)


LOOK_AHEAD_DAYS = 31


def next_opening(at: datetime, hours: Hours, calendar: Calendar) -> datetime:
    """When the office is open next: ``at`` itself while it is open, or where no opening is in sight."""
    if hours.override != "auto" or is_open(at, hours, calendar):
        return at
    zone = ZoneInfo(hours.timezone)
    today = at.astimezone(zone).date()
    days = (today + timedelta(days=ahead) for ahead in range(LOOK_AHEAD_DAYS))
    openings = (datetime.combine(day, time, zone) for day in days if calendar(day) for time in hours.opens)
    return next((opening for opening in openings if opening > at), at)
