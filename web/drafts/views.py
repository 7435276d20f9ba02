"""The draft of a form: shown to its author, saved as it is typed."""

from flask import Blueprint, Response, abort, make_response, request
from flask_babel import gettext
from flask_login import current_user
from sqlalchemy.orm import Session

from hotline import drafts as rules
from hotline.calls.calls import CallRecord
from hotline.cases.moves import Move
from hotline.cases.origins import BY_HAND
from hotline.drafts import (
    OF_CALL,
    OF_CASE,
    OF_RECORDING,
    OF_SUBMISSION,
    DraftConflict,
    DraftPlace,
    FormDraft,
    FormName,
)
from hotline.grants import may_somewhere
from hotline.handling import case_moves
from hotline.seats import seat_secrets
from hotline.who_may import Act
from web.call.lookup import call_or_refuse
from web.case.lookup import case_or_404
from web.drafted import NO_SUBJECT
from web.formats import moment
from web.lookup import recording_or_refuse
from web.services import services
from web.sign_in.guard import background
from web.submissions.lookup import submission_or_404
from web.typed import typed

drafts = Blueprint("drafts", __name__, url_prefix="/drafts/<form>/<subject>")

FOR = {
    FormName.KEEP: Act.KEEP,
    FormName.MESSAGE: Act.SUPERVISE,
    FormName.LINE: Act.SET_LINE,
    FormName.BLOCK: Act.BLOCK,
    FormName.USER: Act.MANAGE_PEOPLE,
    **dict.fromkeys(OF_SUBMISSION, Act.ENTER),
}
"""What these forms are for, and so who has them; the others have a recording or a call that may be opened."""


@drafts.get("")
@background
def show(form: str, subject: str) -> Response:
    """What this user typed there and did not send; ``fields`` is null where there is nothing."""
    with services().database.reading() as session:
        place, _ = _place_or_refuse(session, form, subject)
        found = rules.kept(session, place)
        return make_response(_shown(found) if found else {"version": 0, "fields": None})


@drafts.post("")
def save(form: str, subject: str) -> Response:
    """Save what is typed. 409 with the other text when another window saved first, 423 once it is over."""
    version = request.form.get("version", 0, type=int)
    with services().database.writing() as session:
        place, is_over = _place_or_refuse(session, form, subject, locked=True)
        if is_over:
            sentence = gettext("It is decided meanwhile. Reload the page to see how.")
            return make_response({"message": sentence}, 423)
        fields = {
            name: typed(request.form.get(name)).replace("\r\n", "\n") for name in rules.FIELDS[place.form]
        }
        try:
            return make_response({"version": rules.save(session, place, fields, version, services().now())})
        except DraftConflict as other:
            return make_response(_shown(other.draft), 409)


def _shown(draft: FormDraft) -> dict[str, object]:
    return {"version": draft.version, "fields": draft.fields, "at": moment(draft.saved_at)}


def _place_or_refuse(
    session: Session, form: str, subject: str, locked: bool = False
) -> tuple[DraftPlace, bool]:
    """The form of an address, for who has it, and whether what it is for is over. Else 404 or 403.

    ``locked``: nobody decides before this transaction ends, so that no draft is left behind a decision.
    """
    if form not in set(FormName):
        abort(404)
    kind, subject, is_over = FormName(form), "" if subject == NO_SUBJECT else typed(subject), False
    if not may_somewhere(current_user, FOR.get(kind, Act.USE_DESK)):
        abort(403)
    if kind in OF_RECORDING:
        found = recording_or_refuse(session, subject)
        session.refresh(found, with_for_update=locked)
        is_decided = found.outcome is not None
        is_over = {
            FormName.REGISTER: is_decided,
            FormName.DUPLICATE: is_decided,
            FormName.UNDO: not is_decided,
        }.get(kind, False)
    elif kind in OF_CALL:
        call_or_refuse(session, subject)
    elif kind in OF_CASE:
        case = case_or_404(session, subject)
        session.refresh(case, with_for_update=locked)
        is_over = Move(str(kind)) not in case_moves.allowed(session, case, current_user)
    elif kind in OF_SUBMISSION:
        is_over = _is_settled(session, kind, subject, locked)
    elif subject and not _may_be_of(session, kind, subject):
        abort(404)
    return DraftPlace(current_user.id, kind, subject), is_over


def _is_settled(session: Session, kind: FormName, subject: str, locked: bool) -> bool:
    """Whether a letter, a visit or an appointment has an outcome, or none that could be undone."""
    if kind is FormName.SUBMISSION and subject in set(BY_HAND):
        return False  # a new one, of this channel
    found = submission_or_404(session, subject)
    session.refresh(found, with_for_update=locked)
    is_waiting = found.outcome is None
    return is_waiting == (kind is FormName.UNDO_SUBMISSION)


def _may_be_of(session: Session, kind: FormName, subject: str) -> bool:
    """Whether it is a seat that a message is for, or a call whose number is to be blocked."""
    if kind == FormName.BLOCK:
        return session.get(CallRecord, subject) is not None
    return kind == FormName.MESSAGE and subject in seat_secrets.seat_names(services().settings)
