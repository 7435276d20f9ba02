"""Finding what an address names: 404 where there is no such thing, 403 for whom it does not concern."""

from flask import abort, request
from flask_login import current_user
from sqlalchemy.orm import Session

from hotline import access
from hotline.grants import may
from hotline.recordings.recordings import Recording, RecordingPart
from hotline.recordings.transcripts import Segment, Transcript
from hotline.who_may import Act
from web.typed import typed


def recording_or_refuse(session: Session, recording_id: str) -> Recording:
    """The recording of this identifier, for whoever may open it."""
    found = session.get(Recording, typed(recording_id)) or abort(404)
    return found if may(current_user, Act.OPEN, access.subject(session, found)) else abort(403)


def part_or_refuse(session: Session, recording_id: str, part_id: str) -> RecordingPart:
    """The part, if it belongs to this recording and the user may open that."""
    found, part = recording_or_refuse(session, recording_id), session.get(RecordingPart, typed(part_id))
    return part if part and part.recording_id == found.id else abort(404)


def segment_or_404(session: Session, recording_id: str, segment_id: int) -> Segment:
    """The segment, if it belongs to a transcript of this recording."""
    segment = session.get(Segment, segment_id)
    transcript = session.get(Transcript, segment.transcript_id) if segment else None
    return segment if segment and transcript and transcript.recording_id == recording_id else abort(404)


def page_of_form() -> str:
    """The name of the opened page that sent this form."""
    return typed(request.form.get("page"))[:32]
