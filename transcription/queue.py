"""The queue, a periodic task: sends recordings that wait to the broker, also those it has forgotten."""

import logging
from datetime import UTC, datetime

from kombu.connection import Connection

from hotline import database
from hotline.database import Database
from hotline.recordings import jobs, recordings
from hotline.settings_file import Settings
from hotline.task import Task
from transcription import job
from transcription.worker import app, transcribe

log = logging.getLogger(__name__)


def send_due(settings: Settings, db: Database, now: datetime) -> list[str]:
    """Send every recording whose job is due; those the broker does not take are due again."""
    with db.writing() as session:
        jobs.give_up_lost(session, now)
        ids = jobs.due(session, now)
        seconds = {each.id: job.to_hear(each) for each in recordings.by_ids(session, ids)}
    if not ids:
        return []
    unsent = list(ids)
    try:
        with app.connection_for_write(settings.broker_url) as connection:
            for recording_id in ids:
                _send(recording_id, job.time_limit(seconds[recording_id], settings), connection)
                unsent.remove(recording_id)
    finally:
        if unsent:
            with db.writing() as session:
                jobs.unmark(session, unsent)
    return ids


def _send(recording_id: str, limit: float, connection: Connection) -> None:
    transcribe.apply_async(
        (recording_id,),
        soft_time_limit=limit,
        time_limit=limit + job.GRACE_SECONDS,
        connection=connection,
        retry=False,
    )


def _run(settings: Settings) -> None:
    if sent := send_due(settings, database.current(), datetime.now(UTC)):
        log.info("%s recordings sent to be transcribed", len(sent))


task = Task("queue", 3.0, _run)
