"""The periods of a case (期限): when each is over, and the light that says how near that is.

Rules over values: nothing here reads a clock, a calendar or a setting. "R" is an article of the Regulations
on Petition Work (信访工作条例, 2022). The day on which a period begins is not counted (民法典, Article 201).
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

NEAR_DAYS = 20
"""Of the time for handling, so many days before its end it is due soon. Source: the office's own rule."""
ONE_DAY = timedelta(days=1)


class PeriodKind(StrEnum):
    """What has to be done within a period, and by whom."""

    DISPATCH = "dispatch"
    """The office hands the case to the responsible unit: 15 days from receipt, R22."""
    NOTICE = "notice"
    """The unit tells the petitioner whether it accepts the case: 15 days from its receipt, R23."""
    HANDLING = "handling"
    """The unit replies: 60 days from acceptance, R34."""
    EXTENSION = "extension"
    """The same, extended by the unit's head: at most 30 days from the day it was due, R34."""


CONCLUDING = (PeriodKind.HANDLING, PeriodKind.EXTENSION)
"""Periods at whose end the petitioner has the unit's reply."""


class Light(StrEnum):
    """How near the end of a period is."""

    GREEN = "green"
    YELLOW = "yellow"
    RED = "red"


@dataclass(frozen=True)
class Period:
    """A period that runs: its light is yellow from ``yellow_on`` on, and red once ``due_on`` is past.

    ``days``: how many calendar days it has after the day ``began_on``.
    """

    kind: PeriodKind
    began_on: date
    days: int
    due_on: date
    yellow_on: date


def period(kind: PeriodKind, began_on: date, days: int) -> Period:
    """So many calendar days. Raises ValueError where there is no day at all."""
    if days < 1:
        raise ValueError("a period has one day at least")
    due_on = began_on + days * ONE_DAY
    return Period(kind, began_on, days, due_on, _yellow_on(kind, due_on, days))


def _yellow_on(kind: PeriodKind, due_on: date, days: int) -> date:
    """Of the time for handling: fewer than 20 days are left. Of all others: a third of it, or less.

    Source: the office's own rules; the regulations name the last day and no warning before it.
    """
    if kind in CONCLUDING:
        return due_on - (NEAR_DAYS - 1) * ONE_DAY
    return due_on - days // 3 * ONE_DAY


def light(yellow_on: date, due_on: date, today: date) -> Light:
    """Red: the last day is past. Yellow: it is near, or today. Green: there is time."""
    if due_on < today:
        return Light.RED
    return Light.YELLOW if yellow_on <= today else Light.GREEN


def last_working_day(began_on: date, days: int, works: Callable[[date], bool]) -> date:
    """The last of so many working days, the day it begins on not counted (R23, for a unit's objection)."""
    day = began_on
    while days > 0:
        day += ONE_DAY
        days -= works(day)
    return day
