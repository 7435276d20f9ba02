"""A chain of recordings and acts, and somebody who may alter the database itself."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import text

from hotline import audit
from hotline.database import Database
from hotline.evidence import guards, stored_files, verification
from hotline.evidence.heads import Head
from hotline.intake import intake
from hotline.recordings import spool
from hotline.settings_file import Settings
from tests.kit.wav import write_tone

NOW = datetime(2026, 9, 1, 8, 30, 0, 123456, tzinfo=UTC)
CALLER = "13800001234"


def filled(settings: Settings, db: Database) -> Database:
    """Three recordings of two parts each, and twelve acts."""
    for number in range(3):
        call_id = f"1763885000.{number}"
        for part in range(2):
            write_tone(spool.part_path(settings.spool_dir, call_id, part), 0.25, 300 + 40 * number + part)
        spool.write_note(settings.spool_dir, spool.CallNote(call_id, CALLER))
        intake.take_in(call_id, settings, db)
    for number in range(12):
        with db.writing() as session:
            audit.note(
                session, NOW + timedelta(minutes=number), None, "open", f"call {number}", "词" * (number % 3)
            )
    return db


def unguarded(db: Database, act: Callable[[Any], object]) -> None:
    """What somebody does who may alter the database itself."""
    with db.writing() as session:
        guards.take_down(session.connection())
        if db.engine.dialect.name == "postgresql":
            session.execute(text("SET LOCAL session_replication_role = replica"))
        act(session)
    with db.engine.execution_options(hotline_writes=True).begin() as connection:
        guards.set_up(connection)


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


def differing(db: Database, *kept: Head) -> list[str]:
    return [f"{each.subject}: {each.what}" for each in verification.rows_that_differ(db, kept)]


def sound_differing(settings: Settings, db: Database) -> list[str]:
    found = [stored_files.file_differs(settings, file) for file in stored_files.files(db)]
    return [each for each in found if each]
