"""Deleting by retention survives ``kill -9`` at any line: never half deleted, never deleted unsaid."""

import sqlite3
from contextlib import closing

import pytest
from sqlalchemy import func, select

from hotline.audit import AuditEntry
from hotline.database import Database
from hotline.evidence import findings, recorded, sealing
from hotline.recordings import store
from hotline.retention import (
    beside,
    beside_calls,
    beside_numbers,
    beside_people,
    call_rows,
    deleting,
    gathering,
    noting,
    rows,
    rule,
    sound,
)
from hotline.retention.deletions import Deletion
from hotline.sections import Retention
from hotline.settings_file import Settings
from tests.kit.killing import killed_at, killed_before, lines_that_write
from tests.kit.personal_data import all_of_a_caller, left
from tests.kit.retention import LATER, differing, files, having, set_aside
from tests.kit.screening import two_messages


@pytest.mark.timeout(600)
def test_kill_at_every_line(settings: Settings, either_db: Database) -> None:
    two, settings, line = two_messages(settings, either_db), having(settings), 0
    set_aside(either_db, two[0])
    either_db.engine.dispose()  # a fork must not share a connection

    def run() -> None:
        deleting.run(settings, either_db, LATER)

    modules = (deleting, sound, rows, noting, gathering, rule, store, recorded, findings, sealing)
    while killed_at(line, run, *modules):
        file = files(settings, either_db, two[0])[0]
        sound.finish_begun(settings, either_db, LATER)
        assert differing(settings, either_db) == [], line
        with either_db.reading() as session:
            said = session.scalar(select(func.count()).where(Deletion.part_id.is_not(None)))
            assert bool(said) == (not file.exists()), line
        either_db.engine.dispose()
        line += 1
    assert line > 100, "the tracer saw too few lines: the test proves nothing"
    assert not files(settings, either_db, two[0])[0].exists()
    assert deleting.run(settings, either_db, LATER) == 0
    assert differing(settings, either_db) == []


@pytest.mark.timeout(600)
def test_kill_at_every_line_of_what_goes_by_rows(
    settings: Settings, db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Everything else that is kept of callers; each time from the beginning, and the next run ends it."""
    monkeypatch.setattr(deleting, "PAUSE_SECONDS", 0.0)
    all_of_a_caller(settings, db)
    settings = having(settings, Retention(transcripts_months=24, numbers_months=24))
    before = snapshot(settings, db)

    def run() -> None:
        deleting.run(settings, db, LATER)

    run()  # so that no process has to compile the statements again
    restore(settings, db, before)

    modules = (beside, beside_calls, beside_numbers, beside_people, call_rows, rows, noting, recorded)
    lines = lines_that_write(run, settings.state_dir, *modules)
    assert len(lines) > 20, "the tracer saw too few writes: the test proves nothing"
    for line in lines:
        restore(settings, db, before)
        assert killed_before(line, run, *modules)
        assert differing(settings, db) == [], line
        said = deletions_said(db)
        assert len(said) == len(set(said)), line
        run()
        assert left(db) == [] and differing(settings, db) == [], line


def snapshot(settings: Settings, db: Database) -> bytes:
    """The database as it is, all in one file."""
    db.engine.dispose()
    with closing(sqlite3.connect(settings.state_dir / "hotline.db")) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return (settings.state_dir / "hotline.db").read_bytes()


def restore(settings: Settings, db: Database, before: bytes) -> None:
    """As it was; a fork must not share a connection."""
    db.engine.dispose()
    for each in settings.state_dir.glob("hotline.db-*"):
        each.unlink()
    (settings.state_dir / "hotline.db").write_bytes(before)


def deletions_said(db: Database) -> list[tuple[str, str]]:
    with db.reading() as session:
        said = select(AuditEntry.subject, AuditEntry.detail).where(AuditEntry.action == recorded.DELETE)
        return [(subject, detail) for subject, detail in session.execute(said)]
