"""How near the day of a case is: one rule for what is shown, counted and filtered."""

from datetime import date, timedelta

import pytest

from hotline.cases import deadlines
from hotline.cases.deadlines import Light

TODAY = date(2026, 12, 31)


@pytest.mark.parametrize(
    ("days", "light"),
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
def test_lights(days: int, light: Light) -> None:
    assert deadlines.light(TODAY + timedelta(days=days), TODAY) == light


@pytest.mark.parametrize("days", range(-30, 80))
def test_a_day_is_among_those_of_its_light_alone(days: int) -> None:
    due = TODAY + timedelta(days=days)

    def is_among(light: Light) -> bool:
        first, after = deadlines.due_days(light, TODAY)
        return (first is None or due >= first) and (after is None or due < after)

    assert [light for light in Light if is_among(light)] == [deadlines.light(due, TODAY)]
