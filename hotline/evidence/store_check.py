"""The store is read again, a share each minute, so that every recording is read within four weeks."""

import logging
import os
import threading
import time
from datetime import UTC, datetime, timedelta

from sqlalchemy import or_, select, update

from hotline import database as databases
from hotline.database import Database
from hotline.evidence import findings, recorded, stored_files
from hotline.evidence.stored_files import StoredFile
from hotline.recordings.recordings import RecordingPart
from hotline.settings_file import Settings

READ_AGAIN_AFTER = timedelta(weeks=3)
"""So long a file is left alone after it was read."""
MENDED_WITHIN = timedelta(hours=1)
"""What differs is read again so soon: it may have been restored from the backup."""
RUNS_IN_A_WEEK = 7 * 24 * 60
FILES_A_RUN = 200
"""Files in one run, however many wait: about a gigabyte of the longest."""
PAUSE_SECONDS = 0.05
NICE = 15

log = logging.getLogger(__name__)


def check_some(settings: Settings, database: Database, now: datetime) -> int:
    """Read the files that were not read for longest, and say what differs. Returns how many were read."""
    be_nice()
    due = some_due(database, now)
    for file in due:
        what = stored_files.file_differs(settings.store_dir, file)
        with database.writing() as session:
            read = (
                update(RecordingPart)
                .where(RecordingPart.id == file.part_id)
                .values(checked_at=now - READ_AGAIN_AFTER + MENDED_WITHIN if what else now)
            )
            session.execute(read)
            if what and findings.found(session, f"part {file.part_id}", what, now):
                log.error("evidence: %s", what)
            elif not what:
                findings.mended(session, f"part {file.part_id}", now)
        time.sleep(PAUSE_SECONDS)
    return len(due)


def some_due(database: Database, now: datetime) -> list[StoredFile]:
    """This run's share, those never read first: so many that a week is enough for all that wait."""
    columns = (RecordingPart.id, RecordingPart.store_key, RecordingPart.sha256, RecordingPart.bytes)
    waits = or_(RecordingPart.checked_at.is_(None), RecordingPart.checked_at < now - READ_AGAIN_AFTER)
    with database.reading() as session:
        share = min(FILES_A_RUN, 1 + stored_files.parts(session) // RUNS_IN_A_WEEK)
        query = select(*columns).where(waits, ~recorded.is_deleted())
        oldest = query.order_by(RecordingPart.checked_at.asc().nulls_first(), RecordingPart.id).limit(share)
        return [StoredFile(*row) for row in session.execute(oldest)]


def be_nice() -> None:
    """Linux keeps the priority of each thread: calls go first."""
    os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), NICE)


def check(settings: Settings) -> None:
    """The task of the clock."""
    check_some(settings, databases.current(), datetime.now(UTC))
