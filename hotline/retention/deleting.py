"""Deleting what is kept long enough, so that a kill at any line leaves nothing half deleted for good.

Rows go in one transaction with the entry that says so; of files see ``sound`` and ``document_files``.
Rows with the hashes stay. The rule is asked again in front: a case may run again meanwhile.
"""

import fcntl
import logging
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from hotline.database import Database
from hotline.enquiries import enquiries
from hotline.retention import beside, document_files, gathering, rows, sound
from hotline.retention.beside import PersonalData
from hotline.retention.deletions import Retained
from hotline.settings_file import Settings

DELETIONS_A_RUN = 200
"""Deletions of each kind in one run."""
PAUSE_SECONDS = 0.05

log = logging.getLogger(__name__)


@contextmanager
def alone(settings: Settings, wait: bool = True) -> Iterator[bool]:
    """Let no file of the store go meanwhile: a backup copies the database first, and its files after.

    False where ``wait`` is not wanted and another has it.
    """
    settings.run_dir.mkdir(parents=True, exist_ok=True)
    lock = os.open(settings.run_dir / "retention.lock", os.O_RDONLY | os.O_CREAT, 0o644)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
        is_ours = True
    except BlockingIOError:
        is_ours = False
    try:
        yield is_ours
    finally:
        os.close(lock)


def run(settings: Settings, db: Database, now: datetime, most: int = DELETIONS_A_RUN) -> int:
    """Delete what is due, at most so many of each kind, and finish what was begun. How many deletions."""
    with alone(settings, wait=False) as free:
        if not free:
            return 0
        _finish(settings, db, now)
        with db.writing() as session:
            gathering.note_closed(session, now)
        count = sum(_delete_all(settings, db, what, now, most) for what in Retained)
        count += sum(_delete_beside(settings, db, kind, now, most) for kind in PersonalData)
        count += _delete_documents(settings, db, now, most)
    if count:
        log.info("retention: %s deletions; see: hotline retention report", count)
    return count


def finish(settings: Settings, db: Database, now: datetime) -> None:
    """Only what has to be done whatever the date is; nothing that depends on how long something was kept."""
    with alone(settings, wait=False) as free:
        if free:
            _finish(settings, db, now)


def _finish(settings: Settings, db: Database, now: datetime) -> None:
    with db.writing() as session:
        enquiries.forget(session, now)  # whatever is set: their hour is over
    finish_begun(settings, db, now)


def finish_begun(settings: Settings, db: Database, now: datetime) -> None:
    """Say of files that are gone that they were deleted, so that a backup finds all that rows name."""
    sound.finish_begun(settings, db, now)
    document_files.finish_begun(settings, db, now)


def _delete_documents(settings: Settings, db: Database, now: datetime, most: int) -> int:
    with db.reading() as session:
        due = document_files.due(session, settings.retention, now)
        return _until(most, (document_files.delete(settings, db, each.document_id, now) for each in due))


def _delete_all(settings: Settings, db: Database, what: Retained, now: datetime, most: int) -> int:
    with db.reading() as session:
        due = gathering.due(session, settings.retention, what, now)
        return _until(most, (delete(settings, db, what, each.recording_id, now) for each in due))


def _delete_beside(settings: Settings, db: Database, kind: PersonalData, now: datetime, most: int) -> int:
    with db.reading() as session:
        due = beside.due(session, settings.retention, kind, now)
        return _until(most, (beside.delete(settings.retention, db, each, now) for each in due))


def _until(most: int, deletions: Iterator[bool]) -> int:
    """Go on until so many deletions have come to something: what cannot go holds up nothing behind it."""
    count = 0
    while count < most and (deleted := next(deletions, None)) is not None:
        count += deleted
        time.sleep(PAUSE_SECONDS)
    return count


def delete(settings: Settings, db: Database, what: Retained, recording_id: str, now: datetime) -> bool:
    """Delete one kind of thing of one recording; False where it is kept after all."""
    if what is Retained.SOUND:
        return sound.delete(settings, db, recording_id, now)
    return rows.delete(settings, db, what, recording_id, now)
