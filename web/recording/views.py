"""A recording's page, its draft while it is being made, and letting go of it."""

import secrets

from flask import Blueprint, Response, make_response, render_template, request
from flask_login import current_user

from hotline import audit
from hotline.recordings import holding
from web.formats import STATE_NAMES
from web.lookup import page_of_form, recording_or_refuse
from web.recording import content
from web.services import services
from web.sign_in.guard import background, note_activity

recording = Blueprint("recording", __name__, url_prefix="/recordings/<recording_id>")


@recording.get("")
def show(recording_id: str) -> str:
    """The page. Opening it is an act, and takes the recording in hand when it is free."""
    now, page = services().now(), secrets.token_hex(16)
    with services().database.writing() as session:
        found = recording_or_refuse(session, recording_id)
        audit.note(session, now, current_user.id, "open", f"recording {found.id}")
        holding.open_page(session, found.id, current_user.id, now, page)
    with services().database.reading() as session:  # others may write while the sound is read
        shown = content.gather(session, recording_or_refuse(session, recording_id))
        return render_template("recording/recording.html", **shown, page=page)


@recording.get("/draft")
@background
def draft(recording_id: str) -> str:
    """The draft alone, for a page that was opened before it was ready."""
    with services().database.reading() as session:
        return render_template(
            "recording/draft.html", **content.gather(session, recording_or_refuse(session, recording_id))
        )


@recording.post("/hold")
@background
def hold(recording_id: str) -> Response:
    """Hold the recording further, or say who has it. ``take`` takes it over from somebody else.

    The page sends this by itself; ``active`` says that its user has typed, clicked or listened meanwhile.
    """
    if request.form.get("active"):
        note_activity()
    now, take = services().now(), bool(request.form.get("take"))
    with services().database.writing() as session:
        found = recording_or_refuse(session, recording_id)
        before = holding.holder(session, found, now)
        mine = holding.claim(session, recording_id, current_user.id, now, take, page_of_form())
        if mine and take and before and before.id != current_user.id:
            audit.note(session, now, current_user.id, "take over", f"recording {recording_id}", before.name)
        session.refresh(found)
        holder = holding.holder(session, found, now)
        return make_response(
            {
                "mine": mine,
                "holder": holder.full_name if holder else "",
                "state": found.state,
                "state_name": str(STATE_NAMES[found.state]),
                "decided": found.outcome is not None,
            }
        )


@recording.post("/release")
@background
def release(recording_id: str) -> tuple[str, int]:
    """Let go of the recording, when its page is closed."""
    with services().database.writing() as session:
        recording_or_refuse(session, recording_id)
        holding.release(session, recording_id, current_user.id, services().now(), page_of_form())
    return "", 204
