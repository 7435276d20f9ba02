"""What the clock does for retention."""

import logging
from datetime import UTC, datetime

from hotline import database
from hotline.database import Database
from hotline.retention import believing, deleting
from hotline.settings import Settings
from hotline.task import Task

log = logging.getLogger(__name__)


def run(chosen: Settings, db: Database, now: datetime) -> int:
    """Delete what is due, if the date is believed. How many deletions."""
    with db.writing() as session:
        believing.note_day(session, now)
    with db.reading() as session:
        is_believed, doubt = believing.is_believed(session, now), believing.doubt(session, now)
    if is_believed:
        return deleting.run(chosen, db, now)
    if doubt:
        log.warning("retention: %s; %s", *doubt)
    deleting.finish(chosen, db, now)
    return 0


def _run(chosen: Settings) -> None:
    run(chosen, database.current(), datetime.now(UTC))


retention = Task("retention", 600.0, _run)
