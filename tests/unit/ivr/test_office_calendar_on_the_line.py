"""Whether a call goes to the seats follows the office's calendar, and goes on without the database."""

from datetime import UTC, date, datetime

import pytest

from hotline.database import Database
from hotline.hours import calendar_changing, calendar_days
from hotline.hours.calendar_changing import DayDecision
from hotline.hours.calendar_days import CalendarSource
from hotline.settings_file import Settings
from ivr import office as offices
from ivr.office import Office

MONDAY_MORNING = datetime(2026, 11, 23, 2, tzinfo=UTC)
"""Ten o'clock in Shanghai."""
SUNDAY_MORNING = datetime(2026, 11, 22, 2, tzinfo=UTC)


def decide(db: Database, day: date, works: bool | None) -> None:
    with db.writing() as session:
        asked = calendar_changing.of_days(session, CalendarSource.PAGE, [DayDecision(day, works, "停电")])
        version = calendar_days.version(session) + 1
        calendar_changing.record(session, asked, version, 0, None, MONDAY_MORNING)


@pytest.fixture(autouse=True)
def asked_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is believed from one question to the next."""
    monkeypatch.setattr(offices, "ORDERS_SECONDS", -1.0)
    monkeypatch.setattr("ivr.timed_pool.SILENT_SECONDS", 10.0)  # a busy machine is no database that is away


def test_a_day_off_closes_the_line_and_a_make_up_day_opens_it(settings: Settings, db: Database) -> None:
    monday, sunday = Office(settings, lambda: MONDAY_MORNING), Office(settings, lambda: SUNDAY_MORNING)
    assert monday.is_open() and not sunday.is_open()
    decide(db, date(2026, 11, 23), False)
    decide(db, date(2026, 11, 22), True)
    assert not monday.is_open() and sunday.is_open()
    decide(db, date(2026, 11, 23), None)
    assert monday.is_open()


def test_with_the_database_away_it_goes_on_as_before(
    settings: Settings, db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    decide(db, date(2026, 11, 23), False)
    knew = Office(settings, lambda: MONDAY_MORNING)
    assert not knew.is_open()
    db.engine.dispose()
    for file in settings.state_dir.glob("hotline.db*"):
        file.write_bytes(b"no database any more" * 400)
    assert not knew.is_open(), "a day that was read once stays known"
    assert Office(settings, lambda: MONDAY_MORNING).is_open(), "who never read one follows China's calendar"
    assert not Office(settings, lambda: SUNDAY_MORNING).is_open()
