"""What becomes of a letter, a visit or an appointment: joined to a case, none, or decided anew."""

from collections.abc import Callable

from flask import Blueprint, flash, redirect, request, url_for
from flask_babel import gettext
from flask_login import current_user
from sqlalchemy.orm import Session

from hotline.drafts import FormName
from hotline.refusals import Refused
from hotline.submissions import deciding as rules
from web.services import services
from web.submissions import entered
from web.submissions.lookup import submission_or_404
from web.submissions.views import Answer, shown_again
from web.typed import typed

deciding = Blueprint("deciding", __name__, url_prefix="/<submission_number>")


@deciding.post("/join")
def join(submission_number: str) -> Answer:
    """It belongs to a case that is there."""
    other = "".join(typed(request.form.get("case_number")).split())[:10]
    return _do(
        submission_number,
        FormName.JOIN,
        lambda session, number: rules.join(session, number, other, current_user.id, services().now()),
        gettext("It is joined to the case."),
    )


@deciding.post("/set-aside")
def set_aside(submission_number: str) -> Answer:
    """It is no case."""
    ground = typed(request.form.get("ground"))
    return _do(
        submission_number,
        FormName.NO_CASE,
        lambda session, number: rules.set_aside(session, number, ground, current_user.id, services().now()),
        gettext("It is decided: no case."),
    )


@deciding.post("/undo")
def undo(submission_number: str) -> Answer:
    """It waits again."""
    reason = typed(request.form.get("reason"))
    return _do(
        submission_number,
        FormName.UNDO_SUBMISSION,
        lambda session, number: rules.undo(session, number, reason, current_user, services().now()),
        gettext("The decision is undone. It waits for another."),
    )


def _do(
    submission_number: str, form: FormName, act: Callable[[Session, str], object], sentence: str
) -> Answer:
    try:
        with services().database.writing() as session:
            act(session, submission_or_404(session, submission_number).number)
    except Refused as refused:
        return shown_again(submission_number, entered.refusal(refused, form)), 422
    flash(sentence)
    return redirect(url_for("submissions.show", submission_number=submission_number), 303)
