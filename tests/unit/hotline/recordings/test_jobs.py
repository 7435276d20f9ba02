"""The job on the recording's row: claimed once, fenced by its attempt, given up after three."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from hotline.database import Database
from hotline.intake import intake
from hotline.recordings import jobs, spool
from hotline.recordings.no_draft import NoDraft
from hotline.recordings.recordings import Recording
from hotline.recordings.transcripts import Segment, Transcript
from hotline.settings_file import Settings
from tests.kit.wav import write_tone

NOW = datetime(2026, 11, 23, 20, tzinfo=UTC)
LEASE = timedelta(minutes=2)


@pytest.fixture
def waiting(settings: Settings, either_db: Database) -> str:
    """A recording whose transcription is pending."""
    write_tone(spool.part_path(settings.spool_dir, "1763885000.12", 0), 1.0)
    taken = intake.take_in("1763885000.12", settings, either_db)
    assert taken
    return taken.recording_id


def claim(db: Database, recording_id: str, at: datetime = NOW) -> int | None:
    with db.writing() as session:
        return jobs.claim(session, recording_id, at, LEASE)


def state(db: Database, recording_id: str) -> str:
    with db.reading() as session:
        return _get(session, recording_id).state


def _get(session: Session, recording_id: str) -> Recording:
    recording = session.get(Recording, recording_id)
    assert recording
    return recording


def heard(recording_id: str, text: str) -> Transcript:
    return Transcript(
        recording_id=recording_id,
        engine="vosk",
        model="small",
        settings={},
        words=[],
        text=text,
        created_at=NOW,
    )


def test_twenty_workers_claim_a_job_once(either_db: Database, waiting: str) -> None:
    with ThreadPoolExecutor(20) as pool:
        attempts = list(pool.map(lambda _: claim(either_db, waiting), range(20)))
    assert sorted(attempts, key=str) == [1] + [None] * 19


def test_three_attempts_then_a_person(either_db: Database, waiting: str) -> None:
    for attempt in (1, 2, 3):
        assert claim(either_db, waiting) == attempt
        with either_db.writing() as session:
            assert jobs.fail(session, waiting, attempt, NoDraft.UNREADABLE, "cut header", NOW)
    assert state(either_db, waiting) == "failed"
    assert claim(either_db, waiting) is None


def test_a_dead_worker_lets_the_lease_run_out(either_db: Database, waiting: str) -> None:
    assert claim(either_db, waiting) == 1
    assert claim(either_db, waiting, NOW + LEASE / 2) is None
    assert claim(either_db, waiting, NOW + 2 * LEASE) == 2


def test_a_worker_that_dies_every_time_is_given_up(either_db: Database, waiting: str) -> None:
    for attempt in range(3):
        claim(either_db, waiting, NOW + attempt * 2 * LEASE)
    with either_db.writing() as session:
        assert jobs.give_up_lost(session, NOW + 10 * LEASE) == 1
    assert state(either_db, waiting) == "failed"


def test_a_late_worker_changes_nothing(either_db: Database, waiting: str) -> None:
    claim(either_db, waiting)
    claim(either_db, waiting, NOW + 2 * LEASE)
    with either_db.writing() as session:
        assert not jobs.finish(session, waiting, 1, heard(waiting, "late"), [], NOW)
        assert not jobs.fail(session, waiting, 1, NoDraft.UNREADABLE, "late", NOW)
    assert state(either_db, waiting) == "running"


def test_a_part_that_joins_fences_off_who_hears_the_shorter_message(
    settings: Settings, either_db: Database, waiting: str
) -> None:
    before = claim(either_db, waiting)
    write_tone(spool.part_path(settings.spool_dir, "1763885000.12", 1), 1.0)
    intake.take_in("1763885000.12", settings, either_db)
    after = claim(either_db, waiting)
    assert before and after and before != after
    with either_db.writing() as session:
        assert not jobs.finish(session, waiting, before, heard(waiting, "half"), [], NOW)
        assert jobs.finish(session, waiting, after, heard(waiting, "whole"), [], NOW)


@pytest.mark.parametrize(("text", "expected"), [("水管坏了", "transcribed"), ("", "no_speech")])
def test_what_was_heard_is_kept(either_db: Database, waiting: str, text: str, expected: str) -> None:
    attempt = claim(either_db, waiting)
    segments = (
        [Segment(position=0, start=0.0, end=1.0, first_word=0, last_word=0, draft=text)] if text else []
    )
    with either_db.writing() as session:
        assert attempt and jobs.finish(session, waiting, attempt, heard(waiting, text), segments, NOW)
    assert state(either_db, waiting) == expected
    with either_db.reading() as session:
        assert _get(session, waiting).first_words == text


def test_what_the_broker_forgot_is_sent_again(either_db: Database, waiting: str) -> None:
    for at, expected in ((NOW, [waiting]), (NOW, []), (NOW + 2 * jobs.REQUEUE_AFTER, [waiting])):
        with either_db.writing() as session:
            assert jobs.due(session, at) == expected
    with either_db.writing() as session:
        jobs.unmark(session, [waiting])
        assert jobs.due(session, NOW) == [waiting]
        jobs.unmark_unfinished(session)
        assert jobs.due(session, NOW) == [waiting]


def test_orderly_stops_cost_no_attempt_and_no_wait(either_db: Database, waiting: str) -> None:
    for attempt in range(1, 6):
        assert claim(either_db, waiting) == attempt
        with either_db.writing() as session:
            assert jobs.give_back(session, [waiting], NOW) == 1
            assert jobs.due(session, NOW) == [waiting]
            assert not jobs.finish(session, waiting, attempt, heard(waiting, "late"), [], NOW)
    for attempt in (6, 7, 8):
        assert claim(either_db, waiting) == attempt
        with either_db.writing() as session:
            assert jobs.fail(session, waiting, attempt, NoDraft.UNREADABLE, "cut header", NOW)
    assert state(either_db, waiting) == "failed"


def test_only_what_runs_is_given_back(either_db: Database, waiting: str) -> None:
    with either_db.writing() as session:
        assert jobs.give_back(session, [waiting], NOW) == 0
    assert claim(either_db, waiting) == 1
    with either_db.writing() as session:
        assert jobs.give_back(session, [], NOW) == 0
    assert state(either_db, waiting) == "running"


def test_what_has_failed_is_tried_three_more_times_on_request(either_db: Database, waiting: str) -> None:
    with either_db.writing() as session:
        assert not jobs.retry(session, waiting, NOW)
    for attempt in range(1, 7):
        assert claim(either_db, waiting) == attempt
        with either_db.writing() as session:
            assert jobs.fail(session, waiting, attempt, NoDraft.UNREADABLE, "cut header", NOW)
            if attempt == 3:
                assert jobs.retry(session, waiting, NOW)
    assert state(either_db, waiting) == "failed"
