"""What the panel of decisions shows beside a recording, gathered in one transaction."""

from typing import Any

from flask_login import current_user
from sqlalchemy.orm import Session

from hotline import access, drafts
from hotline.cases import numbering
from hotline.cases.units import Unit
from hotline.drafts import FormDraft, FormName
from hotline.grants import may
from hotline.people import User
from hotline.recordings import holding, recordings
from hotline.recordings.recordings import Recording
from hotline.registration import screening
from hotline.who_may import Act
from web.drafted import mine
from web.screening.forms import register_form
from web.services import services


def gather(session: Session, recording: Recording) -> dict[str, Any]:
    """Everything the panel's templates need: who holds the recording, what was decided, what it became."""
    return {
        "recording": recording,
        "begun": _begun(session, recording),
        **_hold(session, recording),
        **_decision(session, recording),
        **_case(session, recording),
    }


def _hold(session: Session, recording: Recording) -> dict[str, Any]:
    holder = holding.holder(session, recording, services().now())
    return {"holder": holder, "mine": bool(holder and holder.id == current_user.id)}


def _decision(session: Session, recording: Recording) -> dict[str, Any]:
    found = screening.in_force(session, recording.id) if recording.outcome else None
    original = recordings.by_number(session, found.duplicate_of or "") if found else None
    return {
        "decision": found,
        "decided_by": session.get(User, found.by_id) if found else None,
        "may_undo": found is not None and screening.may_undo(current_user, found),
        "original": original,
        "original_opens": original is not None
        and may(current_user, Act.OPEN, access.subject(session, original)),
    }


def _begun(session: Session, recording: Recording) -> list[tuple[FormDraft, str]]:
    """Who else has begun to register this."""
    if recording.outcome is not None:
        return []
    found = drafts.begun_by_others(session, mine(FormName.REGISTER, recording.id))
    return [(each, session.get_one(User, each.user_id).full_name) for each in found]


def _case(session: Session, recording: Recording) -> dict[str, Any]:
    case = numbering.case_of(session, recording.case_number)
    unit = session.get(Unit, case.unit_code) if case else None
    return {"case": case, "unit": unit, "form": register_form(recording, case)}
