"""What becomes of a letter, a visit or an appointment: a case, part of a case, or none; and undoing that.

Each is one transaction: it locks the submission, then the case, and so no two decide at once.
"""

from datetime import datetime

from sqlalchemy.orm import Session

from hotline import audit, drafts
from hotline.cases import additions, case_entry, numbering, registering
from hotline.cases.case_entry import CannotRegister, CaseEntry
from hotline.cases.cases import Case, CaseState
from hotline.cases.moves import Move
from hotline.cases.origins import Origin
from hotline.cases.period_rules import PeriodRules
from hotline.drafts import FormName
from hotline.grants import By, Granted, may
from hotline.refusals import Refused
from hotline.submissions import submissions
from hotline.submissions.refusals import CannotDecideSubmission
from hotline.submissions.submissions import Submission, SubmissionOutcome
from hotline.who_may import Act

LONGEST_REASON = 300


def register(session: Session, number: str, by_id: int, now: datetime, rules: PeriodRules) -> Case:
    """Make it a case, under its own number; once more after that was undone. Raises Refused."""
    found = _undecided(session, number)
    entry = case_entry.checked(session, entry_of(found))
    case = session.get(Case, number, with_for_update=True)
    if case is None:
        case = Case(number=number, origin=found.channel, origin_id=number)
    case_entry.fill(case, entry)
    registering.put_in_force(session, case, entry.unit_code, found.received_at, by_id, now, rules)
    numbering.attach(session, number, case)
    _decide(session, found, SubmissionOutcome.REGISTERED, case.number, "", by_id, now)
    return case


def entry_of(found: Submission) -> CaseEntry:
    """What was entered, as a case is registered with it. Raises Refused where no category was chosen."""
    if found.category is None:
        raise Refused("category", CannotRegister.NO_CATEGORY)
    return CaseEntry(
        petitioner=found.petitioner,
        telephone=found.telephone,
        address=found.address,
        category=found.category,
        summary=found.summary,
        unit_code=found.unit_code or "",
    )


def join(session: Session, number: str, other: str, by_id: int, now: datetime) -> Case:
    """Let it belong to a case that is there, which goes on as it stands. Raises Refused."""
    found = _undecided(session, number)
    case = numbering.case_of(session, other)
    if case is None:
        raise Refused("case_number", CannotDecideSubmission.NO_CASE)
    session.refresh(case, with_for_update=True)
    if case.state == CaseState.WITHDRAWN:
        raise Refused("case_number", CannotDecideSubmission.NO_CASE)
    what = (Origin(found.channel), number)
    additions.add(session, case, Move.JOIN, what, "", by_id, now)  # its words stay its own: it may be parted
    _decide(session, found, SubmissionOutcome.JOINED, case.number, "", by_id, now)
    return case


def set_aside(session: Session, number: str, ground: str, by_id: int, now: datetime) -> None:
    """It is no case; why, is kept. Raises Refused."""
    found = _undecided(session, number)
    ground = _written("ground", ground, CannotDecideSubmission.NO_GROUND)
    _decide(session, found, SubmissionOutcome.NO_CASE, None, ground, by_id, now)


def may_undo(user: Granted, found: Submission) -> bool:
    """Everybody may undo an own decision; somebody else's needs a supervisor."""
    return may(user, Act.UNDO, By(found.decided_by_id))


def undo(session: Session, number: str, reason: str, user: Granted, now: datetime) -> None:
    """Let it wait again: its case is withdrawn, or parted from it. Raises Refused."""
    found = submissions.locked(session, number)
    if found.outcome is None:
        raise Refused("", CannotDecideSubmission.NOT_DECIDED)
    if not may_undo(user, found):
        raise Refused("", CannotDecideSubmission.SOMEBODY_ELSES)
    reason = _written("reason", reason, CannotDecideSubmission.NO_REASON)
    if found.case_number is not None:
        case = session.get_one(Case, found.case_number, with_for_update=True)
        if found.outcome == SubmissionOutcome.REGISTERED:
            submissions.check_none_joined(session, case.number, "reason")
            registering.withdraw(session, case, "reason", user.id, now)
        else:
            what = (Origin(found.channel), number)
            additions.add(session, case, Move.PART, what, reason, user.id, now)
    found.outcome = found.case_number = found.decided_at = found.decided_by_id = None
    found.ground, found.version = "", found.version + 1
    drafts.discard_all(session, frozenset({FormName.UNDO_SUBMISSION}), number)
    audit.note(session, now, user.id, "undo", f"submission {number}", reason)


def _undecided(session: Session, number: str) -> Submission:
    found = submissions.locked(session, number)
    if found.outcome is not None:
        raise Refused("", CannotDecideSubmission.DECIDED_ALREADY)
    return found


def _written(field: str, text: str, missing: CannotDecideSubmission) -> str:
    text = text.strip()
    if not text:
        raise Refused(field, missing)
    if len(text) > LONGEST_REASON:
        raise Refused(field, CannotDecideSubmission.TOO_LONG, most=LONGEST_REASON)
    return text


def _decide(
    session: Session,
    found: Submission,
    outcome: SubmissionOutcome,
    case_number: str | None,
    ground: str,
    by_id: int,
    now: datetime,
) -> None:
    found.outcome, found.case_number, found.ground = outcome, case_number, ground
    found.decided_at, found.decided_by_id, found.version = now, by_id, found.version + 1
    drafts.discard_all(session, drafts.OF_SUBMISSION - {FormName.UNDO_SUBMISSION}, found.number)
    detail = f"{outcome} {case_number or ''}".strip()
    audit.note(session, now, by_id, "decide", f"submission {found.number}", detail)
