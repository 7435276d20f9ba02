"""When the office is open: holidays, make-up working days, the override."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from hotline.hours import office_calendar
from hotline.hours.hand_hours import HandHours
from hotline.hours.working_hours import is_open
from hotline.sections import Hours

CHINA = ZoneInfo("Asia/Shanghai")


@pytest.mark.parametrize(
    ("at", "expected"),
    [
        ("2026-11-23 08:29", False),
        ("2026-11-23 08:30", True),
        ("2026-11-23 12:00", False),
        ("2026-11-23 14:30", True),
        ("2026-11-23 17:59", True),
        ("2026-11-23 18:00", False),
        ("2026-11-22 10:00", False),  # Sunday
        ("2026-10-01 10:00", False),  # National Day
        ("2026-10-10 10:00", True),  # a Saturday made up for it
        ("2026-02-14 09:00", True),  # a Saturday made up for the Spring Festival
        ("2026-02-14 12:30", False),  # lunch, on a make-up day, too
        ("2026-12-31 10:00", True),  # New Year's Eve, a Thursday
        ("2026-12-31 18:00", False),
        (
            "2027-01-01 10:00",
            False,
        ),  # from here on no notice is published; New Year's Day, a Friday, is off by law
        ("2027-01-02 10:00", False),
        ("2027-01-03 10:00", False),
        ("2027-01-04 08:29", False),
        ("2027-01-04 08:30", True),  # Monday, the first working day
    ],
)
def test_by_the_calendar(at: str, expected: bool) -> None:
    hours = Hours()
    moment = datetime.fromisoformat(at).replace(tzinfo=CHINA)
    assert is_open(moment, hours, office_calendar.of_office(hours)) is expected


@pytest.mark.parametrize("override", ["open", "closed"])
def test_the_override_wins(override: str) -> None:
    hours = Hours.model_validate({"override": override})
    for at in (datetime(2026, 11, 22, 3, tzinfo=CHINA), datetime(2026, 11, 23, 10, tzinfo=CHINA)):
        assert is_open(at, hours, office_calendar.of_office(hours)) is (override == "open")


NATIONAL_DAY = datetime(2026, 10, 1, 10, tzinfo=CHINA)
MONDAY = datetime(2026, 11, 23, 10, tzinfo=CHINA)


def by_hand(is_open: bool, begins_at: datetime) -> HandHours:
    return HandHours(is_open=is_open, begins_at=begins_at, ends_at=begins_at + timedelta(hours=2))


@pytest.mark.parametrize("override", ["auto", "open", "closed"])
@pytest.mark.parametrize(("day", "ordered"), [(NATIONAL_DAY, True), (MONDAY, False)])
def test_what_is_ordered_by_hand_wins_until_its_end(day: datetime, ordered: bool, override: str) -> None:
    hours = Hours.model_validate({"override": override})
    calendar = office_calendar.of_office(hours)
    order = by_hand(ordered, day)
    assert is_open(day, hours, calendar, order) is ordered
    assert is_open(order.ends_at - timedelta(seconds=1), hours, calendar, order) is ordered
    for at in (day - timedelta(seconds=1), order.ends_at):
        assert is_open(at, hours, calendar, order) is is_open(at, hours, calendar)


def test_the_offices_own_days_win_over_the_calendar() -> None:
    monday, sunday = date(2026, 11, 23), date(2026, 11, 22)
    works = office_calendar.of_office(Hours(extra_holidays=(monday,), extra_workdays=(sunday,)))
    assert not works(monday)
    assert works(sunday)


def test_a_year_without_data_falls_back_to_monday_to_friday() -> None:
    assert not office_calendar.is_known(2099)
    assert not office_calendar.china(date(2099, 10, 1))  # a Thursday
    assert [office_calendar.china(date(2099, 6, day)) for day in range(1, 8)].count(True) == 5


def test_another_time_zone_is_converted() -> None:
    hours = Hours(opens=(time(9),), closes=(time(17),))
    assert is_open(datetime(2026, 11, 23, 1, 0, tzinfo=ZoneInfo("UTC")), hours, lambda _: True)
