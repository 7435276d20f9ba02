"""The sweep: takes in what any rung of the ladder left in the spool, and checks the store both ways."""

import logging
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

from sqlalchemy import select

from hotline.database import Database
from hotline.evidence import recorded
from hotline.intake import intake
from hotline.intake.intake import Intake
from hotline.recordings import spool
from hotline.recordings.recordings import RecordingPart
from hotline.recordings.spool import SpoolPart
from hotline.settings_file import Settings

log = logging.getLogger(__name__)

QUIET_SECONDS = 10.0
"""A file that grows is being recorded."""
FORGET_NOTE_SECONDS = 24 * 3600.0


def sweep(settings: Settings, database: Database, now: Callable[[], float] = time.time) -> list[Intake]:
    """Take in every finished call of the spool. One call that fails does not hold up the others."""
    taken = []
    for call_id, parts in spool.calls(settings.spool_dir).items():
        if not _is_over(settings.spool_dir, call_id, parts, now()):
            continue
        try:
            call = spool.with_note(settings.spool_dir, call_id, parts)
            if message := intake.take_in_call(call, settings, database):
                taken.append(message)
        except Exception:
            log.exception("the recordings of call %s stay in the spool; the next sweep tries again", call_id)
    _forget_old_notes(settings.spool_dir, now())
    return taken


def _is_over(spool_dir: Path, call_id: str, parts: list[SpoolPart], now: float) -> bool:
    try:
        newest = max(part.path.stat().st_mtime for part in parts)
    except FileNotFoundError:  # taken in by its own call in this moment
        return False
    is_fresh = 0 <= now - newest < QUIET_SECONDS  # a time still to come is a clock that was set back
    if is_fresh or spool.is_in_progress(spool_dir, call_id):
        return False
    return not any(spool.is_open(part.path) for part in parts)


def _forget_old_notes(spool_dir: Path, now: float) -> None:
    """Remove the notes of calls that were taken in long ago; a caller's number is not kept for nothing."""
    for pattern in ("*.json", "*.lock", "*.json-partial", "*.clock"):
        for path in spool_dir.glob(pattern):
            call_id = path.name.removesuffix(path.suffix)
            with suppress(FileNotFoundError):  # its call removes it in this moment
                old = now - path.stat().st_mtime > FORGET_NOTE_SECONDS
                if old and not spool.parts_of(spool_dir, call_id):
                    path.unlink()


def missing_files(settings: Settings, database: Database) -> Iterator[str]:
    """Keys that have a row but no file in the store, and were not deleted: restore them from the backup."""
    kept = select(RecordingPart.store_key).where(~recorded.is_deleted())
    with database.reading() as session:
        for key in session.scalars(kept).yield_per(1000):
            if not (settings.store_dir / key).exists():
                yield key


def strays(settings: Settings, database: Database) -> Iterator[Path]:
    """Files in the store without a row: a kill came between rename and commit.

    The spool file was still there then, so the next sweep commits the row; what stays is only reported.
    """
    with database.reading() as session:
        known = set(session.scalars(select(RecordingPart.store_key)))
    for path in settings.store_dir.rglob("*.wav"):
        if str(path.relative_to(settings.store_dir)) not in known:
            yield path
