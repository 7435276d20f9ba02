"""What becomes of a call: its form is finished as a case or a consultation, and that can be undone."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy.orm import Session

from hotline import audit, drafts
from hotline.cases.case_entry import CannotRegister, CannotUndo, CaseEntry
from hotline.cases.cases import CaseState
from hotline.cases.period_rules import PeriodRules
from hotline.grants import By, Granted, may
from hotline.people import User
from hotline.refusals import Reason, Refused
from hotline.registration import call_cases, call_forms, consultations
from hotline.registration.call_agents import KnownCall
from hotline.registration.call_forms import CallForm, FormFinished, FormKind
from hotline.registration.consultations import CannotKeep
from hotline.who_may import Act

_REQUIRED: dict[FormKind, dict[str, Reason]] = {
    FormKind.CASE: {
        "category": CannotRegister.NO_CATEGORY,
        "summary": CannotRegister.NO_SUMMARY,
        "unit_code": CannotRegister.NO_UNIT,
    },
    FormKind.CONSULTATION: {
        "category": CannotRegister.NO_CATEGORY,
        "topic": CannotKeep.NO_TOPIC,
        "answer": CannotKeep.NO_ANSWER,
    },
}


def missing(kind: FormKind, fields: Mapping[str, str]) -> dict[str, Reason]:
    """What still has to be filled in before a form can be finished: the reason for each such field."""
    return {name: reason for name, reason in _REQUIRED[kind].items() if not fields.get(name, "").strip()}


def finish(
    session: Session, call: KnownCall, form: CallForm, by_id: int, now: datetime, rules: PeriodRules
) -> str:
    """Make a case or a consultation of a form in hand and return its number.

    Raises Refused and FormFinished.
    """
    if form.finished_at is not None:
        raise FormFinished
    for field, reason in missing(FormKind(form.kind), form.fields).items():
        raise Refused(field, reason)
    if form.kind == FormKind.CASE:
        received_at = call.arrived_at or now
        entry = entry_of(form.fields)
        case = call_cases.register(session, call.call_id, entry, received_at, by_id, now, rules)
        form.result = case.number
    else:
        kept = consultations.keep(session, call.call_id, form.caller, form.seat, form.fields, by_id, now)
        form.result = str(kept.id)
    form.finished_at, form.finished_by_id = now, by_id
    audit.note(session, now, by_id, "finish", f"call {call.call_id}", f"{form.kind} {form.result}")
    return form.result


def entry_of(fields: Mapping[str, str]) -> CaseEntry:
    """What was typed, as a case is registered with it. Raises Refused where no category was chosen."""
    text = {name: fields.get(name, "") for name in call_forms.FIELD_LENGTHS}
    return CaseEntry(
        petitioner=text["petitioner"],
        telephone=text["telephone"],
        address=text["address"],
        category=consultations.category_of(text),
        summary=text["summary"],
        unit_code=text["unit_code"],
    )


def stands(session: Session, form: CallForm) -> bool:
    """Whether what a finished form became is still in force; it may be withdrawn elsewhere."""
    if not form.result:
        return False
    if form.kind == FormKind.CASE:
        case = call_cases.of_call(session, form.call_id)
        return case is not None and case.state != CaseState.WITHDRAWN
    kept = consultations.of_call(session, form.call_id)
    return kept is not None and kept.withdrawn_at is None


def may_undo(user: Granted, form: CallForm) -> bool:
    """Everybody may undo what they finished; what somebody else did needs a supervisor."""
    return may(user, Act.UNDO, By(form.finished_by_id))


def undo(session: Session, form: CallForm, reason: str, by: User, now: datetime) -> None:
    """Withdraw what a finished form became, and open the form again. Raises Refused."""
    case = call_cases.of_call(session, form.call_id) if form.kind == FormKind.CASE else None
    consultation = consultations.of_call(session, form.call_id)
    if form.finished_at is None or not form.result:
        raise Refused("reason", CannotUndo.NOTHING)
    if not may_undo(by, form):
        raise Refused("reason", CannotUndo.SOMEBODY_ELSES)
    if case is not None:
        call_cases.withdraw(session, case, reason, by.id, now)
    elif consultation is not None:
        consultations.withdraw(session, consultation, reason, by.id, now)
    call_forms.open_again(session, form, by.id, now)
    drafts.discard_all(session, frozenset({drafts.FormName.WITHDRAW}), form.call_id)
