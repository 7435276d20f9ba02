"""Saving a segment's text while it is typed, by the revision that its author saw."""

from flask import Blueprint, Response, make_response, request
from flask_babel import gettext
from flask_login import current_user
from sqlalchemy.orm import Session

from hotline import audit
from hotline.people import User
from hotline.recordings import holding, transcripts
from hotline.recordings.recordings import Recording
from hotline.recordings.transcripts import RevisionConflict, Segment, TranscriptSuperseded
from web.lookup import page_of_form, recording_or_refuse, segment_or_404
from web.recording import content
from web.services import services
from web.typed import typed

segments = Blueprint("segments", __name__)
LONGEST_SEGMENT = 10_000


@segments.post("/segments/<int:segment_id>")
def save(recording_id: str, segment_id: int) -> Response:
    """Save a text. 409 with the other text on a conflict, 423 for who does not hold the recording."""
    text = typed(request.form.get("text")).replace("\r\n", "\n")
    based_on = request.form.get("based_on", type=int)
    if based_on is None or len(text) > LONGEST_SEGMENT:
        return make_response(
            {"message": gettext("A segment has at most %(most)d characters.", most=LONGEST_SEGMENT)}, 422
        )
    with services().database.writing() as session:
        found = recording_or_refuse(session, recording_id)
        if found.outcome is not None:
            return make_response(
                {"message": gettext("It is decided. Undo the decision to go on correcting.")}, 423
            )
        if not holding.claim(session, found.id, current_user.id, services().now(), page=page_of_form()):
            return make_response(
                {"message": gettext("Somebody else has this recording. Take it over first.")}, 423
            )
        segment = segment_or_404(session, recording_id, segment_id)
        try:
            said, status = _revised(session, found, segment, based_on, text), 200
        except RevisionConflict as other:
            said, status = _theirs(session, other), 409
        except TranscriptSuperseded:
            sentence = gettext("There is a newer draft. Copy what you typed, then reload the page.")
            return make_response({"message": sentence}, 409)
    with services().database.reading() as session:  # others may write while it is drawn; it is saved
        found, segment = session.get_one(Recording, recording_id), session.get_one(Segment, segment_id)
        return make_response(said | content.corrected(session, found, segment), status)


def _revised(
    session: Session, found: Recording, segment: Segment, based_on: int, text: str
) -> dict[str, object]:
    """Keep the text, and its new revision for the page. Raises RevisionConflict and TranscriptSuperseded."""
    now = services().now()
    number = transcripts.revise(session, segment, based_on, text, current_user.id, now)
    if number != based_on:
        detail = f"segment {segment.position + 1}, revision {number}"
        audit.note(session, now, current_user.id, "edit", f"recording {found.id}", detail)
    return {"revision": number}


def _theirs(session: Session, other: RevisionConflict) -> dict[str, object]:
    """The text that somebody else saved meanwhile."""
    author = session.get(User, other.author_id)
    return {"revision": other.number, "text": other.text, "author": author.full_name if author else ""}
