"""Deciding about a recording, undoing it, and going on to the next one."""

from collections.abc import Callable

from flask import Blueprint, Response, flash, make_response, render_template, request, url_for
from flask_babel import gettext
from flask_login import current_user
from sqlalchemy.orm import Session

from hotline import access
from hotline.cases import case_number
from hotline.cases.units import Unit
from hotline.grants import may
from hotline.hours import case_periods
from hotline.recordings import holding
from hotline.recordings.recordings import Recording, ScreeningOutcome
from hotline.refusals import Refused
from hotline.registration import desk_queue, told_numbers
from hotline.registration import screening as decisions
from hotline.who_may import Act
from web.lookup import recording_or_refuse
from web.refusals import said
from web.screening import panel
from web.screening.forms import DuplicateForm, RegisterForm, UndoForm
from web.services import services
from web.typed import typed

screening = Blueprint("screening", __name__, url_prefix="/recordings/<recording_id>")

Decide = Callable[[Session, Recording], None]


@screening.post("/register")
def register(recording_id: str) -> Response:
    """Register the recording as a case."""
    form = RegisterForm()
    if not form.validate():
        mistakes = {name: str(errors[0]) for name, errors in form.errors.items() if name and errors}
        return _panel(recording_id, mistakes)

    def act(session: Session, found: Recording) -> None:
        rules = case_periods.rules(session, services().settings)
        decisions.register(session, found, form.entry(), current_user.id, services().now(), rules)

    return _decide(recording_id, act, gettext("Registered as a case."))


@screening.post("/set-aside")
def set_aside(recording_id: str) -> Response:
    """Decide that there is no content, or that it is a nuisance."""
    outcome = {"no_content": ScreeningOutcome.NO_CONTENT, "nuisance": ScreeningOutcome.NUISANCE}.get(
        request.form.get("outcome", "")
    )
    if outcome is None:
        return make_response({"message": gettext("Choose a decision.")}, 422)

    def act(session: Session, found: Recording) -> None:
        decisions.set_aside(session, found, outcome, current_user.id, services().now())

    sentence = {
        ScreeningOutcome.NO_CONTENT: gettext("Marked as without content."),
        ScreeningOutcome.NUISANCE: gettext("Marked as a nuisance."),
    }
    return _decide(recording_id, act, sentence[outcome])


@screening.post("/duplicate")
def duplicate(recording_id: str) -> Response:
    """Decide that the recording repeats another one."""
    form = DuplicateForm()
    other = "".join(typed(form.duplicate_of.data).split())

    def act(session: Session, found: Recording) -> None:
        decisions.join(session, found, other, current_user.id, services().now())

    return _decide(recording_id, act, gettext("Joined to case %(number)s.", number=other[:10]))


@screening.post("/undo")
def undo(recording_id: str) -> Response:
    """Undo the decision that was on the page; the recording waits again, and this user has it in hand."""
    form, mistakes = UndoForm(), {}
    with services().database.writing() as session:
        found = recording_or_refuse(session, recording_id)
        try:
            seen, reason = form.decision_id.data or 0, typed(form.reason.data)
            decisions.undo(session, found, seen, reason, current_user.id, services().now())
        except Refused as error:
            mistakes = {error.field: said(error)}
    if mistakes:
        return _panel(recording_id, mistakes)
    flash(gettext("The decision is undone. The recording waits to be screened again."))
    return _go(url_for("recording.show", recording_id=recording_id))


@screening.post("/check-number")
def check_number(recording_id: str) -> str:
    """What a number leads to, said while it is typed."""
    number = "".join(typed(request.form.get("duplicate_of")).split())
    if len(number) < case_number.LENGTH:
        return ""
    with services().database.reading() as session:
        itself = recording_or_refuse(session, recording_id)
        other = told_numbers.recording_of(session, number)
        readable = other is not None and may(current_user, Act.OPEN, access.subject(session, other))
        return render_template(
            "screening/number.html", other=other, itself=other is itself, readable=readable
        )


def _decide(recording_id: str, act: Decide, sentence: str) -> Response:
    """Do what was decided, if the recording is in this user's hands, and go on to the next one."""
    with services().database.writing() as session:
        found = recording_or_refuse(session, recording_id)
        mistakes = _done(session, found, act)
        following = desk_queue.next_waiting(session, services().now(), found.id, access.opens(current_user))
    if mistakes:
        return _panel(recording_id, mistakes)
    flash(sentence, f"decided {recording_id}")
    return _go(url_for("recording.show", recording_id=following) if following else url_for("queue.show"))


def _done(session: Session, found: Recording, act: Decide) -> dict[str, str]:
    """Decide and let go of the recording; what is to be mended first, where that cannot be."""
    if found.outcome is None and not holding.claim(session, found.id, current_user.id, services().now()):
        return {"outcome": gettext("Somebody else has this recording. Take it over first.")}
    session.refresh(found)
    try:
        act(session, found)
    except Refused as error:
        return {error.field: said(error)}
    found.held_by_id = found.held_until = None
    return {}


def _panel(recording_id: str, mistakes: dict[str, str]) -> Response:
    """The panel of decisions again, with all that was typed and what is to be mended beside each field."""
    with services().database.reading() as session:  # others may write while it is drawn
        shown = panel.gather(session, recording_or_refuse(session, recording_id)) | {"mistakes": mistakes}
        if "summary" in request.form:
            form = RegisterForm()
            code = typed(form.unit_code.data)[:20]
            shown |= {"form": form, "duplicate_form": DuplicateForm(), "unit": session.get(Unit, code)}
        return make_response(render_template("screening/panel.html", **shown), 422)


def _go(address: str) -> Response:
    """Send the browser on: htmx follows its own header, a plain form follows a redirect."""
    if request.headers.get("HX-Request"):
        return make_response("", 200, {"HX-Redirect": address})
    return make_response("", 303, {"Location": address})
