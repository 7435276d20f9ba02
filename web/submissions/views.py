"""A letter, a visit or an appointment: entered, changed, registered at once; the slip for a visitor."""

from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from flask_login import current_user
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as AnyResponse

from hotline import audit, people
from hotline.cases.cases import Case
from hotline.cases.origins import BY_HAND, Origin
from hotline.cases.period_rules import PeriodRules
from hotline.cases.units import Unit
from hotline.drafts import FormName
from hotline.hours import case_periods
from hotline.refusals import Refused
from hotline.submissions import deciding, entering
from hotline.submissions.entering import LENGTHS
from hotline.submissions.submissions import PARTICULARS, Submission
from web import drafted, noting
from web.case.lookup import may_see
from web.period import office_zone
from web.services import services
from web.submissions import documents, entered, names
from web.submissions.entered import NOTHING_REFUSED, Refusal
from web.submissions.lookup import submission_or_404
from web.units.names import unit_name

Answer = str | AnyResponse | tuple[str, int]
submissions = Blueprint("submissions", __name__, url_prefix="/submissions")


@submissions.get("/new/<channel>")
def new(channel: str) -> str:
    """An empty form."""
    return _new_page(_channel(channel), NOTHING_REFUSED)


@submissions.post("/new/<channel>")
def add(channel: str) -> Answer:
    """Keep it, and register it where that was asked for: both or none."""
    of, now = _channel(channel), services().now()
    try:
        with services().database.writing() as session:
            rules = _rules_if_asked(session)
            entry = entered.entry(session, of)
            made = entering.enter(session, entry, office_zone(), current_user.id, now)
            number = made.number
            session.flush()
            drafted.sent(session, FormName.SUBMISSION, of)
            _register_if_asked(session, number, rules)
    except Refused as refused:
        return _new_page(of, entered.refusal(refused, FormName.SUBMISSION)), 422
    flash(_done())
    return redirect(url_for("submissions.show", submission_number=number), 303)


@submissions.get("/<submission_number>")
def show(submission_number: str) -> str:
    """What was entered, what became of it, and what can be done."""
    with services().database.reading() as session:
        subject = f"submission {submission_or_404(session, submission_number).number}"
    noting.once("open", subject, within=audit.ONE_LOOK)
    with services().database.reading() as session:
        return page(session, submission_or_404(session, submission_number))


@submissions.post("/<submission_number>")
def save(submission_number: str) -> Answer:
    """Change what was entered, and register it where that was asked for: both or none."""
    now = services().now()
    try:
        with services().database.writing() as session:
            rules = _rules_if_asked(session)
            found = submission_or_404(session, submission_number)
            entry = entered.entry(session, Origin(found.channel))
            seen = request.form.get("seen", 0, type=int)
            entering.change(session, found.number, entry, seen, current_user.id, now)
            drafted.sent(session, FormName.SUBMISSION, found.number)
            _register_if_asked(session, found.number, rules)
    except Refused as refused:
        return shown_again(submission_number, entered.refusal(refused, FormName.SUBMISSION)), 422
    flash(_done())
    return redirect(url_for("submissions.show", submission_number=submission_number), 303)


@submissions.get("/<submission_number>/slip")
def slip(submission_number: str) -> str:
    """What a visitor takes along, on paper of 80 mm."""
    with services().database.reading() as session:
        found = submission_or_404(session, submission_number)
        return render_template(
            "submissions/slip.html", submission=found, hotline=services().settings.number, names=names
        )


def _channel(name: str) -> Origin:
    return next((each for each in BY_HAND if each == name), None) or abort(404)


def _rules_if_asked(session: Session) -> PeriodRules | None:
    """Those by which it is registered, where that was asked for: first of all, before a number is drawn."""
    asked = request.form.get("then") == "register"
    return case_periods.rules(session, services().settings) if asked else None


def _register_if_asked(session: Session, number: str, rules: PeriodRules | None) -> None:
    if rules is not None:
        deciding.register(session, number, current_user.id, services().now(), rules)


def _done() -> str:
    asked = request.form.get("then") == "register"
    return gettext("The case is registered.") if asked else gettext("Saved.")


def _new_page(channel: Origin, refused: Refusal) -> str:
    empty = {"received": entered.in_form(services().now())}
    return render_template(
        "submissions/new.html",
        channel=channel,
        subject=channel,
        fields=refused.entered or empty,
        **_common(refused),
        PARTICULARS=PARTICULARS[channel],
    )


def shown_again(submission_number: str, refused: Refusal) -> str:
    """The page, with what was entered and what is wrong with it."""
    with services().database.reading() as session:
        return page(session, submission_or_404(session, submission_number), refused)


def page(session: Session, found: Submission, refused: Refusal = NOTHING_REFUSED) -> str:
    """The page of one that there is."""
    unit = session.get(Unit, found.unit_code) if found.unit_code else None
    case = session.get(Case, found.case_number) if found.case_number else None
    kept = entered.as_fields(found, unit_name(unit) if unit else "")
    own = refused.entered if refused.form is FormName.SUBMISSION else {}
    by = people.full_names(session, {each for each in (found.entered_by_id, found.decided_by_id) if each})
    return render_template(
        "submissions/submission.html",
        submission=found,
        channel=Origin(found.channel),
        subject=found.number,
        unit=unit,
        case=case,
        is_seen=case is not None and may_see(session, case),
        fields=own or kept,
        changed_meanwhile=own if "" in refused.mistakes and found.outcome is None else {},
        by=by,
        may_undo=found.outcome is not None and deciding.may_undo(current_user, found),
        **documents.card(session, found.number),
        **_common(refused),
        PARTICULARS=PARTICULARS[Origin(found.channel)],
    )


def _common(refused: Refusal) -> dict[str, Any]:
    return {"refused": refused, "mistakes": refused.mistakes, "names": names, "LENGTHS": LENGTHS}
