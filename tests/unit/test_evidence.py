# ruff: noqa: S608 - the statements are the attack
"""The chain of the audit trail: whatever one row or one byte is changed to, it is found."""

import os
import shutil
import sqlite3
from datetime import datetime, timedelta
from operator import methodcaller
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, select, text, update
from sqlalchemy.exc import DatabaseError

from hotline import audit, database, hash_chain, people
from hotline.audit import AuditEntry
from hotline.database import Database
from hotline.evidence import guards, heads, recorded, stored_files, verification
from hotline.evidence.heads import Head
from hotline.people import Hashed, Role
from hotline.recordings import store
from hotline.recordings.recordings import Recording, RecordingPart
from hotline.settings import Settings
from tests.kit.evidence import CALLER, NOW, filled, unguarded

CHAINED = (
    "id",
    "at",
    "user_id",
    "action",
    "subject",
    "detail",
    "origin",
    "salt",
    "sequence",
    "words",
    "previous",
    "hash",
)
OF_PARTS = (
    "id",
    "recording_id",
    "position",
    "source",
    "store_key",
    "sha256",
    "bytes",
    "seconds",
    "speaker",
    "repaired",
    "replaced",
)
OF_RECORDINGS = ("id", "call_id", "case_number", "caller", "language", "received_at")
COLUMNS = {"audit_entries": CHAINED, "recording_parts": OF_PARTS, "recordings": OF_RECORDINGS}

NEVER = {
    "audit_entries": (
        "subject = 'call 99'",
        "detail = 'x'",
        "sequence = NULL",
        "user_id = id",
        "origin = 'x'",
    ),
    "recording_parts": ("sha256 = ''", "bytes = 0", "recording_id = id", "source = 'x'", "store_key = 'x'"),
    "recordings": ("call_id = 'x'", "received_at = changed_at", "id = call_id"),
}


def differing(db: Database, *kept: Head) -> list[str]:
    return [f"{each.subject}: {each.what}" for each in verification.rows_that_differ(db, kept)]


def sound_differing(chosen: Settings, db: Database) -> list[str]:
    found = [stored_files.file_differs(chosen.store_dir, file) for file in stored_files.files(db)]
    return [each for each in found if each]


def test_what_nobody_changed_does_not_differ(chosen: Settings, either_db: Database) -> None:
    db = filled(chosen, either_db)
    kept = heads.now(db, NOW)
    assert kept and kept.sequence == 3 * 3 + 12
    assert differing(db, kept) == []
    assert sound_differing(chosen, db) == []


def test_a_transaction_that_fails_leaves_no_gap(either_db: Database) -> None:
    for number in range(5):
        try:
            with either_db.writing() as session:
                audit.note(session, NOW, None, "open", f"call {number}")
                with pytest.raises(RuntimeError), session.begin_nested():
                    audit.note(session, NOW, None, "never", "call 9")
                    raise RuntimeError
                if number % 2:
                    raise RuntimeError
        except RuntimeError:
            continue
    with either_db.reading() as session:
        found = session.execute(
            select(AuditEntry.sequence, AuditEntry.subject).order_by(AuditEntry.sequence)
        ).all()
    assert found == [(1, "call 0"), (2, "call 2"), (3, "call 4")]
    assert differing(either_db) == []


def test_values_that_read_alike_are_hashed_otherwise() -> None:
    alike = [
        ("ab", "c"),
        ("a", "bc"),
        ("abc", ""),
        ("", "abc"),
        ("abc",),
        ('a","b', "c"),
        ("a", "b", "c"),
        ("1",),
        (1,),
        (None,),
        ("None",),
        ("",),
    ]
    assert len({hash_chain.digest(*each) for each in alike}) == len(alike)


@pytest.mark.parametrize("table", COLUMNS)
@pytest.mark.parametrize("way", ["update", "delete", "truncate", "replace"])
def test_the_database_refuses_what_is_never_done(
    chosen: Settings, either_db: Database, table: str, way: str
) -> None:
    db = filled(chosen, either_db)
    sqlite = db.engine.dialect.name == "sqlite"
    statements = {
        "update": [f"UPDATE {table} SET {change}" for change in NEVER[table]],
        "delete": [f"DELETE FROM {table}"],
        "truncate": [f"DELETE FROM {table} WHERE true" if sqlite else f"TRUNCATE {table} CASCADE"],
        "replace": [f"INSERT OR REPLACE INTO {table} SELECT * FROM {table}"] if sqlite else [],
    }[way]
    for statement in statements:
        with pytest.raises(DatabaseError, match="never changed or deleted"), db.writing() as session:
            session.execute(text(statement))
    assert differing(db) == []


def test_a_guard_that_somebody_removed_is_missed(either_db: Database) -> None:
    with either_db.engine.connect() as connection:
        assert guards.missing(connection) == []
        name = "guard_delete_audit_entries"
        on = "" if either_db.engine.dialect.name == "sqlite" else " ON audit_entries"
        connection.execute(text(f"DROP TRIGGER {name}{on}"))
        assert guards.missing(connection) == [name]
        connection.rollback()


def test_a_detail_can_be_erased_and_the_chain_holds(chosen: Settings, either_db: Database) -> None:
    db = filled(chosen, either_db)
    with db.writing() as session:
        sequences = session.scalars(select(AuditEntry.sequence).where(AuditEntry.action == "open")).all()
        audit.erase_details(session, [each for each in sequences if each], NOW, None)
    with db.reading() as session:
        assert not session.scalars(
            select(AuditEntry.id).where(AuditEntry.action == "open", AuditEntry.detail != "")
        ).all()
    assert differing(db) == []


def test_a_detail_that_is_erased_unsaid_is_found(chosen: Settings, either_db: Database) -> None:
    db = filled(chosen, either_db)
    with db.writing() as session:  # the guards let this pass: retention does it
        session.execute(update(AuditEntry).where(AuditEntry.sequence == 11).values(detail="", salt=""))
    assert differing(db) == ["entry 11: its detail was taken away, and no entry says so"]


def test_a_caller_can_be_taken_off_a_recording(chosen: Settings, either_db: Database) -> None:
    db = filled(chosen, either_db)
    with db.writing() as session:
        first = session.scalars(select(Recording).order_by(Recording.id)).first()
        assert first
        first.caller = ""
        recorded.caller_erased(session, first, NOW)
        for part in first.parts:
            recorded.deleted(session, part, NOW, None, "kept for two years")
            store.path_of(chosen.store_dir, part.store_key).unlink()
    assert differing(db) == []
    assert sound_differing(chosen, db) == []


def test_no_number_of_a_caller_stands_in_the_trail(chosen: Settings, either_db: Database) -> None:
    db = filled(chosen, either_db)
    with db.reading() as session:
        rows = session.scalars(select(AuditEntry)).all()
        assert not [row for row in rows if CALLER in f"{row.subject} {row.detail}"]


def test_the_end_cut_off_is_found_by_the_head(chosen: Settings, either_db: Database) -> None:
    db = filled(chosen, either_db)
    kept = heads.now(db, NOW)
    assert kept
    unguarded(db, lambda session: session.execute(delete(AuditEntry).where(AuditEntry.sequence > 15)))
    assert differing(db) == []
    assert "cut off" in differing(db, kept)[0]


def test_a_chain_made_anew_is_found_by_the_head(chosen: Settings, either_db: Database) -> None:
    db = filled(chosen, either_db)
    kept = heads.now(db, NOW)
    assert kept
    unguarded(db, made_anew)
    assert differing(db) == []
    assert "made anew" in differing(db, kept)[0]


def made_anew(session: Any) -> None:
    """As somebody would who knows how: the subject of an entry, and every hash after it."""
    previous = hash_chain.START
    for entry in session.scalars(select(AuditEntry).order_by(AuditEntry.sequence)):
        if entry.sequence == 12:
            entry.subject = "call 99"
        entry.previous = previous
        previous = entry.hash = hash_chain.link(entry)


@pytest.fixture(scope="module")
def evidence(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """A filled hotline, to be copied."""
    chosen = Settings(state_dir=tmp_path_factory.mktemp("evidence") / "state")
    for folder in (chosen.spool_dir, chosen.store_dir, chosen.run_dir):
        folder.mkdir(parents=True)
    database.upgrade(chosen)
    db = filled(chosen, Database(chosen.database_url))
    db.engine.dispose()
    return chosen


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
    chosen = Settings(state_dir=tmp_path / os.urandom(8).hex())
    shutil.copytree(evidence.state_dir, chosen.state_dir)
    db = Database(chosen.database_url)
    kept = heads.now(db, NOW)
    assert kept
    changed = tampered(chosen, *attack)
    found = differing(db, kept) + sound_differing(chosen, db)
    db.engine.dispose()
    shutil.rmtree(chosen.state_dir)
    assert bool(found) == changed, attack


def tampered(chosen: Settings, kind: str, table: str, column: str, nth: int, other: int, value: Any) -> bool:
    """Do it as somebody who holds the files; whether anything is otherwise than before."""
    if "file" in kind or kind == "flip":
        return _sound_tampered(chosen, kind, nth, other)
    connection = sqlite3.connect(chosen.state_dir / "hotline.db")
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


def _sound_tampered(chosen: Settings, kind: str, nth: int, other: int) -> bool:
    files = sorted(chosen.store_dir.rglob("*.wav"))
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
    chosen: Settings, postgresql: Any, table: str, request: pytest.FixtureRequest
) -> None:
    from tests.kit.postgresql import emptied

    for column in COLUMNS[table]:
        db = filled(chosen, emptied(Database(postgresql.url)))
        last = f"(SELECT max(id) FROM {table})"
        change = text(f"UPDATE {table} SET {column} = {_other(table, column)} WHERE id = {last}")
        unguarded(db, methodcaller("execute", change))
        assert differing(db), column
        db.engine.dispose()


def _other(table: str, column: str) -> str:
    if column in ("at", "received_at"):
        return f"{column} + interval '1 microsecond'"
    if column in ("repaired", "replaced"):
        return f"NOT {column}"
    if column in ("sequence", "position", "bytes", "seconds", "user_id") or (table, column) == AUDIT_ID:
        return f"coalesce({column}, 0) + 1"
    return "'agent'" if column == "speaker" else f"left('x' || {column}, greatest(length({column}), 1))"


AUDIT_ID = ("audit_entries", "id")


def test_sound_of_every_row_in_use(chosen: Settings, db: Database) -> None:
    filled(chosen, db)
    with db.reading() as session:
        assert len(stored_files.files(db)) == len(session.scalars(select(RecordingPart)).all()) == 6


def test_what_was_noted_before_the_clock_was_put_back_hides_nothing(db: Database) -> None:
    def look(at: datetime) -> None:
        with db.writing() as session:
            audit.note_once(session, at, li, "search", "recordings", "王秀兰", within=audit.ONE_LOOK)

    with db.writing() as session:
        li = people.add(session, "li", "李", Role.CLERK, Hashed("nothing")).id
    for at in (NOW + timedelta(days=365), NOW, NOW + timedelta(minutes=1)):
        look(at)
    with db.reading() as session:
        noted = session.scalars(select(AuditEntry.at).where(AuditEntry.action == "search"))
        assert list(noted) == [NOW + timedelta(days=365), NOW]


def test_no_row_is_changed_under_cover_of_an_erasure(chosen: Settings, either_db: Database) -> None:
    """Erasing what was noted of a recording is allowed; its row must not be another's then."""
    db = filled(chosen, either_db)
    with db.writing() as session:
        receipts = session.scalars(select(AuditEntry.sequence).where(AuditEntry.action == recorded.RECEIVE))
        audit.erase_details(session, [next(each for each in receipts if each)], NOW, None)
        session.execute(update(Recording).values(caller="13900000000"))
    assert sum("was erased" in each for each in differing(db)) == 1
    assert sum("its row was changed" in each for each in differing(db)) == 2


def test_a_guard_that_lets_everything_pass_is_none(either_db: Database) -> None:
    is_sqlite = either_db.engine.dialect.name == "sqlite"
    with either_db.writing() as session:
        connection = session.connection()
        assert guards.missing(connection) == []
        if is_sqlite:
            name = "guard_delete_audit_entries"
            connection.execute(text(f"DROP TRIGGER {name}"))
            harmless = f"CREATE TRIGGER {name} BEFORE DELETE ON audit_entries WHEN 0 BEGIN SELECT 1; END"
        else:
            harmless = (
                "CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS "
                "$$ BEGIN RETURN NULL; END $$"
            )
        connection.execute(text(harmless))
        assert "guard_delete_audit_entries" in guards.missing(connection)
        guards.set_up(connection)
        assert guards.missing(connection) == []
    with pytest.raises(DatabaseError), either_db.writing() as session:
        audit.note(session, NOW, None, "x", "y")
        session.flush()
        session.execute(delete(AuditEntry))


def test_a_guard_of_an_earlier_version_is_replaced(either_db: Database) -> None:
    """It refused what is allowed now, and a backup of then has it."""
    old = "guard_update2_recording_parts"
    refuse = "BEGIN SELECT RAISE(ABORT, 'never'); END"
    if either_db.engine.dialect.name == "postgresql":
        refuse = "EXECUTE FUNCTION refuse_change()"
    with either_db.writing() as session:
        connection = session.connection()
        made = f"CREATE TRIGGER {old} BEFORE UPDATE ON recording_parts FOR EACH ROW {refuse}"
        connection.execute(text(made))
        assert guards.is_name(old) and not guards.is_name("guard_x") and not guards.is_name("x")
        guards.set_up(connection)
        with pytest.raises(DatabaseError), session.begin_nested():
            drop = f"DROP TRIGGER {old}"
            on = " ON recording_parts" if "FUNCTION" in refuse else ""
            connection.execute(text(drop + on))  # it is gone
