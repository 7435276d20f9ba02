"""Screening (甄别): what a clerk decides about a recording, and undoing it with a reason."""

from dataclasses import asdict
from datetime import datetime

from sqlalchemy import JSON, ForeignKey, String, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from hotline import audit, drafts
from hotline.cases import case_entry, numbering, registering
from hotline.cases.case_entry import CannotUndo, CaseEntry
from hotline.cases.cases import Case, CaseState
from hotline.cases.origins import Origin
from hotline.cases.period_rules import PeriodRules
from hotline.evidence import recorded
from hotline.grants import By, Granted, may
from hotline.mapping import Base
from hotline.people import User
from hotline.recordings.recordings import Recording, ScreeningOutcome
from hotline.refusals import Reason, Refused
from hotline.registration import told_numbers
from hotline.submissions import submissions
from hotline.who_may import Act

FURTHER_PART = "a further part of the message arrived"
DECIDING = frozenset({drafts.FormName.REGISTER, drafts.FormName.DUPLICATE})
"""What is typed before a decision."""


class CannotDecide(Reason):
    """Why a recording is not decided about like that."""

    DECIDED_ALREADY = (
        "somebody has already decided; undo that decision first",
        "已有人作出处理，请先撤销那一处理。",
    )
    NO_OTHER_CASE = "give the number of the other case, ten digits", "请填写另一件的十位信访编号。"
    OTHER_IS_DUPLICATE = (
        "That case is itself a duplicate. Give the number of the first case.",
        "那一件本身就是重复来电，请填最初那一件的编号。",
    )
    OTHER_SET_ASIDE = (
        "that one was set aside, so nobody would handle this one; register it instead",
        "那一件已被搁置，并入后本件将无人办理。请直接登记本件。",
    )
    HAS_DUPLICATES = (
        "other recordings are joined to this one as duplicates; undo those decisions first",
        "有其他录音作为重复来电并入了本件，请先撤销那些处理。",
    )


class Decision(Base):
    """One decision about a recording, and its undoing. Rows are added, and at most undone.

    ``entry`` is what was registered, as it was then. Undone by nobody means: by the system.
    """

    __tablename__ = "decisions"

    id: Mapped[int] = mapped_column(primary_key=True)
    recording_id: Mapped[str] = mapped_column(ForeignKey("recordings.id"), index=True)
    outcome: Mapped[ScreeningOutcome] = mapped_column(String(12))
    duplicate_of: Mapped[str | None] = mapped_column(ForeignKey("recordings.case_number"))
    entry: Mapped[dict[str, str] | None] = mapped_column(JSON(none_as_null=True))
    by_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    at: Mapped[datetime]
    undone_at: Mapped[datetime | None]
    undone_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    undone_reason: Mapped[str] = mapped_column(String(300), default="")


def register(
    session: Session, recording: Recording, entry: CaseEntry, by_id: int, now: datetime, rules: PeriodRules
) -> Case:
    """Register a recording as a case under its number, or the one told before the call. Raises Refused."""
    entry = case_entry.checked(session, entry)
    decision = Decision(outcome=ScreeningOutcome.REGISTERED, entry=asdict(entry), by_id=by_id, at=now)
    _decide(session, recording, decision)
    own = recording.case_number
    case = numbering.case_of(session, own)
    numbers = {own}
    if case is None:
        if told := told_numbers.of_talk(session, recording.call_id):
            numbers.add(told)
            _stand_under_told_number(session, recording, told, now)
        case = Case(number=recording.case_number, origin=Origin.CALL, origin_id=recording.call_id)
        case.state = CaseState.WITHDRAWN
    case_entry.fill(case, entry)
    if case.state == CaseState.WITHDRAWN:
        registering.put_in_force(session, case, entry.unit_code, recording.received_at, by_id, now, rules)
    else:
        registering.register_again(session, case, entry.unit_code, by_id, now, rules)
    for number in numbers | {case.number}:
        numbering.attach(session, number, case)
    return case


def _stand_under_told_number(session: Session, recording: Recording, told: str, now: datetime) -> None:
    """Lists show it under the number that was told before the call, unless decisions name it already.

    The number of its own, which was told to nobody, goes on leading to it.
    """
    named = select(Decision.id).where(Decision.duplicate_of == recording.case_number).limit(1)
    if session.scalar(named) is None:
        recording.case_number = told
        recorded.received(session, recording, now)


def registered_already(session: Session, recording: Recording, case: Case) -> None:
    """Decide about a recording what an agent decided in its call: its case is there since then."""
    entry = asdict(case_entry.entry_of(case))
    made = Decision(outcome=ScreeningOutcome.REGISTERED, entry=entry, by_id=case.registered_by_id)
    made.at = case.registered_at
    _decide(session, recording, made)


def set_aside(
    session: Session, recording: Recording, outcome: ScreeningOutcome, by_id: int, now: datetime
) -> None:
    """Decide that a recording has no content or is a nuisance. Raises Refused."""
    if outcome not in (ScreeningOutcome.NO_CONTENT, ScreeningOutcome.NUISANCE):
        raise ValueError(f"{outcome} is not decided here")
    _decide(session, recording, Decision(outcome=outcome, by_id=by_id, at=now))


def join(session: Session, recording: Recording, other: str, by_id: int, now: datetime) -> None:
    """Decide that a recording says again what is already there under another number."""
    original = told_numbers.recording_of(session, other)
    if original is None or original.id == recording.id:
        raise Refused("duplicate_of", CannotDecide.NO_OTHER_CASE)
    _lock(session, original)
    if original.outcome == ScreeningOutcome.DUPLICATE:
        raise Refused("duplicate_of", CannotDecide.OTHER_IS_DUPLICATE)
    if original.outcome in (ScreeningOutcome.NO_CONTENT, ScreeningOutcome.NUISANCE):
        raise Refused("duplicate_of", CannotDecide.OTHER_SET_ASIDE)
    joined = Decision(
        outcome=ScreeningOutcome.DUPLICATE, duplicate_of=original.case_number, by_id=by_id, at=now
    )
    _decide(session, recording, joined)


def _lock(session: Session, recording: Recording) -> None:
    """See the recording as it is now, and let nobody else change it before this transaction ends."""
    session.refresh(recording, with_for_update=True)


def _decide(session: Session, recording: Recording, decision: Decision) -> None:
    _lock(session, recording)
    if recording.outcome is not None:
        raise Refused("outcome", CannotDecide.DECIDED_ALREADY)
    if decision.outcome != ScreeningOutcome.REGISTERED:
        if _has_duplicates(session, recording):
            raise Refused("outcome", CannotDecide.HAS_DUPLICATES)
        _withdraw_case(session, recording, "outcome", decision.by_id, decision.at)
    decision.recording_id = recording.id
    session.add(decision)
    recording.outcome, recording.changed_at = decision.outcome, decision.at
    drafts.discard_all(session, DECIDING, recording.id)
    detail = f"{decision.outcome} {decision.duplicate_of or ''}".strip()
    audit.note(session, decision.at, decision.by_id, "decide", f"recording {recording.id}", detail)


def _has_duplicates(session: Session, recording: Recording) -> bool:
    joined = select(Decision.id).where(
        Decision.duplicate_of == recording.case_number, Decision.undone_at.is_(None)
    )
    return session.scalar(joined.limit(1)) is not None


def _withdraw_case(session: Session, recording: Recording, field: str, by_id: int, now: datetime) -> None:
    case = numbering.case_of(session, recording.case_number)
    if case is not None:
        session.refresh(case, with_for_update=True)
        submissions.check_none_joined(session, case.number, field)
        registering.withdraw(session, case, field, by_id, now)


def in_force(session: Session, recording_id: str) -> Decision | None:
    """The decision in force about a recording."""
    query = select(Decision).where(Decision.recording_id == recording_id, Decision.undone_at.is_(None))
    return session.scalars(query.order_by(Decision.id.desc()).limit(1)).first()


def registered(session: Session, recording_id: str) -> dict[datetime, dict[str, str]]:
    """What was registered of a recording, also where that was undone, by the moment of it."""
    query = select(Decision).where(Decision.recording_id == recording_id, Decision.entry.is_not(None))
    return {each.at: each.entry for each in session.scalars(query) if each.entry}


def may_undo(user: Granted, decision: Decision) -> bool:
    """Everybody may undo an own decision; somebody else's needs a supervisor."""
    return may(user, Act.UNDO, By(decision.by_id))


def undo(
    session: Session, recording: Recording, decision_id: int, reason: str, by_id: int, now: datetime
) -> None:
    """Undo the decision of this identifier, if it is in force; the reason is kept. Raises Refused."""
    _lock(session, recording)
    decision = in_force(session, recording.id)
    if decision is None:
        raise Refused("reason", CannotUndo.NOTHING)
    if decision.id != decision_id:
        raise Refused("reason", CannotUndo.DECIDED_ANEW)
    if not may_undo(session.get_one(User, by_id), decision):
        raise Refused("reason", CannotUndo.SOMEBODY_ELSES)
    if not reason.strip():
        raise Refused("reason", CannotUndo.NO_REASON)
    _withdraw_case(session, recording, "reason", by_id, now)
    _end(session, recording, decision, reason.strip(), by_id, now)


def reopen(session: Session, recording: Recording, now: datetime) -> None:
    """Let a decided recording wait again, because more of the message is there than was heard.

    Its case stands meanwhile: the citizen was told a date, and a unit may be at work.
    """
    decision = in_force(session, recording.id)
    if decision is not None:
        _end(session, recording, decision, FURTHER_PART, None, now)


def waits_again(session: Session, recording: Recording) -> bool:
    """Whether it was decided and waits to be screened once more; its case may stand since then."""
    decided = select(Decision.id).where(Decision.recording_id == recording.id).limit(1)
    return recording.outcome is None and session.scalar(decided) is not None


def _end(
    session: Session, recording: Recording, decision: Decision, reason: str, by_id: int | None, now: datetime
) -> None:
    decision.undone_at, decision.undone_by_id, decision.undone_reason = now, by_id, reason[:300]
    recording.outcome, recording.changed_at = None, now
    drafts.discard_all(session, frozenset({drafts.FormName.UNDO}), recording.id)
    audit.note(session, now, by_id, "undo", f"recording {recording.id}", reason)
