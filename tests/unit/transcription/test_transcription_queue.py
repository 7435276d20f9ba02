"""The queue sends what waits to the broker once, with a time limit, and again when the broker fails."""

import json
import sqlite3
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from kombu.exceptions import OperationalError

from hotline.database import Database
from hotline.intake import intake
from hotline.recordings import jobs, spool
from hotline.recordings.recordings import Recording
from hotline.settings_file import Settings
from tests.kit import speech
from transcription import job, queue

NOW = datetime(2026, 11, 23, 20, tzinfo=UTC)


@pytest.fixture
def recording_id(settings: Settings, db: Database) -> str:
    """A message of three seconds that waits."""
    speech.write(spool.part_path(settings.spool_dir, "1763885000.12", 0), speech.hiss(3, 1000))
    taken = intake.take_in("1763885000.12", settings, db)
    assert taken
    return taken.recording_id


def messages(settings: Settings) -> list[dict[str, object]]:
    """The headers of what the broker holds."""
    with sqlite3.connect(settings.state_dir / "broker.db") as broker:
        rows = broker.execute("SELECT payload FROM kombu_message").fetchall()
    return [json.loads(payload)["headers"] for (payload,) in rows]


def test_what_waits_is_sent_once_with_its_time_limit(
    settings: Settings, db: Database, recording_id: str
) -> None:
    assert queue.send_due(settings, db, NOW) == [recording_id]
    assert queue.send_due(settings, db, NOW + timedelta(seconds=3)) == []
    (headers,) = messages(settings)
    assert headers["task"] == "transcription.transcribe"
    assert headers["argsrepr"] == f"('{recording_id}',)"
    assert headers["timelimit"] == [
        job.time_limit(3, settings) + job.GRACE_SECONDS,
        job.time_limit(3, settings),
    ]


def test_what_the_broker_forgot_is_sent_again(settings: Settings, db: Database, recording_id: str) -> None:
    queue.send_due(settings, db, NOW)
    assert queue.send_due(settings, db, NOW + jobs.REQUEUE_AFTER * 2) == [recording_id]


def test_what_a_dead_worker_held_is_sent_once_its_lease_is_out(
    settings: Settings, db: Database, recording_id: str
) -> None:
    queue.send_due(settings, db, NOW)
    with db.writing() as session:
        assert jobs.claim(session, recording_id, NOW, timedelta(minutes=1)) == 1
    assert queue.send_due(settings, db, NOW + timedelta(seconds=59)) == []
    assert queue.send_due(settings, db, NOW + timedelta(seconds=61)) == [recording_id]
    assert queue.send_due(settings, db, NOW + timedelta(seconds=64)) == []


def test_one_that_died_three_times_needs_a_person(
    settings: Settings, db: Database, recording_id: str
) -> None:
    for attempt in range(3):
        at = NOW + timedelta(hours=attempt)
        assert queue.send_due(settings, db, at) == [recording_id]
        with db.writing() as session:
            jobs.claim(session, recording_id, at, timedelta(minutes=1))
    assert queue.send_due(settings, db, NOW + timedelta(hours=3)) == []
    with db.reading() as session:
        assert session.get_one(Recording, recording_id).state == "failed"


def test_a_broker_that_does_not_answer_gets_it_later(
    settings: Settings, db: Database, recording_id: str, tmp_path: Path
) -> None:
    closed = settings.model_copy(update={"broker_url": f"sqla+sqlite:///{tmp_path}/no/such/folder/broker.db"})
    with pytest.raises(OperationalError):
        queue.send_due(closed, db, NOW)
    assert queue.send_due(settings, db, NOW) == [recording_id]
