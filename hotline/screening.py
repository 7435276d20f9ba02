"""Screening (甄别): what a clerk decides about a recording, and undoing it with a reason."""

import unicodedata
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import JSON, ForeignKey, String, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from hotline import audit, case_number, deadlines, recordings
from hotline.cases import Case, CaseState, Category
from hotline.mapping import Base
from hotline.people import Role, User
from hotline.recordings import Outcome, Recording
from hotline.units import Unit

FURTHER_PART = "a further part of the message arrived"
LONGEST_TELEPHONE = 32


class Decision(Base):
    """One decision about a recording, and its undoing. Rows are added, and at most undone.

    ``entry`` is what was registered, as it was then. Undone by nobody means: by the system.
    """

    __tablename__ = "decisions"

    id: Mapped[int] = mapped_column(primary_key=True)
    recording_id: Mapped[str] = mapped_column(ForeignKey("recordings.id"), index=True)
    outcome: Mapped[Outcome] = mapped_column(String(12))
    duplicate_of: Mapped[str | None] = mapped_column(ForeignKey("recordings.case_number"))
    entry: Mapped[dict[str, str] | None] = mapped_column(JSON(none_as_null=True))
    by_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    at: Mapped[datetime]
    undone_at: Mapped[datetime | None]
    undone_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    undone_reason: Mapped[str] = mapped_column(String(300), default="")


class ScreeningError(Exception):
    """A decision cannot be made as asked; ``field`` is the input to mend, the message says how."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field


@dataclass(frozen=True)
class Entry:
    """What a clerk enters to register a case."""

    petitioner: str
    telephone: str
    address: str
    category: Category
    summary: str
    unit_code: str


def register(
    session: Session, recording: Recording, entry: Entry, by_id: int, now: datetime, timezone: str
) -> Case:
    """Register a recording as a case under its number. Raises ScreeningError."""
    entry = _tidied(entry)
    _check(session, entry)
    decision = Decision(outcome=Outcome.REGISTERED, entry=asdict(entry), by_id=by_id, at=now)
    _decide(session, recording, decision)
    case = session.get(Case, recording.case_number)
    if case is None:
        case = Case(number=recording.case_number, recording_id=recording.id, state=CaseState.WITHDRAWN)
        session.add(case)
    case.petitioner, case.telephone, case.address = entry.petitioner, entry.telephone, entry.address
    case.category, case.summary, case.unit_code = entry.category, entry.summary, entry.unit_code
    if (
        case.state == CaseState.WITHDRAWN
    ):  # else it stands since before a further part arrived, and so its date
        case.state, case.received_at = CaseState.REGISTERED, recording.received_at
        case.registered_at, case.registered_by_id = now, by_id
        case.due_on = deadlines.due(now.astimezone(ZoneInfo(timezone)).date())
    return case


def _tidied(entry: Entry) -> Entry:
    """The entry without the blanks around it; a telephone number is kept as it was typed."""
    return replace(
        entry,
        petitioner=entry.petitioner.strip(),
        telephone=" ".join(unicodedata.normalize("NFKC", entry.telephone).split()),
        address=entry.address.strip(),
        summary=entry.summary.strip(),
    )


def _check(session: Session, entry: Entry) -> None:
    if not entry.summary:
        raise ScreeningError("summary", "write in a sentence what the case is about")
    if len(entry.petitioner) > 80 or len(entry.address) > 200:
        raise ScreeningError("petitioner", "a name has at most 80 characters, an address at most 200")
    if len(entry.telephone) > LONGEST_TELEPHONE or not entry.telephone.isprintable():
        raise ScreeningError(
            "telephone", "a telephone number has at most 32 characters, none of them invisible"
        )
    unit = session.get(Unit, entry.unit_code)
    if unit is None or not unit.active:
        raise ScreeningError("unit_code", "choose the responsible unit from the tree")


def set_aside(session: Session, recording: Recording, outcome: Outcome, by_id: int, now: datetime) -> None:
    """Decide that a recording has no content or is a nuisance. Raises ScreeningError."""
    if outcome not in (Outcome.NO_CONTENT, Outcome.NUISANCE):
        raise ValueError(f"{outcome} is not decided here")
    _decide(session, recording, Decision(outcome=outcome, by_id=by_id, at=now))


def join(session: Session, recording: Recording, other: str, by_id: int, now: datetime) -> None:
    """Decide that a recording says again what is already there under another number."""
    original = recordings.by_number(session, other) if case_number.is_valid(other) else None
    if original is None or original.id == recording.id:
        raise ScreeningError("duplicate_of", "give the number of the other case, ten digits")
    _lock(session, original)
    if original.outcome == Outcome.DUPLICATE:
        raise ScreeningError(
            "duplicate_of", f"{other} is itself a duplicate; give the number of the first case"
        )
    if original.outcome in (Outcome.NO_CONTENT, Outcome.NUISANCE):
        raise ScreeningError(
            "duplicate_of", "that one was set aside, so nobody would handle this one; register it instead"
        )
    _decide(session, recording, Decision(outcome=Outcome.DUPLICATE, duplicate_of=other, by_id=by_id, at=now))


def _lock(session: Session, recording: Recording) -> None:
    """See the recording as it is now, and let nobody else change it before this transaction ends."""
    session.refresh(recording, with_for_update=True)


def _decide(session: Session, recording: Recording, decision: Decision) -> None:
    _lock(session, recording)
    if recording.outcome is not None:
        raise ScreeningError("outcome", "somebody has already decided; undo that decision first")
    if decision.outcome != Outcome.REGISTERED:
        if _has_duplicates(session, recording):
            raise ScreeningError(
                "outcome", "other recordings are joined to this one as duplicates; undo those decisions first"
            )
        _withdraw_case(session, recording, "outcome")
    decision.recording_id = recording.id
    session.add(decision)
    recording.outcome, recording.changed_at = decision.outcome, decision.at
    detail = f"{decision.outcome} {decision.duplicate_of or ''}".strip()
    audit.note(session, decision.at, decision.by_id, "decide", f"recording {recording.id}", detail)


def _has_duplicates(session: Session, recording: Recording) -> bool:
    joined = select(Decision.id).where(
        Decision.duplicate_of == recording.case_number, Decision.undone_at.is_(None)
    )
    return session.scalar(joined.limit(1)) is not None


def _withdraw_case(session: Session, recording: Recording, field: str) -> None:
    case = session.get(Case, recording.case_number)
    if case is None:
        return
    if case.state not in (CaseState.REGISTERED, CaseState.WITHDRAWN):
        raise ScreeningError(field, "the unit is already handling this case; it can't be undone here")
    case.state = CaseState.WITHDRAWN


def in_force(session: Session, recording_id: str) -> Decision | None:
    """The decision in force about a recording."""
    query = select(Decision).where(Decision.recording_id == recording_id, Decision.undone_at.is_(None))
    return session.scalars(query.order_by(Decision.id.desc()).limit(1)).first()


def may_undo(user: User, decision: Decision) -> bool:
    """Everybody may undo an own decision; somebody else's needs a supervisor."""
    return decision.by_id == user.id or user.may(Role.SUPERVISOR)


def undo(
    session: Session, recording: Recording, decision_id: int, reason: str, by_id: int, now: datetime
) -> None:
    """Undo the decision of this identifier, if it is in force; the reason is kept. Raises ScreeningError."""
    _lock(session, recording)
    decision = in_force(session, recording.id)
    if decision is None:
        raise ScreeningError("reason", "there is no decision to undo")
    if decision.id != decision_id:
        raise ScreeningError("reason", "it was decided anew meanwhile; look at the decision once more")
    if not may_undo(session.get_one(User, by_id), decision):
        raise ScreeningError("reason", "somebody else decided this; ask a supervisor to undo it")
    if not reason.strip():
        raise ScreeningError("reason", "say why the decision is undone")
    _withdraw_case(session, recording, "reason")
    _end(session, recording, decision, reason.strip(), by_id, now)


def reopen(session: Session, recording: Recording, now: datetime) -> None:
    """Let a decided recording wait again, because more of the message is there than was heard.

    Its case stands meanwhile: the citizen was told a date, and a unit may be at work.
    """
    decision = in_force(session, recording.id)
    if decision is not None:
        _end(session, recording, decision, FURTHER_PART, None, now)


def _end(
    session: Session, recording: Recording, decision: Decision, reason: str, by_id: int | None, now: datetime
) -> None:
    decision.undone_at, decision.undone_by_id, decision.undone_reason = now, by_id, reason[:300]
    recording.outcome, recording.changed_at = None, now
    audit.note(session, now, by_id, "undo", f"recording {recording.id}", reason)
