"""``hotline retention``: what is told before and after a deletion, and holds."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import select

from hotline import audit, database, settings_file
from hotline.audit import AuditEntry
from hotline.commands import main
from hotline.database import Database
from hotline.retention import deleting, health
from hotline.settings_file import Settings
from tests.kit.retention import files, having, set_aside
from tests.kit.screening import load, two_messages

LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)


@pytest.fixture
def two(settings: Settings, either_db: Database, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """One message that was decided long ago, and one that nobody has decided; the office has set periods."""
    monkeypatch.setattr(settings_file, "current", lambda: having(settings))
    monkeypatch.setattr(database, "current", lambda: either_db)
    ids = two_messages(settings, either_db, LONG_AGO)
    set_aside(either_db, ids[0], LONG_AGO)
    with either_db.writing() as session:  # the office was at work yesterday, too
        audit.note(session, datetime.now(UTC) - timedelta(hours=30), None, "open", "recording x")
    return ids


def run(*words: str) -> Result:
    return CliRunner().invoke(main, ["retention", *words])


def number_of(db: Database, recording_id: str) -> str:
    with db.reading() as session:
        return load(session, recording_id)[0].case_number


def clock(settings: Settings, db: Database) -> int:
    return deleting.run(having(settings), db, datetime.now(UTC))


def test_a_preview_deletes_nothing_and_a_report_tells_all(
    settings: Settings, either_db: Database, two: list[str], tmp_path: Path
) -> None:
    number, table = number_of(either_db, two[0]), tmp_path / "deleted.csv"
    shown = run("preview")
    assert shown.exit_code == 0 and "sound: 1 after 24 months" in shown.output and number in shown.output
    assert number_of(either_db, two[1]) not in shown.output
    assert (
        run("preview", "--file", str(table)).exit_code == 0
        and table.read_text("utf-8-sig").count(number) == 3
    )
    assert files(settings, either_db, two[0])[0].exists() and "0 deletions." in run("report").output
    assert clock(settings, either_db) == 3
    assert "sound: 0 after 24 months" in run("preview").output
    assert run("report", "--file", str(table)).exit_code == 0
    told = table.read_text("utf-8-sig")
    with either_db.reading() as session:
        assert load(session, two[0])[0].parts[0].sha256 in told and told.count(number) == 3
        exported = select(AuditEntry.subject).where(AuditEntry.action == "export").order_by(AuditEntry.id)
        assert list(session.scalars(exported)) == ["retention preview", "deletions"]
    assert "0 deletions." in run("report", "--since", "2200-01-01").output


def test_what_is_held_stays_until_it_is_released(
    settings: Settings, either_db: Database, two: list[str]
) -> None:
    number = number_of(either_db, two[0])
    assert run("hold", two[0], "--reason", "诉讼").exit_code == 0
    assert run("hold", number, "--reason", "诉讼").exit_code == 1  # the same, by its other name
    assert "诉讼" in run("holds").output
    assert clock(settings, either_db) == 0
    assert run("release", number).exit_code == 0 and run("release", number).exit_code == 1
    assert clock(settings, either_db) == 3
    with either_db.reading() as session:
        query = select(AuditEntry.action, AuditEntry.detail).where(AuditEntry.action.contains("hold"))
        assert session.execute(query).all() == [("hold", "诉讼"), ("release hold", "诉讼")]


@pytest.mark.parametrize("words", [("hold", "2600000012", "--reason", "x"), ("release", "x"), ("hold", "x")])
def test_what_there_is_not_is_not_held(two: list[str], words: tuple[str, ...]) -> None:
    assert run(*words).exit_code


def test_a_hold_needs_a_reason(two: list[str]) -> None:
    assert run("hold", two[0], "--reason", "  ").exit_code == 1


def test_doctor_says_what_is_set(settings: Settings, either_db: Database, two: list[str]) -> None:
    said = [each.message for each in health.check(having(settings))]
    assert said[0] == "deleted: sound after 24 months, transcripts after 24 months, numbers after 24 months"
    assert next(health.check(settings)).message.startswith("nothing is deleted: set [retention]")
    assert all(each.ok for each in health.check(having(settings)))


def test_doctor_says_what_is_due_and_cannot_be_deleted(
    settings: Settings, either_db: Database, two: list[str]
) -> None:
    files(settings, either_db, two[0])[0].unlink()
    assert clock(settings, either_db) == 2  # what was written and who called go, the missing sound does not
    said = [each for each in health.check(having(settings)) if not each.ok]
    assert [each.message for each in said] == [
        f"1 are due and cannot be deleted: {number_of(either_db, two[0])}"
    ]
