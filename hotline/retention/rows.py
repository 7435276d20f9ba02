"""What is deleted of a recording by changing rows alone: drafts and all that was typed, and who called."""

from datetime import datetime

from sqlalchemy import delete as remove
from sqlalchemy import null, select, update
from sqlalchemy.orm import Session

from hotline import drafts
from hotline.database import Database
from hotline.evidence import recorded
from hotline.recordings import spool
from hotline.recordings.recordings import Recording
from hotline.recordings.transcripts import Revision, Segment, Transcript
from hotline.registration.screening import FURTHER_PART, Decision
from hotline.retention import call_rows, noting
from hotline.retention.deletions import Retained
from hotline.settings_file import Settings


def delete(settings: Settings, db: Database, what: Retained, recording_id: str, now: datetime) -> bool:
    """Delete the transcripts of a recording, or its caller's number; False where it is kept after all."""
    with db.writing() as session:
        recording = noting.still_due(session, settings, what, recording_id, now)
        if recording is None:
            return False
        (_erase_text if what is Retained.TRANSCRIPTS else _erase_number)(session, recording, now)
        recording.changed_at = now
        session.add(noting.row(session, what, recording, None, now, now))
        noting.note(session, settings, what, recording, now)
    return True


def _erase_text(session: Session, recording: Recording, now: datetime) -> None:
    """What engines heard, clerks corrected and agents typed; what was registered is in the case."""
    of = select(Transcript.id).where(Transcript.recording_id == recording.id)
    segments = select(Segment.id).where(Segment.transcript_id.in_(of))
    apart = {"synchronize_session": False}
    session.execute(remove(Revision).where(Revision.segment_id.in_(segments)), execution_options=apart)
    session.execute(remove(Segment).where(Segment.transcript_id.in_(of)), execution_options=apart)
    transcripts = remove(Transcript).where(Transcript.recording_id == recording.id)
    session.execute(transcripts, execution_options=apart)
    recording.first_words = ""
    decided = update(Decision).where(Decision.recording_id == recording.id)
    session.execute(decided.values(entry=null()))
    session.execute(decided.where(Decision.undone_reason != FURTHER_PART).values(undone_reason=""))
    drafts.discard_all(session, drafts.OF_RECORDING, recording.id)
    call_rows.erase_text(session, recording.call_id)
    about = [f"recording {recording.id}", f"call {recording.call_id}", f"case {recording.case_number}"]
    call_rows.erase_words(session, about, ("undo", "withdraw"), now)


def _erase_number(session: Session, recording: Recording, now: datetime) -> None:
    """The caller's number on the recording and its call; an entered case keeps whom it is about."""
    if recording.caller:
        recording.caller = ""
        recorded.caller_erased(session, recording, now)
    for part in recording.parts:
        if (name := spool.without_caller(part.source)) != part.source:
            part.source = name
            recorded.source_erased(session, part, now)
    call_rows.erase_number(session, recording.call_id, now)
