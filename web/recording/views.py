"""A recording's page, its draft while it is being made, and letting go of it."""

from flask import Blueprint, Response, make_response, render_template, request
from flask_login import current_user

from hotline import audit, holding
from web.desk import desk
from web.recording import content
from web.recording.audio import audio
from web.recording.found import recording_or_404
from web.recording.segments import segments
from web.sign_in.guard import background, note_activity

recording = Blueprint("recording", __name__, url_prefix="/recordings/<recording_id>")
recording.register_blueprint(audio)
recording.register_blueprint(segments)


@recording.get("")
def show(recording_id: str) -> str:
    """The page. Opening it is an act, and takes the recording in hand when it is free."""
    with desk().database.writing() as session:
        found = recording_or_404(session, recording_id)
        audit.note(session, desk().now(), current_user.id, "open", f"recording {found.id}")
        holding.claim(session, found.id, current_user.id, desk().now())
        session.refresh(found)
        return render_template("recording/recording.html", **content.gather(session, found))


@recording.get("/draft")
@background
def draft(recording_id: str) -> str:
    """The draft alone, for a page that was opened before it was ready."""
    with desk().database.reading() as session:
        return render_template(
            "recording/draft.html", **content.gather(session, recording_or_404(session, recording_id))
        )


@recording.post("/hold")
@background
def hold(recording_id: str) -> Response:
    """Hold the recording further, or say who has it. ``take`` takes it over from somebody else.

    The page sends this by itself; ``active`` says that its user has typed, clicked or listened meanwhile.
    """
    if request.form.get("active"):
        note_activity()
    now, take = desk().now(), bool(request.form.get("take"))
    with desk().database.writing() as session:
        found = recording_or_404(session, recording_id)
        before = holding.holder(session, found, now)
        mine = holding.claim(session, recording_id, current_user.id, now, take)
        if mine and take and before and before.id != current_user.id:
            audit.note(session, now, current_user.id, "take over", f"recording {recording_id}", before.name)
        session.refresh(found)
        holder = holding.holder(session, found, now)
        return make_response(
            {
                "mine": mine,
                "holder": holder.full_name if holder else "",
                "state": found.state,
                "decided": found.outcome is not None,
            }
        )


@recording.post("/release")
@background
def release(recording_id: str) -> tuple[str, int]:
    """Let go of the recording, when its page is closed."""
    with desk().database.writing() as session:
        recording_or_404(session, recording_id)
        holding.release(session, recording_id, current_user.id, desk().now())
    return "", 204
