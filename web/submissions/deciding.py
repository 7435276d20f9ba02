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

deciding = Blueprint("deciding", __name__, url_prefix="/<number>")


@deciding.post("/join")
def join(number: str) -> Answer:
    """It belongs to a case that is there."""
    other = "".join(typed(request.form.get("case_number")).split())[:10]
    return _do(
        number,
        FormName.JOIN,
        lambda session: rules.join(session, number, other, current_user.id, services().now()),
        gettext("It is joined to the case."),
    )


@deciding.post("/set-aside")
def set_aside(number: str) -> Answer:
    """It is no case."""
    ground = typed(request.form.get("ground"))
    return _do(
        number,
        FormName.NO_CASE,
        lambda session: rules.set_aside(session, number, ground, current_user.id, services().now()),
        gettext("It is decided: no case."),
    )


@deciding.post("/undo")
def undo(number: str) -> Answer:
    """It waits again."""
    reason = typed(request.form.get("reason"))
    return _do(
        number,
        FormName.UNDO_SUBMISSION,
        lambda session: rules.undo(session, number, reason, current_user, services().now()),
        gettext("The decision is undone. It waits for another."),
    )


def _do(number: str, form: FormName, act: Callable[[Session], object], sentence: str) -> Answer:
    try:
        with services().database.writing() as session:
            submission_or_404(session, number)
            act(session)
    except Refused as refused:
        return shown_again(number, entered.refusal(refused, form)), 422
    flash(sentence)
    return redirect(url_for("submissions.show", number=number), 303)
