"""The queue, a periodic task: sends recordings that wait to the broker, also those it has forgotten."""

import logging
from datetime import UTC, datetime

from sqlalchemy import select

from hotline import database, jobs
from hotline.clock import Task
from hotline.database import Database
from hotline.recordings import Recording
from hotline.settings import Settings
from transcription import job

log = logging.getLogger(__name__)


def send_due(chosen: Settings, db: Database, now: datetime) -> list[str]:
    """Send every recording whose job is due; those the broker does not take are due again."""
    with db.writing() as session:
        jobs.give_up_lost(session, now)
        ids = jobs.due(session, now)
        waiting = select(Recording.id, Recording.seconds).where(Recording.id.in_(ids))
        seconds = dict(session.execute(waiting).tuples().all())
    sent = 0
    try:
        for recording_id in ids:
            _send(recording_id, job.time_limit(seconds[recording_id], chosen))
            sent += 1
    finally:
        if sent < len(ids):
            with db.writing() as session:
                jobs.unmark(session, ids[sent:])
    return ids


def _send(recording_id: str, limit: float) -> None:
    from transcription.worker import transcribe  # Celery: not before something is to be sent

    transcribe.apply_async(
        (recording_id,), soft_time_limit=limit, time_limit=limit + job.GRACE_SECONDS, retry=False
    )


def _run(chosen: Settings) -> None:
    if sent := send_due(chosen, database.current(), datetime.now(UTC)):
        log.info("%s recordings sent to be transcribed", len(sent))


task = Task("queue", 3.0, _run)
