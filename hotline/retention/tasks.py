"""What the clock does for retention."""

import logging
from datetime import UTC, datetime

from hotline import database
from hotline.database import Database
from hotline.retention import date_belief, deleting
from hotline.settings_file import Settings
from hotline.task import Task

log = logging.getLogger(__name__)


def run(settings: Settings, db: Database, now: datetime) -> int:
    """Delete what is due, if the date is believed. How many deletions."""
    with db.writing() as session:
        date_belief.note_day(session, now)
    with db.reading() as session:
        is_believed, doubt = date_belief.is_believed(session, now), date_belief.doubt(session, now)
    if is_believed:
        return deleting.run(settings, db, now)
    if doubt:
        log.warning("retention: %s; %s", *doubt)
    deleting.finish(settings, db, now)
    return 0


def _run(settings: Settings) -> None:
    run(settings, database.current(), datetime.now(UTC))


retention = Task("retention", 600.0, _run)
