# ruff: noqa: S608 - the statements are the attack
"""Somebody with rights on the database puts garbage into the audit trail: work goes on, verify names it."""

from datetime import UTC, datetime
from typing import Any

import pytest
from click.testing import CliRunner
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from hotline import audit, database, hash_chain, settings_file
from hotline.audit import AuditEntry
from hotline.commands import main
from hotline.database import Database
from hotline.evidence import chain_check, heads, health, sealing, trail, verification
from hotline.evidence.trail import EntryFilter
from hotline.intake import intake
from hotline.recordings import spool
from hotline.recordings.recordings import ScreeningOutcome
from hotline.registration import screening
from hotline.settings_file import Settings
from tests.kit.screening import load, register, two_messages
from tests.kit.wav import write_tone

NOW = datetime(2026, 9, 1, 8, 30, tzinfo=UTC)
ROW = {"at": NOW.replace(tzinfo=None), "user_id": None, "action": "open", "subject": "call 1", "detail": "x"}
ROW |= {"origin": "", "salt": "s", "words": "", "previous": "", "hash": "0" * 64}

ANYWHERE: list[dict[str, Any]] = [
    {"sequence": "next"},
    {"sequence": "next", "id": "next"},
    {"sequence": "next", "id": -1},
    {"sequence": "next", "id": 0},
    {"sequence": "next", "hash": ""},
    {"sequence": "next", "action": "keep", "subject": "part 1"},
    {"sequence": "next", "action": "restore", "subject": "backup x"},
    {"sequence": 1_000_000_000},
    {"sequence": 2**31 - 1},
    {"sequence": 2**31 - 2},
    {"sequence": sealing.LAST_NUMBER},
    {"sequence": 0},
    {"sequence": -7},
    {"sequence": None},
    {"sequence": None, "hash": "x", "words": "y"},
    {"id": 2**31 - 1, "sequence": "next"},
]
ONLY_SQLITE: list[dict[str, Any]] = [
    {"sequence": "garbage"},
    {"sequence": b"\x00\xff"},
    {"sequence": 22.5},
    {"sequence": 2**63 - 1},
    {"sequence": 2**40},
    {"id": 2**63 - 1, "sequence": "next"},
    {"sequence": "next", "hash": b"\xff"},
    {"sequence": "next", "at": "never"},
    {"sequence": "next", "at": "2026-99-99 08:00:00.000000"},
    {"sequence": None, "at": "never"},
    {"sequence": "next", "subject": b"\xff\xfe", "action": "restore"},
    {"sequence": "next", "detail": b"\xff"},
    {"sequence": "next", "action": "restore", "at": "never"},
    {"sequence": "next", "action": "delete", "subject": b"part 1"},
]
ONLY_POSTGRESQL: list[dict[str, Any]] = [
    {"sequence": "next", "at": "infinity"},
    {"sequence": "next", "at": "-infinity"},
]


def written(db: Database, *rows: dict[str, Any]) -> None:
    """What somebody writes past the hotline; the guards refuse changes, not further rows."""
    with db.engine.execution_options(hotline_writes=True).begin() as connection:
        for row in rows:
            below = "FROM audit_entries WHERE sequence BETWEEN 1 AND 100000"
            last = connection.scalar(text(f"SELECT max(sequence) {below}")) or 0
            id_ = connection.scalar(text("SELECT max(id) FROM audit_entries")) or 0
            lowest = connection.scalar(text("SELECT min(id) FROM audit_entries")) or 0
            values = ROW | {"id": min(-1, lowest) - 1} | row
            following = {"sequence": last + 1, "id": id_ + 1}
            values |= {name: following[name] for name, value in row.items() if value == "next"}
            given = ", ".join(f":{name}" for name in values)
            add = f"INSERT INTO audit_entries ({', '.join(values)}) VALUES ({given})"
            connection.execute(text(add), values)


def note(db: Database, count: int = 3) -> None:
    for number in range(count):
        with db.writing() as session:
            audit.note(session, NOW, None, "look up", f"case {number}")
            audit.note(session, NOW, None, "look up", f"case {number} again")


def differing(db: Database) -> list[str]:
    return [f"{each.subject}: {each.what}" for each in verification.rows_that_differ(db)]


def forge(db: Database, sequence: int, previous: str) -> None:
    """A row whose hash is right."""
    with db.writing() as session:
        entry = AuditEntry(at=NOW, action="open", subject="call 1", detail="x", origin="", salt="s")
        entry.id, entry.user_id, entry.previous, entry.sequence = -77, None, previous, sequence
        entry.words = hash_chain.words("s", "x")
        entry.hash = hash_chain.link(entry)
        session.add(entry)


def garbage(db: Database) -> list[dict[str, Any]]:
    is_sqlite = db.engine.dialect.name == "sqlite"
    return ANYWHERE + (ONLY_SQLITE if is_sqlite else ONLY_POSTGRESQL)


@pytest.mark.thorough
def test_whatever_somebody_writes_work_goes_on_and_is_verified(
    settings: Settings, either_db: Database
) -> None:
    """Each garbage row in turn, and more beside what the others left behind."""
    db, kept = either_db, 0
    note(db)
    for row in garbage(db):
        before = differing(db)
        written(db, row)
        note(db)
        kept += 6
        after = differing(db)
        assert len(after) > len(before), row
        assert not [each for each in after if "follow the entry before" in each], (row, after)
    with db.reading() as session:
        rows = session.execute(select(AuditEntry.id).where(AuditEntry.action == "look up")).all()
    assert len(rows) == kept + 6


def test_a_recording_is_taken_in_registered_and_set_aside(settings: Settings, either_db: Database) -> None:
    db, ids = either_db, two_messages(settings, either_db)
    written(db, {"sequence": "next"}, {"sequence": 2**31 - 1})
    register(db, ids[0])
    with db.writing() as session:
        recording, clerk = load(session, ids[1])
        screening.set_aside(session, recording, ScreeningOutcome.NO_CONTENT, clerk, NOW)
    write_tone(spool.part_path(settings.spool_dir, "1763885000.9", 0), 0.1)
    spool.write_note(settings.spool_dir, spool.CallNote("1763885000.9", "13800001234"))
    assert intake.take_in("1763885000.9", settings, db)
    told = differing(db)
    assert len([each for each in told if "its hash is another" in each]) == 2
    assert not [each for each in told if each.startswith(("recording", "part"))]


def test_a_row_in_between_is_named_and_the_next_follows_the_last_that_holds(either_db: Database) -> None:
    note(either_db, 1)
    written(either_db, {"sequence": "next"})
    note(either_db, 1)
    assert differing(either_db) == ["entry 3: it was changed: its hash is another"]


def test_what_stands_outside_the_chain_is_never_taken_into_it(either_db: Database) -> None:
    note(either_db, 1)
    written(either_db, {"sequence": None})
    note(either_db, 2)
    [told] = differing(either_db)
    assert "it stands outside the chain" in told


def test_behind_a_row_that_does_not_verify_nothing_can_be_taken_away(either_db: Database) -> None:
    """The bridge leads from the last entry that holds alone."""
    note(either_db, 1)
    with either_db.reading() as session:
        first = session.scalars(select(AuditEntry.hash).where(AuditEntry.sequence == 1)).one()
    written(either_db, {"sequence": "next"})
    forge(either_db, 4, first)
    assert any(each.startswith("entry 4: it does not follow") for each in differing(either_db))


@pytest.mark.thorough
def test_above_a_thousand_rows_of_garbage_the_chain_begins_anew(either_db: Database) -> None:
    note(either_db, 1)
    written(either_db, *({"sequence": 3 + number} for number in range(sealing.LOOK_BACK)))
    assert heads.current_head(either_db, NOW) is None
    note(either_db, 2)
    told = differing(either_db)
    anew = f"entry {3 + sealing.LOOK_BACK}: the chain begins anew here"
    assert len(told) == sealing.LOOK_BACK + 1 and told[-1].startswith(anew)


def test_a_number_far_above_does_not_use_up_those_there_are(either_db: Database) -> None:
    """Also where somebody knows how an entry's hash is made."""
    note(either_db, 1)
    forge(either_db, 2**31 - 1, "")
    note(either_db, 1)
    with either_db.reading() as session:
        numbers = session.scalars(select(AuditEntry.sequence).where(AuditEntry.action == "look up"))
        assert sorted(each or 0 for each in numbers) == [1, 2, 3, 4]


def test_who_only_reads_sees_all_the_others(
    settings: Settings, either_db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settings_file, "current", lambda: settings)
    monkeypatch.setattr(database, "current", lambda: either_db)
    note(either_db)
    written(either_db, *garbage(either_db))
    note(either_db)
    with either_db.reading() as session:
        found, _ = trail.page(session, EntryFilter(action="look up"))
    assert len(found) == 12
    shown = CliRunner().invoke(main, ["audit", "show"])
    assert shown.exit_code == 0, shown.output
    assert shown.output.count("look up") == 12
    verified = CliRunner().invoke(main, ["audit", "verify"])
    assert verified.exit_code == 1 and "is another" in verified.output
    chain_check.follow_and_write(settings, either_db, NOW)
    said = {each.part for each in health.evidence(settings) if not each.ok}
    assert said >= {"audit trail", "evidence"}


def test_a_transaction_that_is_rolled_back_to_a_savepoint_chains_nothing(either_db: Database) -> None:
    with either_db.writing() as session:
        with pytest.raises(DBAPIError), session.begin_nested():
            audit.note(session, NOW, None, "never", "call 9")
            session.flush()
            session.execute(text("SELECT nothing FROM nowhere"))
        audit.note(session, NOW, None, "look up", "case 1")
    assert differing(either_db) == []
    with either_db.reading() as session:
        assert session.execute(select(AuditEntry.sequence, AuditEntry.action)).all() == [(1, "look up")]
