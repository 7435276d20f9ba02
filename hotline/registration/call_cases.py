"""A case registered in a call and the call's recording: one number, whichever comes first.

The agent tells the caller the number while the call may still be recorded. The recording takes that number
when it is taken in; where it is there already, the case takes the recording's. Whom we have called back was
told a number before: then both take that one (``told_numbers``).
"""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from hotline import audit
from hotline.cases import case_entry, numbering, registering
from hotline.cases.case_entry import CannotUndo, CaseEntry
from hotline.cases.cases import Case, CaseState, is_of_call
from hotline.cases.origins import Origin
from hotline.cases.period_rules import PeriodRules
from hotline.mapping import one_at_a_time
from hotline.recordings import recordings
from hotline.recordings.recordings import Recording, RecordingKind
from hotline.refusals import Refused
from hotline.registration import screening, told_numbers
from hotline.registration.screening import CannotDecide
from hotline.submissions import submissions


def alone_with(session: Session, call_id: str) -> None:
    """Let nobody else give this call a number, or finish its form, before this transaction ends."""
    one_at_a_time(session, f"call {call_id}")


def of_call(session: Session, call_id: str) -> Case | None:
    """The case of a call, registered in it or from its recording, also when it was withdrawn."""
    return session.scalars(select(Case).where(is_of_call(call_id))).first()


def number_for(session: Session, call_id: str, recording_id: str, year: int, now: datetime) -> str:
    """The number for the recording of a call: that of its case, else the year's next."""
    case = of_call(session, call_id)
    return case.number if case else numbering.allot(session, year, Origin.RECORDING, recording_id, now)


def register(
    session: Session,
    call_id: str,
    entry: CaseEntry,
    received_at: datetime,
    by_id: int,
    now: datetime,
    rules: PeriodRules,
) -> Case:
    """Register a case in a call; once more after it was withdrawn: under the same number. Raises Refused."""
    alone_with(session, call_id)
    case, recording = of_call(session, call_id), recordings.of_call(session, call_id)
    is_again_open = recording is not None and screening.waits_again(session, recording)
    if case is not None and case.state != CaseState.WITHDRAWN and not is_again_open:
        raise Refused("outcome", CannotDecide.DECIDED_ALREADY)
    if recording is not None:
        return screening.register(session, recording, entry, by_id, now, rules)
    entry = case_entry.checked(session, entry)
    if case is None:
        year = rules.day(received_at).year
        told = told_numbers.of_talk(session, call_id)
        number = told or numbering.allot(session, year, Origin.CALL, call_id, now)
        case = Case(number=number, origin=Origin.CALL, origin_id=call_id)
    case_entry.fill(case, entry)
    registering.put_in_force(session, case, entry.unit_code, received_at, by_id, now, rules)
    numbering.attach(session, case.number, case)
    return case


def attach(session: Session, recording: Recording, now: datetime) -> None:
    """Give a call's recording the decision of the agent who has registered a case in the call.

    A message that was left in the same call was heard by nobody yet and waits to be screened as any other.
    """
    case = of_call(session, recording.call_id)
    if case is None or case.state == CaseState.WITHDRAWN:
        return
    if recording.kind == RecordingKind.CALL and recording.outcome is None:
        screening.registered_already(session, recording, case)
        recording.changed_at = now


def withdraw(session: Session, case: Case, reason: str, by_id: int, now: datetime) -> None:
    """Withdraw a case that was registered in a call by mistake; the reason is kept. Raises Refused."""
    alone_with(session, case.origin_id)
    session.refresh(case, with_for_update=True)
    recording = recordings.of_call(session, case.origin_id)
    decision = screening.in_force(session, recording.id) if recording else None
    if recording and decision:
        screening.undo(session, recording, decision.id, reason, by_id, now)
    else:
        if not reason.strip():
            raise Refused("reason", CannotUndo.NO_REASON)
        submissions.check_none_joined(session, case.number, "reason")
        registering.withdraw(session, case, "reason", by_id, now)
    audit.note(session, now, by_id, "withdraw", f"case {case.number}", reason.strip())
