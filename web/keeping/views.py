"""Keeping a recording and its case from deletion, and letting the settings be in force again."""

from flask import Blueprint, flash, redirect, request, url_for
from flask_babel import gettext
from flask_login import current_user
from werkzeug.wrappers import Response

from hotline.drafts import FormName
from hotline.refusals import Refused
from hotline.retention import legal_holds
from web import drafted
from web.lookup import recording_or_refuse
from web.refusals import said
from web.services import services
from web.typed import typed

keeping = Blueprint("keeping", __name__, url_prefix="/recordings/<recording_id>/keeping")


@keeping.post("")
def hold(recording_id: str) -> Response:
    """Delete nothing of it, whatever is set."""
    reason = typed(request.form.get("reason"))
    with services().database.writing() as session:
        found = recording_or_refuse(session, recording_id)
        try:
            legal_holds.hold(session, found, found.case_number, reason, current_user.id, services().now())
            drafted.sent(session, FormName.KEEP, found.id)
        except Refused as refused:
            flash(said(refused))
        else:
            flash(gettext("Nothing of this recording and its case is deleted from now on."))
    return redirect(url_for("recording.show", recording_id=recording_id))


@keeping.post("/end")
def release(recording_id: str) -> Response:
    """Let it be deleted when its time is over."""
    with services().database.writing() as session:
        found = recording_or_refuse(session, recording_id)
        legal_holds.release(session, found, found.case_number, current_user.id, services().now())
    flash(gettext("It is deleted again when its time is over, as the settings say."))
    return redirect(url_for("recording.show", recording_id=recording_id))
