"""What the screen pop and the form show, gathered in one transaction."""

from collections.abc import Mapping
from typing import Any

from flask_login import current_user
from sqlalchemy.orm import Session

from hotline import access, people
from hotline.callers import caller_history, caller_notes
from hotline.cases.units import Unit
from hotline.people import User
from hotline.recordings import recordings
from hotline.registration import call_cases, call_forms, consultations, form_finishing
from hotline.registration.call_agents import KnownCall
from hotline.registration.call_forms import FIELD_LENGTHS, CallForm, FormKind
from web.call.names import CASE_STATE_NAMES, LIGHT_NAMES
from web.formats import CATEGORY_NAMES
from web.services import services
from web.units import names
from web.withheld import views as withheld


def pop(session: Session, known: KnownCall) -> dict[str, Any]:
    """What is known of the caller."""
    now, zone = services().now(), services().settings.hours.timezone
    history = caller_history.history_of(session, known.caller, now, zone, besides=known.call_id)
    writers = {note.by_id for note in history.notes}
    return {
        "known": known,
        "history": history,
        "openable": access.openable(session, current_user, history.recordings),
        "names": people.full_names(session, writers),
        "may_take_back": lambda note: caller_notes.may_take_back(current_user, note),
        "CASE_STATE_NAMES": CASE_STATE_NAMES,
        "LIGHT_NAMES": LIGHT_NAMES,
        **withheld.beside(session, known.call_id),
    }


def form(
    session: Session,
    known: KnownCall,
    mistakes: Mapping[str, str] | None = None,
    typed: tuple[FormKind, Mapping[str, str]] | None = None,
) -> dict[str, Any]:
    """The form as it was saved, or as it was ``typed`` together with what is to be mended in it."""
    kept = session.get(CallForm, known.call_id)
    kind, fields = typed or _saved(kept, known)
    return {
        "known": known,
        "kept": kept,
        "at": known.arrived_at or services().now(),  # a call that is not listed yet has only just come
        "version": kept.version if kept else 0,
        "kind": kind,
        "fields": fields,
        "left_behind": call_forms.count_unfinished(session, current_user.id, besides=known.call_id),
        "unit_name": unit_name(session, fields),
        "mistakes": mistakes or {},
        "FIELD_LENGTHS": FIELD_LENGTHS,
        "CATEGORY_NAMES": CATEGORY_NAMES,
        **_result(session, kept),
    }


def unit_name(session: Session, fields: Mapping[str, str]) -> str:
    """The name of the unit that was chosen, in the user's language."""
    return names.unit_name(session.get(Unit, fields.get("unit_code", "")))


def _saved(kept: CallForm | None, known: KnownCall) -> tuple[FormKind, Mapping[str, str]]:
    if kept is None:
        return FormKind.CASE, {"telephone": known.caller}
    return FormKind(kept.kind), kept.fields


def _result(session: Session, kept: CallForm | None) -> dict[str, Any]:
    """What a finished form became."""
    if kept is None or kept.finished_at is None:
        return {}
    case = call_cases.of_call(session, kept.call_id) if kept.kind == FormKind.CASE and kept.result else None
    return {
        "case": case,
        "case_recording": recordings.of_call(session, kept.call_id) if case else None,
        "case_unit": session.get(Unit, case.unit_code) if case else None,
        "consultation": consultations.of_call(session, kept.call_id) if kept.result else None,
        "finished_by": session.get_one(User, kept.finished_by_id),
        "may_undo": form_finishing.may_undo(current_user, kept),
    }
