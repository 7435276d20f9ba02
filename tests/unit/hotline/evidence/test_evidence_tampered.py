# ruff: noqa: S608 - the statements are the attack
"""Any change of a row or a byte that evidence covers is found, whatever it is."""

import os
import shutil
import sqlite3
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import TextClause, text

from hotline.database import Database
from hotline.evidence import heads
from hotline.settings_file import Settings
from tests.kit import databases
from tests.kit.evidence import COLUMNS, NOW, differing, filled, sound_differing, unguarded


@pytest.fixture(scope="module")
def evidence(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """A filled hotline, to be copied."""
    settings = Settings(state_dir=tmp_path_factory.mktemp("evidence") / "state")
    for folder in (settings.spool_dir, settings.store_dir, settings.run_dir):
        folder.mkdir(parents=True)
    databases.new(settings)
    db = filled(settings, Database(settings.database_url))
    db.engine.dispose()
    return settings


def _value(column: str) -> st.SearchStrategy[Any]:
    return st.one_of(
        st.none(),
        st.integers(-5, 40),
        st.text(max_size=12),
        st.binary(max_size=4),
        st.sampled_from(["2026-09-01 08:31:00.123456", "2026-09-01 08:31:00", "0" * 64]),
    )


@st.composite
def attacks(draw: st.DrawFn) -> tuple[Any, ...]:
    """A change of one row or one byte."""
    kind = draw(
        st.sampled_from(["update", "delete", "insert", "swap", "tail", "flip", "other file", "lost file"])
    )
    table = draw(st.sampled_from(sorted(COLUMNS)))
    column = draw(st.sampled_from(COLUMNS[table]))
    return kind, table, column, draw(st.integers(0, 20)), draw(st.integers(1, 20)), draw(_value(column))


@pytest.mark.thorough
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(attack=attacks())
def test_any_change_of_a_row_or_a_byte_is_found(
    evidence: Settings, tmp_path: Path, attack: tuple[Any, ...]
) -> None:
    settings = Settings(state_dir=tmp_path / os.urandom(8).hex())
    shutil.copytree(evidence.state_dir, settings.state_dir)
    db = Database(settings.database_url)
    kept = heads.current_head(db, NOW)
    assert kept
    changed = tampered(settings, *attack)
    found = differing(db, kept) + sound_differing(settings, db)
    db.engine.dispose()
    shutil.rmtree(settings.state_dir)
    assert bool(found) == changed, attack


def tampered(
    settings: Settings, kind: str, table: str, column: str, nth: int, other: int, value: Any
) -> bool:
    """Do it as somebody who holds the files; whether anything is otherwise than before."""
    if "file" in kind or kind == "flip":
        return _sound_tampered(settings, kind, nth, other)
    connection = sqlite3.connect(settings.state_dir / "hotline.db")
    before = list(connection.iterdump())
    for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
        connection.execute(f"DROP TRIGGER {name}")
    ids = [each for (each,) in connection.execute(f"SELECT id FROM {table} ORDER BY id")]
    mine, theirs = ids[nth % len(ids)], ids[(nth + other) % len(ids)]
    try:
        _rows_tampered(connection, kind, table, column, mine, theirs, value)
    except sqlite3.Error:  # the table itself does not hold that
        connection.rollback()
    connection.commit()
    after = list(connection.iterdump())
    connection.close()
    return [line for line in before if "TRIGGER" not in line] != [
        line for line in after if "TRIGGER" not in line
    ]


def _rows_tampered(
    connection: sqlite3.Connection, kind: str, table: str, column: str, mine: Any, theirs: Any, value: Any
) -> None:
    if kind == "update":
        connection.execute(f"UPDATE {table} SET {column} = ? WHERE id = ?", (value, mine))
    elif kind == "delete":
        connection.execute(f"DELETE FROM {table} WHERE id = ?", (mine,))
    elif kind == "tail":
        connection.execute(f"DELETE FROM {table} WHERE id >= ?", (mine,))
    elif kind == "insert":
        names = [row[1] for row in connection.execute(f"PRAGMA table_info({table})")]
        unique = {"id": 900 if table == "audit_entries" else "f" * 32, "sequence": 900, "call_id": "x"}
        unique |= {"case_number": "y", "store_key": "z"}
        values = ", ".join("?" if name in unique else name for name in names)
        given = [unique[name] for name in names if name in unique]
        connection.execute(f"INSERT INTO {table} SELECT {values} FROM {table} WHERE id = ?", (*given, mine))
    elif kind == "swap":
        read = f"SELECT {column} FROM {table} WHERE id = ?"
        (first,), (second,) = (connection.execute(read, (each,)).fetchone() for each in (mine, theirs))
        away = 99_999 if isinstance(first, int) else "away"
        key = "id" if column != "id" else "rowid"
        for found, new in ((mine, away), (theirs, first), (mine, second)) if key == "id" else ():
            connection.execute(f"UPDATE {table} SET {column} = ? WHERE id = ?", (new, found))


def _sound_tampered(settings: Settings, kind: str, nth: int, other: int) -> bool:
    files = sorted(settings.store_dir.rglob("*.wav"))
    path, another = files[nth % len(files)], files[(nth + other) % len(files)]
    content = bytearray(path.read_bytes())
    path.chmod(0o600)
    if kind == "flip":
        content[(nth * 997 + other) % len(content)] ^= 1 << (other % 8)
        path.write_bytes(content)
        return True
    if kind == "lost file":
        path.unlink()
        return True
    path.write_bytes(another.read_bytes())
    return path != another


@pytest.mark.parametrize("table", COLUMNS)
def test_any_column_changed_on_postgresql_is_found(
    settings: Settings, postgresql: Any, table: str, request: pytest.FixtureRequest
) -> None:
    from tests.kit.postgresql import emptied

    db = filled(settings, emptied(Database(postgresql.url)))
    newest = f"id = (SELECT max(id) FROM {table})"
    with db.reading() as session:
        row = dict(session.execute(text(f"SELECT * FROM {table} WHERE {newest}")).mappings().one())
    every = ", ".join(f"{name} = :{name}" for name in row)
    for column in COLUMNS[table]:
        change = text(f"UPDATE {table} SET {column} = {_other(table, column)} WHERE {newest} RETURNING id")
        (changed,) = _unguarded_ids(db, change)
        assert differing(db), column
        back = text(f"UPDATE {table} SET {every} WHERE id = :changed RETURNING id")
        assert _unguarded_ids(db, back.bindparams(**row, changed=changed)) == [row["id"]]
        assert differing(db) == [], column  # what is found next is of the next column
    db.engine.dispose()


def _unguarded_ids(db: Database, change: TextClause) -> list[Any]:
    found: list[Any] = []
    unguarded(db, lambda session: found.extend(session.scalars(change)))
    return found


def _other(table: str, column: str) -> str:
    if column in ("at", "received_at"):
        return f"{column} + interval '1 microsecond'"
    if column in ("repaired", "replaced"):
        return f"NOT {column}"
    if column in ("sequence", "position", "bytes", "seconds", "user_id") or (table, column) == AUDIT_ID:
        return f"coalesce({column}, 0) + 1"
    return "'agent'" if column == "speaker" else f"left('x' || {column}, greatest(length({column}), 1))"


AUDIT_ID = ("audit_entries", "id")
