"""The stores are read again, a share each minute, so that every file is read within four weeks."""

import logging
import os
import threading
import time
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Select, or_, select, update
from sqlalchemy.orm import Session

from hotline import database as databases
from hotline.database import Database
from hotline.documents.documents import Document
from hotline.evidence import findings, recorded, recorded_documents, stored_files
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
        what = stored_files.file_differs(settings, file)
        word, _, id_ = file.subject.partition(" ")
        table = stored_files.TABLES[word]
        with database.writing() as session:
            read = (
                update(table)
                .where(table.id == id_)
                .values(checked_at=now - READ_AGAIN_AFTER + MENDED_WITHIN if what else now)
            )
            session.execute(read)
            if what and findings.found(session, file.subject, what, now):
                log.error("evidence: %s", what)
            elif not what:
                findings.mended(session, file.subject, now)
        time.sleep(PAUSE_SECONDS)
    return len(due)


def some_due(database: Database, now: datetime) -> list[StoredFile]:
    """This run's share of each store, those never read first: so many that a week is enough for all."""
    with database.reading() as session:
        return [
            StoredFile(f"{word} {id_}", *rest)
            for word, table in stored_files.TABLES.items()
            for id_, *rest in session.execute(_oldest(session, table, now))
        ]


def _oldest(
    session: Session, table: type[RecordingPart] | type[Document], now: datetime
) -> Select[tuple[Any, ...]]:
    waits = or_(table.checked_at.is_(None), table.checked_at < now - READ_AGAIN_AFTER)
    share = min(FILES_A_RUN, 1 + stored_files.count(session, table) // RUNS_IN_A_WEEK)
    is_deleted = recorded.is_deleted() if table is RecordingPart else recorded_documents.is_deleted()
    query = select(*stored_files.columns(table)).where(waits, ~is_deleted)
    return query.order_by(table.checked_at.asc().nulls_first(), table.id).limit(share)


def be_nice() -> None:
    """Linux keeps the priority of each thread: calls go first."""
    os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), NICE)


def check(settings: Settings) -> None:
    """The task of the clock."""
    check_some(settings, databases.current(), datetime.now(UTC))
