"""Screening (甄别): what a clerk decides about a recording, and undoing it with a reason."""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import ForeignKey, String, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from hotline import audit, case_number, deadlines, recordings
from hotline.cases import Case, CaseState, Category
from hotline.mapping import Base
from hotline.recordings import Outcome, Recording
from hotline.spool import clean_caller
from hotline.units import Unit


class Decision(Base):
    """One decision about a recording, and its undoing. Rows are added, and at most undone."""

    __tablename__ = "decisions"

    id: Mapped[int] = mapped_column(primary_key=True)
    recording_id: Mapped[str] = mapped_column(ForeignKey("recordings.id"), index=True)
    outcome: Mapped[Outcome] = mapped_column(String(12))
    duplicate_of: Mapped[str | None] = mapped_column(ForeignKey("recordings.case_number"))
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
    _check(session, entry)
    case = session.get(Case, recording.case_number)
    if case is None:
        case = Case(number=recording.case_number, recording_id=recording.id)
        session.add(case)
    case.state = CaseState.REGISTERED
    case.petitioner, case.address = entry.petitioner.strip(), entry.address.strip()
    case.telephone = clean_caller(entry.telephone)
    case.category, case.summary, case.unit_code = entry.category, entry.summary.strip(), entry.unit_code
    case.received_at, case.registered_at, case.registered_by_id = recording.received_at, now, by_id
    case.due_on = deadlines.due(now.astimezone(ZoneInfo(timezone)).date())
    _decide(session, recording, Decision(outcome=Outcome.REGISTERED, by_id=by_id, at=now))
    return case


def _check(session: Session, entry: Entry) -> None:
    if not entry.summary.strip():
        raise ScreeningError("summary", "write in a sentence what the case is about")
    if len(entry.petitioner) > 80 or len(entry.address) > 200:
        raise ScreeningError("petitioner", "a name has at most 80 characters, an address at most 200")
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
    if original.outcome == Outcome.DUPLICATE:
        raise ScreeningError(
            "duplicate_of", f"{other} is itself a duplicate; give the number of the first case"
        )
    _decide(session, recording, Decision(outcome=Outcome.DUPLICATE, duplicate_of=other, by_id=by_id, at=now))


def _decide(session: Session, recording: Recording, decision: Decision) -> None:
    if recording.outcome is not None:
        raise ScreeningError("outcome", "somebody has already decided; undo that decision first")
    decision.recording_id = recording.id
    session.add(decision)
    recording.outcome, recording.changed_at = decision.outcome, decision.at
    detail = f"{decision.outcome} {decision.duplicate_of or ''}".strip()
    audit.note(session, decision.at, decision.by_id, "decide", f"recording {recording.id}", detail)


def in_force(session: Session, recording_id: str) -> Decision | None:
    """The decision in force about a recording."""
    query = select(Decision).where(Decision.recording_id == recording_id, Decision.undone_at.is_(None))
    return session.scalars(query.order_by(Decision.id.desc()).limit(1)).first()


def undo(session: Session, recording: Recording, reason: str, by_id: int, now: datetime) -> None:
    """Undo the decision in force; the reason is kept. Raises ScreeningError."""
    decision = in_force(session, recording.id)
    if decision is None:
        raise ScreeningError("reason", "there is no decision to undo")
    if not reason.strip():
        raise ScreeningError("reason", "say why the decision is undone")
    case = session.get(Case, recording.case_number)
    if case is not None and case.state not in (CaseState.REGISTERED, CaseState.WITHDRAWN):
        raise ScreeningError("reason", "the unit is already handling this case; it can't be undone here")
    if case is not None:
        case.state = CaseState.WITHDRAWN
    decision.undone_at, decision.undone_by_id, decision.undone_reason = now, by_id, reason.strip()[:300]
    recording.outcome, recording.changed_at = None, now
    audit.note(session, now, by_id, "undo", f"recording {recording.id}", reason)
