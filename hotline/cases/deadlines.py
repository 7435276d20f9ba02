"""When a case is due, and the light that says how near that is."""

from datetime import date, timedelta
from enum import StrEnum

CONCLUDE_DAYS = 60
NEAR_DAYS = 20


class Light(StrEnum):
    """How near the due day of a case is."""

    GREEN = "green"
    YELLOW = "yellow"
    RED = "red"


def due(accepted: date) -> date:
    """The day by which a case accepted on a day must be concluded: 60 calendar days later.

    Source: Regulations on Petition Work (信访工作条例, 2022), Article 34.
    """
    return accepted + timedelta(days=CONCLUDE_DAYS)


def light(due_on: date, today: date) -> Light:
    """Red: the day is past. Yellow: fewer than 20 days are left, on the day itself none. Green: more.

    Source: the office's own rule for the 60 days; the regulations name the day and no warning before it.
    """
    if due_on < today:
        return Light.RED
    return Light.YELLOW if due_on - today < timedelta(days=NEAR_DAYS) else Light.GREEN


def due_days(light: Light, today: date) -> tuple[date | None, date | None]:
    """The first day on which a case with this light may be due, and the first after them; None: any."""
    near = today + timedelta(days=NEAR_DAYS)
    return {Light.RED: (None, today), Light.YELLOW: (today, near), Light.GREEN: (near, None)}[light]
