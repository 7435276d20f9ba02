"""Enquiries: where a case stands, told by its number alone, and how often a caller may guess."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import String, delete, func, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from hotline.callbacks import callbacks
from hotline.cases import case_number
from hotline.cases.cases import Case, CaseState
from hotline.cases.units import Unit
from hotline.mapping import Base, one_at_a_time
from hotline.recordings import recordings, screening
from hotline.recordings.recordings import Outcome, Recording

WINDOW = timedelta(hours=1)
WRONG_ALLOWED = 10
ALLOWED = 60
"""Running numbers follow each other: who counts up from a number of their own is never wrong."""


class Enquiry(Base):
    """A number that was asked for, and whether it led to a case; anonymous callers are one asker."""

    __tablename__ = "enquiries"

    id: Mapped[int] = mapped_column(primary_key=True)
    asker: Mapped[str] = mapped_column(String(64), index=True)
    at: Mapped[datetime] = mapped_column(index=True)
    found: Mapped[bool]


class TooMany(Exception):
    """This asker has asked too often within the hour."""


@dataclass(frozen=True)
class CaseStatus:
    """All that is told of a case to whoever has its number; nothing personal is in it.

    ``state``: received, registered, handling, replied, closed, no_content, duplicate or nuisance; of a number
    told for a callback also callback_open, callback_done, callback_failed or callback_cancelled.
    """

    number: str
    state: str
    received_on: date
    unit_code: str | None = None
    unit_name_zh: str | None = None
    unit_name_en: str | None = None
    due_on: date | None = None


def look_up(session: Session, number: str, timezone: str) -> CaseStatus | None:
    """Where a case stands; None for a number that is wrong or was never given out."""
    if not case_number.is_valid(number):
        return None
    recording = recordings.by_number(session, number)
    if recording is None:
        return _without_recording(session, number, timezone)
    received_on = recording.received_at.astimezone(ZoneInfo(timezone)).date()
    case = _case_of(session, recording)
    if recording.outcome not in (None, Outcome.REGISTERED):
        return _with_case(session, CaseStatus(number, str(recording.outcome), received_on), case)
    if case is None:
        return _of_callback(session, number, timezone) or CaseStatus(number, "received", received_on)
    return _with_case(session, CaseStatus(number, str(case.state), received_on), case)


def _without_recording(session: Session, number: str, timezone: str) -> CaseStatus | None:
    """A case registered in a call whose recording is not taken in yet, or a callback."""
    case = session.get(Case, number)
    if case is None:
        return _of_callback(session, number, timezone)
    received_on = case.received_at.astimezone(ZoneInfo(timezone)).date()
    if case.state == CaseState.WITHDRAWN:  # its number was told all the same
        return _of_callback(session, number, timezone) or CaseStatus(number, "received", received_on)
    return _with_case(session, CaseStatus(number, str(case.state), received_on), case)


def _of_callback(session: Session, number: str, timezone: str) -> CaseStatus | None:
    """How far a callback is for which this number was told; None for any other number."""
    callback = callbacks.by_number(session, number)
    if callback is None:
        return None
    asked_on = callback.asked_at.astimezone(ZoneInfo(timezone)).date()
    return CaseStatus(number, f"callback_{callback.state}", asked_on)


def _case_of(session: Session, recording: Recording) -> Case | None:
    """The case a recording belongs to, unless it was withdrawn: its own, or the one it repeats.

    A recording that waits again because a further part of it arrived still has its own.
    """
    number: str | None = recording.case_number
    if recording.outcome == Outcome.DUPLICATE:
        decision = screening.in_force(session, recording.id)
        number = decision.duplicate_of if decision else None
    case = session.get(Case, number) if number else None
    return case if case and case.state != CaseState.WITHDRAWN else None


def _with_case(session: Session, status: CaseStatus, case: Case | None) -> CaseStatus:
    unit = session.get(Unit, case.unit_code) if case else None
    if case is None or unit is None:
        return status
    return CaseStatus(
        status.number,
        status.state,
        status.received_on,
        unit.code,
        unit.name_zh,
        unit.name_en or unit.name_zh,
        case.due_on,
    )


def ask(session: Session, number: str, asker: str, now: datetime, timezone: str) -> CaseStatus | None:
    """Look a number up for somebody from outside, and count it. Raises TooMany.

    Within an hour: ten numbers that lead to nothing, sixty in all, so that numbers can't be harvested. In one
    writing transaction, and one asker at a time, so that many calls at once count like one after another.
    """
    asker = asker[:64]
    one_at_a_time(session, asker)
    recent = select(Enquiry.found, func.count()).where(Enquiry.asker == asker, Enquiry.at > now - WINDOW)
    asked = dict(session.execute(recent.group_by(Enquiry.found)).all())
    if asked.get(False, 0) >= WRONG_ALLOWED or sum(asked.values()) >= ALLOWED:
        raise TooMany
    status = look_up(session, number, timezone)
    session.add(Enquiry(asker=asker, at=now, found=status is not None))
    session.execute(delete(Enquiry).where(Enquiry.at < now - WINDOW))
    return status
