"""The job of transcribing, kept on the recording's row: ``pending → running → done | failed``.

A job is claimed by a conditional UPDATE and its row count, with a lease. A worker that dies lets the
lease run out; one that comes back late finds its attempt number outdated and changes nothing.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, CursorResult, Update, and_, case, or_, select, update
from sqlalchemy.orm import Session

from hotline.recordings.no_draft import NoDraft
from hotline.recordings.recordings import TRANSCRIPTION_ATTEMPTS, Recording, TranscriptionState
from hotline.recordings.transcripts import Segment, Transcript

REQUEUE_AFTER = timedelta(minutes=5)
"""A message to the broker that was not answered for so long counts as lost."""

_DONE = {True: TranscriptionState.TRANSCRIBED, False: TranscriptionState.NO_SPEECH}


def _lease_is_out(now: datetime) -> ColumnElement[bool]:
    return and_(Recording.transcription == TranscriptionState.RUNNING, Recording.lease_until < now)


def claim(session: Session, recording_id: str, now: datetime, lease: timedelta) -> int | None:
    """Begin an attempt and return its number (1 …); None when there is nothing to do."""
    free = or_(Recording.transcription == TranscriptionState.PENDING, _lease_is_out(now))
    claimed = (
        update(Recording)
        .where(Recording.id == recording_id, free, Recording.attempts < Recording.attempts_allowed)
        .values(
            transcription=TranscriptionState.RUNNING,
            attempts=Recording.attempts + 1,
            lease_until=now + lease,
            changed_at=now,
        )
        .returning(Recording.attempts)
    )
    return session.execute(claimed).scalar_one_or_none()


def finish(
    session: Session,
    recording_id: str,
    attempt: int,
    transcript: Transcript,
    segments: Sequence[Segment],
    now: datetime,
    note: str = "",
    unheard: float | None = None,
) -> bool:
    """Keep what the engine heard; no segments mean no speech. False when the attempt is outdated.

    ``note`` is kept where a failure would be: in which language nobody here can hear it. ``unheard`` are
    seconds without a draft, None where it was not found out where there is speech.
    """
    done = _close(recording_id, attempt).values(
        transcription=_DONE[bool(segments)],
        lease_until=None,
        no_draft=NoDraft.ENGLISH.name if note else "",
        failure=note,
        first_words=transcript.text[:80],
        unheard_seconds=unheard,
        changed_at=now,
    )
    if not _changed_one(session.execute(done)):
        return False
    transcript.segments = list(segments)
    session.add(transcript)
    return True


def fail(session: Session, recording_id: str, attempt: int, why: NoDraft, said: str, now: datetime) -> bool:
    """End an attempt that failed: the next one waits, and after the last a person is needed.

    ``said`` is for the administrator.
    """
    state = case(
        (Recording.attempts_allowed <= attempt, TranscriptionState.FAILED), else_=TranscriptionState.PENDING
    )
    failed = _close(recording_id, attempt).values(
        transcription=state,
        lease_until=None,
        queued_at=None,
        no_draft=why.name,
        failure=said[:300],
        changed_at=now,
    )
    return _changed_one(session.execute(failed))


def give_back(session: Session, ids: Sequence[str], now: datetime) -> int:
    """Let others begin at once what an orderly stop has cut short; returns how many were running.

    The attempt does not count: one more is allowed. Its number is not used again, so that a late end of it
    changes nothing.
    """
    cut_short = (
        update(Recording)
        .where(Recording.id.in_(ids), Recording.transcription == TranscriptionState.RUNNING)
        .values(
            transcription=TranscriptionState.PENDING,
            attempts_allowed=Recording.attempts_allowed + 1,
            lease_until=None,
            queued_at=None,
            changed_at=now,
        )
    )
    result = session.execute(cut_short)
    return result.rowcount if isinstance(result, CursorResult) else 0


def retry(session: Session, recording_id: str, now: datetime) -> bool:
    """Let a failed recording be tried again as often as a new one; False when it has not failed."""
    again = (
        update(Recording)
        .where(Recording.id == recording_id, Recording.transcription == TranscriptionState.FAILED)
        .values(
            transcription=TranscriptionState.PENDING,
            attempts_allowed=Recording.attempts + TRANSCRIPTION_ATTEMPTS,
            queued_at=None,
            no_draft="",
            failure="",
            changed_at=now,
        )
    )
    return _changed_one(session.execute(again))


def _close(recording_id: str, attempt: int) -> Update:
    return update(Recording).where(
        Recording.id == recording_id,
        Recording.transcription == TranscriptionState.RUNNING,
        Recording.attempts == attempt,
    )


def _changed_one(result: object) -> bool:
    return isinstance(result, CursorResult) and result.rowcount == 1


def give_up_lost(session: Session, now: datetime) -> int:
    """Mark as failed what died in its last attempt; returns how many."""
    lost = (
        update(Recording)
        .where(_lease_is_out(now), Recording.attempts >= Recording.attempts_allowed)
        .values(
            transcription=TranscriptionState.FAILED,
            lease_until=None,
            no_draft=NoDraft.INTERRUPTED.name,
            failure="the worker died while transcribing",
            changed_at=now,
        )
    )
    result = session.execute(lost)
    return result.rowcount if isinstance(result, CursorResult) else 0


def due(session: Session, now: datetime, limit: int = 100) -> list[str]:
    """Recordings to be sent to the broker, oldest first: never sent, forgotten by it, or with a dead worker.

    They are marked as sent; when sending fails, ``unmark`` puts them back.
    """
    forgotten = or_(Recording.queued_at.is_(None), Recording.queued_at < now - REQUEUE_AFTER)
    pending = and_(Recording.transcription == TranscriptionState.PENDING, forgotten)
    sent_for_the_dead = Recording.queued_at < Recording.lease_until
    orphaned = and_(_lease_is_out(now), or_(forgotten, sent_for_the_dead))
    waiting = select(Recording.id).where(
        or_(pending, orphaned), Recording.attempts < Recording.attempts_allowed
    )
    ids = list(session.scalars(waiting.order_by(Recording.received_at).limit(limit)))
    session.execute(update(Recording).where(Recording.id.in_(ids)).values(queued_at=now))
    return ids


def unmark(session: Session, ids: Sequence[str]) -> None:
    """Say that these were not sent after all."""
    session.execute(update(Recording).where(Recording.id.in_(ids)).values(queued_at=None))


def unmark_unfinished(session: Session) -> None:
    """Say that none of those that wait or run was sent: all of them are sent once more."""
    unfinished = Recording.transcription.in_([TranscriptionState.PENDING, TranscriptionState.RUNNING])
    session.execute(update(Recording).where(unfinished).values(queued_at=None))
