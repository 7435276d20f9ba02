"""The database in a backup: crafted, damaged, or another one's."""

import sqlite3
import tarfile
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import text

from hotline.database import Database
from hotline.evidence import guards
from hotline.running import restore
from hotline.running.archive import SQLITE_COPY
from tests.kit.backups import assert_refused, elsewhere, ignore
from tests.unit.hotline.running import archives

CRAFTED = {
    "trigger": "CREATE TRIGGER t AFTER INSERT ON cases BEGIN DELETE FROM audit_entries; END",
    "view": "CREATE VIEW v AS SELECT * FROM users",
    "view of a table's name": "DROP TABLE units; CREATE VIEW units AS SELECT 1 AS code",
    "the version is a view": "ALTER TABLE alembic_version RENAME TO v; "
    "CREATE VIEW alembic_version AS SELECT version_num FROM v",
    "virtual table": "CREATE VIRTUAL TABLE f USING fts5(x)",
    "table": "CREATE TABLE sheet (x)",
    "index with a function": "CREATE INDEX i ON users (abs(id))",
    "column": "ALTER TABLE users ADD COLUMN x DEFAULT 1",
    "no key": "DROP INDEX ix_cases_origin",
    "version": "UPDATE alembic_version SET version_num = '9999'",
    "two versions": "INSERT INTO alembic_version VALUES ('0001')",
    "an older version's": "UPDATE alembic_version SET version_num = '0001'",
    "row without its parent": "PRAGMA foreign_keys = OFF; "
    "INSERT INTO awaited_codes (token_hash, user_id, at, wrong) VALUES ('x', 777, '2026-01-01', 0)",
}


@pytest.mark.thorough
@pytest.mark.parametrize("what", CRAFTED)
def test_a_crafted_database_is_refused(good: Path, tmp_path: Path, what: str) -> None:
    path = with_database(good, tmp_path, lambda found: found.executescript(CRAFTED[what]))
    assert_refused(path, elsewhere(tmp_path), "the database of the backup|the backup is of version")


def with_database(good: Path, tmp_path: Path, change: Callable[[sqlite3.Connection], object]) -> Path:
    copy = tmp_path / "crafted.db"
    with tarfile.open(good) as tar:
        content = tar.extractfile(SQLITE_COPY)
        assert content
        copy.write_bytes(content.read())
    with closing(sqlite3.connect(copy)) as found:
        change(found)
        found.commit()
    path = archives.replaced(good, tmp_path / "crafted.tar", SQLITE_COPY, copy.read_bytes())
    for each in tmp_path.glob("crafted.db*"):
        each.unlink()
    return path


def test_a_guard_that_says_something_else_is_put_up_anew(good: Path, tmp_path: Path) -> None:
    words = (
        "DROP TRIGGER guard_insert_audit_entries; CREATE TRIGGER guard_insert_audit_entries BEFORE INSERT "
        "ON audit_entries BEGIN DELETE FROM users; UPDATE units SET name_zh = 'it ran'; END"
    )
    path = with_database(good, tmp_path, lambda found: found.executescript(words))
    other = elsewhere(tmp_path)
    assert restore.restore(other, path, ignore, trust_unsealed=True) == 1
    with Database(other.database_url).reading() as session:
        assert guards.missing(session.connection()) == []
        query = text("SELECT sql FROM sqlite_master WHERE type = 'trigger'")
        assert not [words for words in session.scalars(query) if "it ran" in words]


@pytest.mark.parametrize("key", ["../../identity", "/etc/passwd", "hotline.db", ""])
def test_a_row_that_names_another_file(good: Path, tmp_path: Path, key: str) -> None:
    def change(found: sqlite3.Connection) -> None:
        for (name,) in found.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            found.execute(f"DROP TRIGGER {name}")
        found.execute("UPDATE recording_parts SET store_key = ?", (key,))

    assert_refused(with_database(good, tmp_path, change), elsewhere(tmp_path), "missing from the backup")


@pytest.mark.parametrize("content", [b"", b"no database", b"SQLite format 3\0" + b"\xff" * 4000])
def test_no_database_at_all(good: Path, tmp_path: Path, content: bytes) -> None:
    path = archives.replaced(good, tmp_path / "crafted.tar", SQLITE_COPY, content)
    assert_refused(path, elsewhere(tmp_path), "the database of the backup")


def test_a_damaged_page_is_noticed(good: Path, tmp_path: Path) -> None:
    with tarfile.open(good) as tar:
        content = bytearray(tar.extractfile(SQLITE_COPY).read())  # type: ignore[union-attr]
    content[-4096:] = b"\xff" * 4096
    path = archives.replaced(good, tmp_path / "crafted.tar", SQLITE_COPY, bytes(content))
    assert_refused(path, elsewhere(tmp_path), "the database of the backup")
