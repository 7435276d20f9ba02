"""The screen pop and the form of a call: shown, saved as it is typed, finished, undone."""

from flask import Blueprint, Response, make_response, render_template, request
from flask_babel import gettext
from flask_login import current_user
from sqlalchemy.orm import Session

from hotline.grants import may
from hotline.hours import case_periods
from hotline.people import User
from hotline.refusals import Refused
from hotline.registration import call_forms, form_finishing
from hotline.registration.call_agents import KnownCall
from hotline.registration.call_forms import CallForm, FormConflict, FormFinished, FormKind
from hotline.who_may import Act
from web import noting
from web.call import content
from web.call.lookup import author_of, call_or_refuse, sent
from web.refusals import said, words
from web.services import services
from web.sign_in.guard import background
from web.typed import typed

call = Blueprint("call", __name__)


@call.get("/call/<call_id>")
def page(call_id: str) -> str:
    """A call that is over, with its caller and its form: for what was left unfinished."""
    known = _opened(call_id)
    with services().database.reading() as session:
        shown = content.pop(session, known) | content.form(session, known)
        return render_template("call/page.html", **shown)


@call.get("/call/<call_id>/pop")
@background
def pop(call_id: str) -> str:
    """What is known of the caller, as a part of a page."""
    known = _opened(call_id)
    with services().database.reading() as session:
        return render_template("call/pop.html", **content.pop(session, known))


@call.get("/call/<call_id>/form")
@background
def form(call_id: str) -> str:
    """The form as it was saved last, as a part of a page."""
    known = _opened(call_id)
    with services().database.reading() as session:
        return render_template("call/form.html", **content.form(session, known))


@call.post("/call/<call_id>/form")
def save(call_id: str) -> Response:
    """Save what is typed. 409 with the other text when another page saved meanwhile, 423 once finished."""
    with services().database.writing() as session:
        known = call_or_refuse(session, call_id)
        try:
            return make_response({"version": _save(session, known).version})
        except (FormConflict, FormFinished) as other:
            return _told(session, other)


@call.post("/call/<call_id>/finish")
def finish(call_id: str) -> Response:
    """Save what is typed and make a case or a consultation of it. 422: the form with what is to be mended."""
    now = services().now()
    with services().database.writing() as session:
        rules = case_periods.rules(session, services().settings)
        known, mistakes = call_or_refuse(session, call_id), {}
        try:
            kept = _save(session, known)
            missing = form_finishing.missing(FormKind(kept.kind), kept.fields)
            mistakes = {field: words(each) for field, each in missing.items()}
            if not mistakes:
                with session.begin_nested():
                    form_finishing.finish(session, known, kept, current_user.id, now, rules)
        except Refused as error:
            mistakes = {error.field: said(error)}
        except (FormConflict, FormFinished) as other:
            return _told(session, other)
    return _panel(known, mistakes)


@call.post("/call/<call_id>/put-away")
def put_away(call_id: str) -> Response:
    """There is nothing to register; what was typed is kept."""
    with services().database.writing() as session:
        known = call_or_refuse(session, call_id)
        try:
            call_forms.put_away(session, _save(session, known), current_user.id, services().now())
        except (FormConflict, FormFinished) as other:
            return _told(session, other)
    return _panel(known)


@call.post("/call/<call_id>/open-again")
def open_again(call_id: str) -> Response:
    """Go on with a form that was put away, or whose case was withdrawn."""
    with services().database.writing() as session:
        known = call_or_refuse(session, call_id)
        kept = call_forms.in_hand(session, known.call_id)
        if kept is not None and kept.finished_at is not None and not form_finishing.stands(session, kept):
            call_forms.open_again(session, kept, current_user.id, services().now())
    return _panel(known)


@call.post("/call/<call_id>/undo")
def undo(call_id: str) -> Response:
    """Withdraw what the form became, with a reason; the form is open again."""
    reason = typed(request.form.get("reason"))
    with services().database.writing() as session:
        known, mistakes = call_or_refuse(session, call_id), {}
        kept = call_forms.in_hand(session, known.call_id)
        try:
            if kept is not None:
                by = session.get_one(User, current_user.id)
                form_finishing.undo(session, kept, reason, by, services().now())
        except Refused as error:
            mistakes = {error.field: said(error)}
    return _panel(known, mistakes)


@call.get("/call-forms")
def unfinished() -> str:
    """The forms that were begun and not finished: the user's own, and everybody's for a supervisor."""
    whose = None if may(current_user, Act.SEE_UNFINISHED) else current_user.id
    with services().database.reading() as session:
        found, total = call_forms.unfinished(session, whose), call_forms.count_unfinished(session, whose)
        users = {each.user_id: session.get(User, each.user_id) for each in found}
        return render_template("call/unfinished.html", forms=found, total=total, users=users)


def _opened(call_id: str) -> KnownCall:
    with services().database.reading() as session:
        known = call_or_refuse(session, call_id)
    noting.once("open", f"call {known.call_id}", within=call_forms.NOTED_EVERY)
    return known


def _save(session: Session, known: KnownCall) -> CallForm:
    kind, fields, based_on = sent()
    return call_forms.save(session, known.call_id, author_of(known), kind, fields, based_on, services().now())


def _panel(known: KnownCall, mistakes: dict[str, str] | None = None) -> Response:
    """The form again, as it is kept now; others may write while it is drawn."""
    with services().database.reading() as session:
        shown = content.form(session, known, mistakes)
        return make_response(render_template("call/form.html", **shown), 422 if mistakes else 200)


def _told(session: Session, other: FormConflict | FormFinished) -> Response:
    if isinstance(other, FormFinished):
        sentence = gettext("This form was finished meanwhile. Reload the page to see what became of it.")
        return make_response({"message": sentence}, 423)
    theirs = {"version": other.version, "kind": str(other.kind), "fields": dict(other.fields)}
    return make_response(theirs | {"unit": content.unit_name(session, other.fields)}, 409)
