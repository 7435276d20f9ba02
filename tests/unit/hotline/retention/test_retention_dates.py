"""A date that the audit trail does not know deletes nothing; one under which a day has passed does."""

import logging
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from click.testing import CliRunner
from sqlalchemy import func, insert, select

from hotline import audit, database, settings_file
from hotline.audit import AuditEntry
from hotline.commands import main
from hotline.commands.calls import today
from hotline.database import Database
from hotline.retention import date_belief, health, tasks
from hotline.settings_file import Settings
from tests.kit.retention import files, having, set_aside
from tests.kit.screening import two_messages

YEARS = timedelta(days=3 * 366)
DUE = 3
"""Deletions of the one recording that was decided."""


@pytest.fixture
def of_today(settings: Settings, either_db: Database) -> datetime:
    """A message that was decided today; the audit trail's entries are of now."""
    now = datetime.now(UTC)
    set_aside(either_db, two_messages(settings, either_db, now)[0], now)
    return now


def hours(begin: datetime, count: int) -> Iterator[datetime]:
    return (begin + timedelta(hours=each) for each in range(count))


def run(settings: Settings, db: Database, now: datetime) -> int:
    return tasks.run(having(settings), db, now)


def test_a_clock_years_ahead_deletes_nothing_that_day(
    settings: Settings, either_db: Database, of_today: datetime, caplog: pytest.LogCaptureFixture
) -> None:
    """Though calls come and people work meanwhile."""
    caplog.set_level(logging.WARNING)
    for now in hours(of_today + YEARS, 24):
        with either_db.writing() as session:
            audit.note(session, now, None, "open", "recording x")
        assert run(settings, either_db, now) == 0
    assert "nothing is deleted until a day has passed under the new date" in caplog.text
    assert run(settings, either_db, of_today + timedelta(hours=1)) == 0  # it is set right


@pytest.mark.parametrize("ahead", [timedelta(days=2, hours=1), timedelta(days=31), timedelta(days=700)])
def test_an_office_that_was_switched_off_goes_on_by_itself_after_a_day(
    settings: Settings, either_db: Database, of_today: datetime, ahead: timedelta
) -> None:
    begin = of_today + timedelta(days=731, hours=1)
    for now in hours(begin - ahead - timedelta(days=2), 49):
        assert run(settings, either_db, now) == 0  # it is not due yet
    with either_db.reading() as session:
        assert date_belief.is_believed(session, begin - ahead)
    assert [run(settings, either_db, now) for now in hours(begin, 24)] == [0] * 24
    assert sum(run(settings, either_db, begin + timedelta(hours=each)) for each in (24, 25)) == DUE


def test_an_office_where_nobody_does_anything_deletes_what_is_due(
    settings: Settings, either_db: Database, of_today: datetime
) -> None:
    found = 0
    for now in (of_today + timedelta(hours=6 * each) for each in range(4 * 735)):
        if now > of_today + timedelta(days=727):  # what is before tells no more
            found += run(settings, either_db, now)
    assert found == DUE


@pytest.mark.parametrize("times", [1, 2, 5])
def test_a_machine_that_begins_each_day_with_a_wrong_date_deletes_nothing(
    settings: Settings, either_db: Database, of_today: datetime, times: int
) -> None:
    """Its battery is empty: years ahead until the network sets it right."""
    for day in range(times):
        begin = of_today + timedelta(days=day)
        assert run(settings, either_db, begin + YEARS) == 0
        assert run(settings, either_db, begin + YEARS + timedelta(minutes=10)) == 0
        for now in hours(begin + timedelta(minutes=20), 10):
            assert run(settings, either_db, now) == 0


def test_what_somebody_writes_behind_the_trail_changes_nothing(
    settings: Settings, either_db: Database, of_today: datetime
) -> None:
    begin = of_today + YEARS
    with either_db.writing() as session:
        for number, at in ((900, begin - timedelta(hours=30)), (901, of_today)):
            row = {"at": at, "action": "x", "subject": "x", "sequence": number, "hash": "x"}
            session.execute(insert(AuditEntry), row)
    assert run(settings, either_db, begin) == 0
    assert sum(run(settings, either_db, now) for now in hours(begin, 26)) == DUE


def test_the_case_closed_under_a_wrong_date_is_noted_under_the_right_one(
    settings: Settings, either_db: Database, of_today: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    noted: list[datetime] = []
    monkeypatch.setattr("hotline.retention.gathering.note_closed", lambda _, now: noted.append(now))
    for now in (of_today, of_today - timedelta(days=9000), of_today + YEARS):
        run(settings, either_db, now)
    assert noted == []
    begin = of_today + timedelta(days=1, hours=1)
    for now in (begin, begin + timedelta(hours=25)):
        run(settings, either_db, now)
    assert noted == [begin + timedelta(hours=25)]


def test_a_busy_office_notes_no_day(settings: Settings, either_db: Database, of_today: datetime) -> None:
    for now in hours(of_today, 11):
        run(settings, either_db, now)
    with either_db.reading() as session:
        noted = select(func.count()).where(AuditEntry.action == "run the clock")
        assert session.scalar(noted) == 0


def test_doctor_says_so_and_an_administrator_who_knows_the_date_need_not_wait(
    settings: Settings, either_db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settings_file, "current", lambda: having(settings))
    monkeypatch.setattr(database, "current", lambda: either_db)
    long_ago, now = datetime(2020, 1, 1, tzinfo=UTC), datetime.now(UTC)
    with either_db.writing() as session:
        audit.note(session, long_ago, None, "open", "recording x")
    ids = two_messages(settings, either_db, long_ago)
    set_aside(either_db, ids[0], long_ago)
    assert run(settings, either_db, now) == 0
    [said] = [each for each in health.check(having(settings)) if not each.ok]
    assert said.part == "date" and "2020-01-01" in said.message and "hotline retention run" in said.remedy
    command = ["retention", "run", "--today"]
    wrong = CliRunner().invoke(main, [*command, "2020-01-02"])
    assert wrong.exit_code == 1 and "this machine's clock says" in wrong.output
    assert files(settings, either_db, ids[0])[0].exists()
    done = CliRunner().invoke(main, [*command, today()])
    assert done.exit_code == 0 and "3 deletions" in done.output
