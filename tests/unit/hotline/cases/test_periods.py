"""Periods and lights, against an obvious computation that counts day by day."""

from datetime import date, timedelta

import pytest

from hotline.cases import periods
from hotline.cases.periods import Light, PeriodKind
from hotline.hours import office_calendar

TODAY = date(2026, 12, 31)
ALL_DAYS = [date(2024, 1, 1) + timedelta(days=days) for days in range(4 * 366)]
LONG = (PeriodKind.HANDLING, PeriodKind.EXTENSION)


def counted(began_on: date, days: int) -> date:
    """The last day, counted on the fingers: the first day is not counted."""
    day = began_on
    for _ in range(days):
        day = day + timedelta(days=1)
    return day


@pytest.mark.parametrize("kind", PeriodKind)
def test_every_start_from_2024_to_2027(kind: PeriodKind) -> None:
    for days in (1, 2, 15, 30, 60):
        for began_on in ALL_DAYS:
            found = periods.period(kind, began_on, days)
            assert found.due_on == counted(began_on, days)
            assert (found.kind, found.began_on, found.days) == (kind, began_on, days)


def test_working_days_on_every_start_from_2024_to_2027() -> None:
    for days in (1, 5, 10):
        for began_on in ALL_DAYS:
            last = periods.last_working_day(began_on, days, office_calendar.china)
            between = [began_on + timedelta(days=n) for n in range(1, (last - began_on).days + 1)]
            assert office_calendar.china(last)
            assert sum(office_calendar.china(day) for day in between) == days


def test_national_day_is_no_time_to_object() -> None:
    """30 September 2025, a Tuesday: off until 8 October, and Saturday the 11th is made up for."""
    assert periods.last_working_day(date(2025, 9, 30), 3, office_calendar.china) == date(2025, 10, 11)


@pytest.mark.parametrize(
    ("left", "light"),
    [
        (60, Light.GREEN),
        (20, Light.GREEN),
        (19, Light.YELLOW),
        (1, Light.YELLOW),
        (0, Light.YELLOW),
        (-1, Light.RED),
        (-400, Light.RED),
    ],
)
@pytest.mark.parametrize("kind", LONG)
def test_the_light_of_the_time_for_handling(kind: PeriodKind, left: int, light: Light) -> None:
    found = periods.period(kind, TODAY + timedelta(days=left - 60), 60)
    assert periods.light(found.yellow_on, found.due_on, TODAY) == light


@pytest.mark.parametrize(
    ("left", "light"),
    [(15, Light.GREEN), (6, Light.GREEN), (5, Light.YELLOW), (0, Light.YELLOW), (-1, Light.RED)],
)
@pytest.mark.parametrize("kind", [PeriodKind.DISPATCH, PeriodKind.NOTICE])
def test_other_periods_are_due_soon_in_their_last_third(kind: PeriodKind, left: int, light: Light) -> None:
    found = periods.period(kind, TODAY + timedelta(days=left - 15), 15)
    assert periods.light(found.yellow_on, found.due_on, TODAY) == light


@pytest.mark.parametrize("days", [0, -1])
def test_a_period_has_a_day(days: int) -> None:
    with pytest.raises(ValueError, match="one day"):
        periods.period(PeriodKind.NOTICE, TODAY, days)
