# ruff: noqa: S608 - the statements are the attack
"""The chain of the audit trail: whatever one row or one byte is changed to, it is found."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import delete, select, text, update
from sqlalchemy.exc import DatabaseError

from hotline import audit, hash_chain, people
from hotline.audit import AuditEntry
from hotline.database import Database
from hotline.evidence import guards, heads, recorded, stored_files
from hotline.people import PasswordHash, Role
from hotline.recordings import store
from hotline.recordings.recordings import Recording, RecordingPart
from hotline.settings_file import Settings
from tests.kit.evidence import CALLER, COLUMNS, NOW, differing, filled, sound_differing, unguarded

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


def test_what_nobody_changed_does_not_differ(settings: Settings, either_db: Database) -> None:
    db = filled(settings, either_db)
    kept = heads.current_head(db, NOW)
    assert kept and kept.sequence == 3 * 3 + 12
    assert differing(db, kept) == []
    assert sound_differing(settings, db) == []


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
    settings: Settings, either_db: Database, table: str, way: str
) -> None:
    db = filled(settings, either_db)
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


def test_a_detail_can_be_erased_and_the_chain_holds(settings: Settings, either_db: Database) -> None:
    db = filled(settings, either_db)
    with db.writing() as session:
        sequences = session.scalars(select(AuditEntry.sequence).where(AuditEntry.action == "open")).all()
        audit.erase_details(session, [each for each in sequences if each], NOW, None)
    with db.reading() as session:
        assert not session.scalars(
            select(AuditEntry.id).where(AuditEntry.action == "open", AuditEntry.detail != "")
        ).all()
    assert differing(db) == []


def test_a_detail_that_is_erased_unsaid_is_found(settings: Settings, either_db: Database) -> None:
    db = filled(settings, either_db)
    with db.writing() as session:  # the guards let this pass: retention does it
        session.execute(update(AuditEntry).where(AuditEntry.sequence == 11).values(detail="", salt=""))
    assert differing(db) == ["entry 11: its detail was taken away, and no entry says so"]


def test_a_caller_can_be_taken_off_a_recording(settings: Settings, either_db: Database) -> None:
    db = filled(settings, either_db)
    with db.writing() as session:
        first = session.scalars(select(Recording).order_by(Recording.id)).first()
        assert first
        first.caller = ""
        recorded.caller_erased(session, first, NOW)
        for part in first.parts:
            recorded.deleted(session, part, NOW, None, "kept for two years")
            store.path_of(settings.store_dir, part.store_key).unlink()
    assert differing(db) == []
    assert sound_differing(settings, db) == []


def test_no_number_of_a_caller_stands_in_the_trail(settings: Settings, either_db: Database) -> None:
    db = filled(settings, either_db)
    with db.reading() as session:
        rows = session.scalars(select(AuditEntry)).all()
        assert not [row for row in rows if CALLER in f"{row.subject} {row.detail}"]


def test_the_end_cut_off_is_found_by_the_head(settings: Settings, either_db: Database) -> None:
    db = filled(settings, either_db)
    kept = heads.current_head(db, NOW)
    assert kept
    unguarded(db, lambda session: session.execute(delete(AuditEntry).where(AuditEntry.sequence > 15)))
    assert differing(db) == []
    assert "cut off" in differing(db, kept)[0]


def test_a_chain_made_anew_is_found_by_the_head(settings: Settings, either_db: Database) -> None:
    db = filled(settings, either_db)
    kept = heads.current_head(db, NOW)
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


def test_sound_of_every_row_in_use(settings: Settings, db: Database) -> None:
    filled(settings, db)
    with db.reading() as session:
        assert len(stored_files.files(db)) == len(session.scalars(select(RecordingPart)).all()) == 6


def test_what_was_noted_before_the_clock_was_put_back_hides_nothing(db: Database) -> None:
    def look(at: datetime) -> None:
        with db.writing() as session:
            audit.note_once(session, at, li, "search", "recordings", "王秀兰", within=audit.ONE_LOOK)

    with db.writing() as session:
        li = people.add(session, "li", "李", Role.CLERK, PasswordHash("nothing")).id
    for at in (NOW + timedelta(days=365), NOW, NOW + timedelta(minutes=1)):
        look(at)
    with db.reading() as session:
        noted = session.scalars(select(AuditEntry.at).where(AuditEntry.action == "search"))
        assert list(noted) == [NOW + timedelta(days=365), NOW]


def test_no_row_is_changed_under_cover_of_an_erasure(settings: Settings, either_db: Database) -> None:
    """Erasing what was noted of a recording is allowed; its row must not be another's then."""
    db = filled(settings, either_db)
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
