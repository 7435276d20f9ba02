"""Taking a call's recordings in: spool → verify → store → row → only then away from the spool.

Every step can be done again: the key in the store comes from the name in the spool and the content, and
a key is committed once. A kill at any line leaves work for the sweep and loses nothing.
"""

import hashlib
import logging
import uuid
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from sqlalchemy import inspect, select
from sqlalchemy.orm import Session

from hotline.calls.calls import CallRecord
from hotline.database import Database
from hotline.evidence import recorded
from hotline.recordings import recordings, spool, store, wav
from hotline.recordings.recordings import (
    TRANSCRIPTION_ATTEMPTS,
    Recording,
    RecordingKind,
    RecordingPart,
    Speaker,
    TranscriptionState,
    talks,
)
from hotline.recordings.spool import CallNote, SpooledCall, SpoolPart
from hotline.registration import call_cases, screening
from hotline.seats import seat_events
from hotline.settings_file import Settings

SPEAKERS = {side: (Speaker.CALLER, Speaker.AGENT)[side % 2] for side in spool.SIDES}

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Intake:
    """The message a call became."""

    recording_id: str
    case_number: str


@dataclass(frozen=True)
class _Stored:
    """A file in the store; ``written_at``: when its last sound came."""

    part: SpoolPart
    written_at: datetime
    key: str
    digest: str
    size: int
    seconds: float
    clock: float | None
    repaired: bool


def take_in(call_id: str, settings: Settings, database: Database) -> Intake | None:
    """Take in all that a call has left in the spool; None where it has said nothing at all.

    Returns the message also when everything had been taken in before. Parts that arrive later join the
    same message, under the same case number.
    """
    return take_in_call(spool.load(settings.spool_dir, call_id), settings, database)


def take_in_call(call: SpooledCall, settings: Settings, database: Database) -> Intake | None:
    """The same for files of the spool that were already found."""
    stored = [_keep(part, call.note, settings) for part in call.parts]
    with database.writing() as session:
        recording = _commit(session, call, [each for each in stored if each], settings)
        intake = Intake(recording.id, recording.case_number) if recording else None
    for part in call.parts:
        part.path.unlink(missing_ok=True)
        spool.clock_path(part.path).unlink(missing_ok=True)
    return intake


def _keep(part: SpoolPart, note: CallNote, settings: Settings) -> _Stored | None:
    """Verify one file and copy it to the store; None for a proper header without any sound."""
    written_at = part.written_at  # repairing writes as well
    repaired = wav.repair(part.path)
    found = wav.layout(part.path)
    if found and found.data_bytes == 0:
        log.info("%s holds no sound", part.name)
        return None
    digest = store.sha256(part.path)
    name = hashlib.sha256(f"{spool.without_caller(part.name)}\n{digest}".encode()).hexdigest()[:32]
    day = note.received_at or written_at
    key = f"{day:%Y/%m/%d}/{name}.wav"
    store.keep(part.path, settings.store_dir, key, digest)
    seconds, clock = found.seconds if found else 0.0, spool.clock_seconds(part.path)
    return _Stored(part, written_at, key, digest, part.path.stat().st_size, seconds, clock, repaired)


def _commit(
    session: Session, call: SpooledCall, stored: list[_Stored], settings: Settings
) -> Recording | None:
    call_cases.alone_with(session, call.note.call_id)
    known_call = select(Recording).where(Recording.call_id == call.note.call_id).with_for_update()
    recording = session.scalars(known_call).first()
    is_new = recording is None
    if recording is None:
        if not stored:
            return None
        received_at = _received_at(session, call.note, stored)
        recording = _new_recording(session, call.note, received_at, settings)
    known = {part.store_key for part in recording.parts}
    fresh = [each for each in stored if each.key not in known]
    for each in fresh:
        recording.parts.append(_row(each))
    _describe_parts(recording, call.note)
    _sum_up(recording)
    if fresh:
        recording.transcription = TranscriptionState.PENDING
        # attempts are never counted from 1 again: a worker that still hears the shorter message is fenced off
        recording.attempts_allowed = (recording.attempts or 0) + TRANSCRIPTION_ATTEMPTS
        recording.queued_at = recording.lease_until = None
        recording.changed_at = datetime.now(UTC)
    _note_evidence(session, recording)
    if fresh:
        if recording.kind == RecordingKind.MESSAGE and not is_new:  # nobody has decided on what was not there
            screening.reopen(session, recording, recording.changed_at)
        call_cases.attach(session, recording, recording.changed_at)
    return recording


def _describe_parts(recording: Recording, note: CallNote) -> None:
    for position, part in enumerate(sorted(recording.parts, key=lambda part: part.source)):
        part.position = position
        part.speaker = _speaker(part.source)
        part.replaced = part.speaker is None and _number_of(part.source) in note.replaced


def _note_evidence(session: Session, recording: Recording) -> None:
    """Say in the audit trail what is kept now, and what is said of a part that was not known before."""
    now, is_new = datetime.now(UTC), not inspect(recording).persistent
    changed = [part for part in recording.parts if not inspect(part).persistent or session.is_modified(part)]
    session.flush()  # only then does a part know its recording
    if is_new:
        recorded.received(session, recording, now)
    for part in changed:
        recorded.kept(session, part, now)


def _sum_up(recording: Recording) -> None:
    """A call is nothing but its sides. A message left after talking to a seat is screened like any other."""
    in_force = [part for part in recording.parts if not part.replaced]
    sides = [part for part in in_force if part.speaker]
    said = sum(part.seconds for part in in_force if not part.speaker)
    recording.kind = RecordingKind.CALL if sides and len(sides) == len(in_force) else RecordingKind.MESSAGE
    first = min(sides, key=lambda part: _number_of(part.source), default=None)
    recording.seat = spool.parse(Path(first.source)).seat if first else ""
    recording.missing_seconds = sum(recordings.missing(part) for part in in_force)
    recording.seconds = said + sum(max(part.seconds for part in talk) for talk in talks(sides))


def _received_at(session: Session, note: CallNote, stored: list[_Stored]) -> datetime:
    """When a dialogue began to take the message; of a call at a seat, when it arrived.

    What the exchange's log has not told yet, the oldest file says: it ends when it was written last.
    """
    if note.received_at and not any(each.part.seat for each in stored):
        return note.received_at
    if listed := session.get(CallRecord, note.call_id):
        return listed.arrived_at
    if answer := seat_events.connected(session, note.call_id):
        return answer.at
    return min(each.written_at - timedelta(seconds=each.seconds) for each in stored)


def _new_recording(session: Session, note: CallNote, received_at: datetime, settings: Settings) -> Recording:
    year = received_at.astimezone(ZoneInfo(settings.hours.timezone)).year
    identifier = uuid.uuid4().hex
    recording = Recording(
        id=identifier,
        call_id=note.call_id,
        case_number=call_cases.number_for(session, note.call_id, identifier, year, datetime.now(UTC)),
        caller=note.caller,
        language=note.language,
        received_at=received_at,
        seconds=0.0,
        changed_at=received_at,
    )
    session.add(recording)
    return recording


def _row(each: _Stored) -> RecordingPart:
    return RecordingPart(
        id=Path(each.key).stem,
        source=spool.without_caller(each.part.name),
        store_key=each.key,
        sha256=each.digest,
        bytes=each.size,
        seconds=each.seconds,
        clock_seconds=each.clock,
        repaired=each.repaired,
        position=0,
    )


def _speaker(source: str) -> Speaker | None:
    """Who is heard in a file: only those recorded at a seat have one speaker each."""
    part = spool.parse(Path(source))
    return SPEAKERS.get(part.number) if part.seat else None


def _number_of(source: str) -> int:
    return spool.parse(Path(source)).number
