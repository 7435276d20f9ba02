"""A database with a past is chained as it is found when it is upgraded."""

import sqlite3
from pathlib import Path

import pytest
from sqlalchemy import create_engine, select, text

from hotline import database
from hotline.audit import AuditEntry
from hotline.database import Database
from hotline.evidence import verification
from hotline.settings_file import Settings
from tests.kit.postgresql import PostgreSQL

ENTRIES = 2345
RECORDING = """
INSERT INTO recordings (id, call_id, case_number, caller, language, received_at, seconds, first_words,
    transcription, attempts, attempts_allowed, failure, changed_at)
VALUES (:id, :number, :number, '13800001234', 'zh', :at, 1.25, '', 'pending', 0, 3, '', :at)
"""
PART = """
INSERT INTO recording_parts (id, recording_id, position, source, store_key, sha256, bytes, seconds, repaired,
    replaced)
VALUES (:id, :id, 0, 'x', :id, :id, 12, 1.1, :no, :no)
"""


def earlier(url: str) -> None:
    """A database of the schema before, with entries that have gaps, and two recordings."""
    with create_engine(url).begin() as connection:
        database.migrate(connection, "0003")
        add = text(
            "INSERT INTO audit_entries (id, at, user_id, action, subject, detail) "
            "VALUES (:id, :at, NULL, 'open', :subject, :detail)"
        )
        for number in range(1, ENTRIES + 1):
            at = f"2026-01-01 08:{number % 60:02d}:00.000000"
            subject = "caller 13800001234" if number == 7 else f"call {number}"
            entry = {"id": number * 3, "at": at, "subject": subject, "detail": "词" * (number % 4)}
            connection.execute(add, entry)
        if connection.dialect.name == "postgresql":
            connection.execute(text(f"SELECT setval('audit_entries_id_seq', {3 * ENTRIES})"))
        for digit in ("1", "2"):
            row = {"id": digit * 32, "number": digit, "at": "2026-01-01 08:00:00", "no": False}
            connection.execute(text(RECORDING), row)
            connection.execute(text(PART), row)


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_what_is_there_is_chained(tmp_path: Path, kind: str, request: pytest.FixtureRequest) -> None:
    url = ""
    if kind == "postgresql":
        server: PostgreSQL = request.getfixturevalue("postgresql")
        url = server.new_database()
    settings = Settings(state_dir=tmp_path, database_url=url)
    earlier(settings.database_url)
    database.upgrade(settings)
    db = Database(settings.database_url)
    assert list(verification.rows_that_differ(db)) == []
    assert verification.entries(db) == ENTRIES + 4
    with db.reading() as session:
        subjects = session.scalars(select(AuditEntry.subject)).all()
    assert "caller 138*****234" in subjects
    assert not [each for each in subjects if "13800001234" in each]
    db.engine.dispose()


def test_a_changed_row_is_found_after_it(tmp_path: Path) -> None:
    settings = Settings(state_dir=tmp_path)
    earlier(settings.database_url)
    database.upgrade(settings)
    with sqlite3.connect(tmp_path / "hotline.db") as connection:
        connection.execute("DROP TRIGGER guard_update0_audit_entries")
        connection.execute("UPDATE audit_entries SET subject = 'call 0' WHERE sequence = 1200")
    found = list(verification.rows_that_differ(Database(settings.database_url)))
    assert [each.subject for each in found] == ["entry 1200"]
