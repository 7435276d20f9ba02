"""Deleting what is kept long enough, so that a kill at any line leaves nothing half deleted for good.

Order of a sound's deletion: a row says "begun" (committed); the file goes, and the folder is synced; the
audit trail and the row say "done" in one transaction. What was begun is finished by the next run. A
recording's rows with the hashes stay. The rule is asked again in front: a case may run again meanwhile.
"""

import fcntl
import logging
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from itertools import islice

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from hotline import audit
from hotline.callbacks.callbacks import Callback, CallbackState
from hotline.calls.call_forms import CallForm
from hotline.calls.calls import SeatCall
from hotline.database import Database
from hotline.evidence import findings, recorded
from hotline.mapping import one_at_a_time
from hotline.recordings import store
from hotline.recordings.recordings import Recording, RecordingPart
from hotline.recordings.transcripts import Revision, Segment, Transcript
from hotline.retention import gathering, rule
from hotline.retention.deletions import Deletion, What
from hotline.settings import Settings

AT_MOST = 200
"""Deletions of each kind in one run."""
PAUSE_SECONDS = 0.05

log = logging.getLogger(__name__)


@contextmanager
def alone(chosen: Settings, wait: bool = True) -> Iterator[bool]:
    """Let no file of the store go meanwhile: a backup copies the database first, and its files after.

    False where ``wait`` is not wanted and another has it.
    """
    chosen.run_dir.mkdir(parents=True, exist_ok=True)
    lock = os.open(chosen.run_dir / "retention.lock", os.O_RDONLY | os.O_CREAT, 0o644)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
        is_ours = True
    except BlockingIOError:
        is_ours = False
    try:
        yield is_ours
    finally:
        os.close(lock)


def run(chosen: Settings, db: Database, now: datetime, most: int = AT_MOST) -> int:
    """Delete what is due, at most so many of each kind, and finish what was begun. How many deletions."""
    with alone(chosen, wait=False) as free:
        if not free:
            return 0
        with db.writing() as session:
            gathering.note_closed(session, now)
        finish_begun(chosen, db, now)
        count = 0
        for what in What:
            with db.reading() as session:
                due = list(islice(gathering.due(session, chosen.retention, what, now), most))
            for each in due:
                count += _delete(chosen, db, what, each.recording_id, now)
                time.sleep(PAUSE_SECONDS)
    if count:
        log.info("retention: %s deletions; see: hotline retention report", count)
    return count


def finish_begun(chosen: Settings, db: Database, now: datetime) -> None:
    """Say in the audit trail of files that are gone that they were deleted; the others are as they were."""
    with db.reading() as session:
        begun = set(session.scalars(select(Deletion.recording_id).where(Deletion.done_at.is_(None))))
    for recording_id in sorted(begun):
        with db.writing() as session:
            one_at_a_time(session, "retention")
            _finish(session, chosen, session.get_one(Recording, recording_id), now)


def _delete(chosen: Settings, db: Database, what: What, recording_id: str, now: datetime) -> bool:
    """Delete one kind of thing of one recording; False where it is kept after all."""
    if what is What.SOUND:
        return _delete_sound(chosen, db, recording_id, now)
    with db.writing() as session:
        recording = _still_due(session, chosen, what, recording_id, now)
        if recording is None:
            return False
        (_delete_transcripts if what is What.TRANSCRIPTS else _erase_numbers)(session, recording, now)
        recording.changed_at = now
        session.add(_row(session, what, recording, None, now, now))
        _note(session, chosen, what, recording, now)
    return True


def _still_due(
    session: Session, chosen: Settings, what: What, recording_id: str, now: datetime
) -> Recording | None:
    """The recording, which nobody else changes before this transaction ends; None where it is kept now."""
    one_at_a_time(session, "retention")
    recording = session.get_one(Recording, recording_id, with_for_update=True)
    months = gathering.months(chosen.retention, what)
    return recording if rule.is_due(gathering.facts(session, recording), months, now) else None


def _row(
    session: Session,
    what: What,
    recording: Recording,
    part: RecordingPart | None,
    now: datetime,
    done: datetime | None,
) -> Deletion:
    settled = rule.settled_at(gathering.facts(session, recording), now) or now
    return Deletion(
        what=what,
        recording_id=recording.id,
        part_id=part.id if part else None,
        settled_at=settled,
        begun_at=now,
        done_at=done,
    )


def _note(session: Session, chosen: Settings, what: What, recording: Recording, now: datetime) -> None:
    audit.note(session, now, None, recorded.DELETE, f"recording {recording.id}", _why(chosen, what))


def _why(chosen: Settings, what: What) -> str:
    return f"{what}, by retention after {gathering.months(chosen.retention, what)} months"


def _delete_sound(chosen: Settings, db: Database, recording_id: str, now: datetime) -> bool:
    with db.writing() as session:
        recording = _still_due(session, chosen, What.SOUND, recording_id, now)
        keys = _begin(session, chosen, recording, now) if recording else []
    for key in keys:
        store.remove(chosen.store_dir, key)
    if keys:
        with db.writing() as session:
            one_at_a_time(session, "retention")
            _finish(session, chosen, session.get_one(Recording, recording_id), now)
    return bool(keys)


def _begin(session: Session, chosen: Settings, recording: Recording, now: datetime) -> list[str]:
    """Say which files will go now. One that is missing or differs is a matter for people, and stays."""
    known = set(session.scalars(select(Deletion.part_id).where(Deletion.recording_id == recording.id)))
    keys = []
    for part in recording.parts:
        if part.id in known or findings.stands(session, f"part {part.id}"):
            continue
        if not store.path_of(chosen.store_dir, part.store_key).exists():
            findings.found(session, f"part {part.id}", f"{part.store_key} is missing", now)
            continue
        session.add(_row(session, What.SOUND, recording, part, now, None))
        keys.append(part.store_key)
    return keys


def _finish(session: Session, chosen: Settings, recording: Recording, now: datetime) -> None:
    """Say of each file that is gone that it is; of one that is there still, the rule is asked anew."""
    begun = select(Deletion).where(Deletion.recording_id == recording.id, Deletion.done_at.is_(None))
    parts = {part.id: part for part in recording.parts}
    rows, done = session.scalars(begun.with_for_update()).all(), 0
    for row in rows:
        part = parts[row.part_id or ""]
        if store.path_of(chosen.store_dir, part.store_key).exists():
            session.delete(row)
            continue
        recorded.deleted(session, part, now, None, _why(chosen, What.SOUND))
        findings.mended(session, f"part {part.id}", now)
        row.done_at, done = now, done + 1
    if done:
        recording.changed_at = now
        _note(session, chosen, What.SOUND, recording, now)


def _delete_transcripts(session: Session, recording: Recording, now: datetime) -> None:
    """Everything that engines heard and clerks corrected; what was registered is in the case."""
    of = select(Transcript.id).where(Transcript.recording_id == recording.id)
    segments = select(Segment.id).where(Segment.transcript_id.in_(of))
    apart = {"synchronize_session": False}
    session.execute(delete(Revision).where(Revision.segment_id.in_(segments)), execution_options=apart)
    session.execute(delete(Segment).where(Segment.transcript_id.in_(of)), execution_options=apart)
    transcripts = delete(Transcript).where(Transcript.recording_id == recording.id)
    session.execute(transcripts, execution_options=apart)
    recording.first_words = ""


def _erase_numbers(session: Session, recording: Recording, now: datetime) -> None:
    """The caller's number on the recording and its call; an entered case keeps whom it is about."""
    if recording.caller:
        recording.caller = ""
        recorded.caller_erased(session, recording, now)
    call_id = recording.call_id
    session.execute(update(SeatCall).where(SeatCall.call_id == call_id).values(caller=""))
    session.execute(update(CallForm).where(CallForm.call_id == call_id).values(caller=""))
    ended = (Callback.call_id == call_id, Callback.state != CallbackState.OPEN)
    session.execute(update(Callback).where(*ended).values(number=""))
