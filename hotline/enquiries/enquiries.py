"""Enquiries: where a case stands, told by its number alone, and how often a caller may guess."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, String, delete, distinct, func, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from hotline.cases import case_number, numbering, unit_following, units
from hotline.cases.cases import Case, CaseState
from hotline.cases.periods import CONCLUDING
from hotline.cases.units import Unit
from hotline.mapping import Base, one_at_a_time
from hotline.recordings.recordings import ScreeningOutcome
from hotline.registration import screening, told_numbers
from hotline.registration.told_numbers import Lead
from hotline.submissions.submissions import Submission, SubmissionOutcome
from hotline.telephone_numbers import normal

WINDOW = timedelta(hours=1)
WRONG_ALLOWED = 10
ENQUIRIES_ALLOWED = 60
"""By one caller with a number, within WINDOW: wrong ones, and all."""
SHARED_WINDOW = timedelta(minutes=10)
"""What many callers share is counted over this: whoever uses it up shuts others out for minutes."""
SAME_ALLOWED = 60
"""How often one case may be told within LATELY."""
RUN_ALLOWED = 20
"""Of a hundred numbers that follow each other, so many are told within WINDOW: nobody counts up far."""
ALARM_SHARE = 0.75
"""The part of a shared limit from which the wallboard says it."""
CALLERS_AT_LIMIT = 3
"""So many callers at their own limit are no chance any more."""


@dataclass(frozen=True)
class SharedLimit:
    """What a kind of callers may do together within LATELY: cases that are told, and wrong numbers."""

    told: int
    wrong: int


WITH_NUMBER, UNKNOWN = SharedLimit(told=120, wrong=200), SharedLimit(told=40, wrong=100)
"""Apart, so that callers without a number cannot use up what is for those with one."""


class Enquiry(Base):
    """A number that was asked for, and whether it led to a case; kept for an hour.

    ``asker``: the caller's number as ``telephone_numbers.normal`` has it; empty for all who are unknown.
    ``number``: as it was keyed; None in rows of an earlier version.
    """

    __tablename__ = "enquiries"

    id: Mapped[int] = mapped_column(primary_key=True)
    asker: Mapped[str] = mapped_column(String(64), index=True)
    at: Mapped[datetime] = mapped_column(index=True)
    found: Mapped[bool]
    number: Mapped[str | None] = mapped_column(String(10), index=True)


class TooManyEnquiries(Exception):
    """This caller, all together, or all for these numbers, have asked too often; says which of them."""


@dataclass(frozen=True)
class CaseStatus:
    """All that is told of a case to whoever has its number; nothing personal is in it.

    ``state``: received, one of ``CaseState``, no_content, duplicate or nuisance; of a number told for a
    callback also callback_open, callback_done, callback_failed or callback_cancelled; of a letter, a visit
    or an appointment also submission_received, submission_joined and submission_no_case. ``due_on``: the day
    by which the unit has to reply; before it has accepted the case there is none.
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
    lead = told_numbers.lead(session, number)
    if lead is None:
        return None
    case = _in_force(session, lead)
    found = _state(lead, case)
    if found is None:
        return None
    state, at = found
    return _with_case(session, CaseStatus(number, state, at.astimezone(ZoneInfo(timezone)).date()), case)


def _state(lead: Lead, case: Case | None) -> tuple[str, datetime] | None:
    """What is told of it, and from which moment on it was with the office."""
    if lead.submission is not None:
        return _of_submission(lead.submission, case), lead.submission.received_at
    begun = lead.recording or lead.case
    outcome = lead.recording.outcome if lead.recording else None
    if begun is not None and outcome not in (None, ScreeningOutcome.REGISTERED):
        return str(outcome), begun.received_at
    if begun is not None and case is not None:
        return str(case.state), begun.received_at
    if lead.callback is not None:
        return f"callback_{lead.callback.state}", lead.callback.asked_at
    return ("received", begun.received_at) if begun else None


def _of_submission(submission: Submission, case: Case | None) -> str:
    if submission.outcome == SubmissionOutcome.REGISTERED:
        return str(case.state) if case else "submission_received"
    return f"submission_{submission.outcome or 'received'}"


def _in_force(session: Session, lead: Lead) -> Case | None:
    """The case a number leads to, or the one its recording or letter belongs to; none that was withdrawn.

    A recording that waits again because a further part of it arrived still has its own.
    """
    case = lead.case
    if lead.submission and lead.submission.case_number:
        case = session.get(Case, lead.submission.case_number)
    if lead.recording and lead.recording.outcome == ScreeningOutcome.DUPLICATE:
        decision = screening.in_force(session, lead.recording.id)
        case = numbering.case_of(session, decision.duplicate_of or "") if decision else None
    return case if case and case.state != CaseState.WITHDRAWN else None


def _unit_told(session: Session, case: Case) -> Unit | None:
    """The unit that answers now; of a case that is over, or where nobody does, the one it was given."""
    now = None if case.state in unit_following.OVER else units.answering(session, case.unit_code)
    return now or session.get(Unit, case.unit_code)


def _with_case(session: Session, status: CaseStatus, case: Case | None) -> CaseStatus:
    unit = _unit_told(session, case) if case else None
    if case is None or unit is None:
        return status
    return CaseStatus(
        status.number,
        status.state,
        status.received_on,
        unit.code,
        unit.name_zh,
        unit.name_en or unit.name_zh,
        case.due_on if case.period in CONCLUDING else None,
    )


def ask(session: Session, number: str, caller: str, now: datetime, timezone: str) -> CaseStatus | None:
    """Look a number up for somebody from outside, and count it. Raises TooManyEnquiries.

    In one short writing transaction, and one at a time, so that many calls at once count like one after
    another. Where all together have keyed too many wrong numbers, only a wrong one is refused: whoever
    guesses shuts out nobody who has a number.
    """
    asker, number = normal(caller), number[: case_number.LENGTH]
    one_at_a_time(session, "enquiries")
    if asker:
        _check_asker(session, asker, now)
    everybody = Enquiry.asker != "" if asker else Enquiry.asker == ""
    shared = WITH_NUMBER if asker else UNKNOWN
    _check_number(session, number, everybody, now)
    lately = _by_found(session, everybody, Enquiry.at > now - SHARED_WINDOW)
    if lately.get(True, 0) >= shared.told:
        raise TooManyEnquiries("cases told to all")
    status = look_up(session, number, timezone)
    if status is None and lately.get(False, 0) >= shared.wrong:
        raise TooManyEnquiries("wrong numbers by all")
    session.add(Enquiry(asker=asker, at=now, found=status is not None, number=number))
    forget(session, now)
    return status


def forget(session: Session, now: datetime) -> None:
    """Delete what is not counted any more; the clock does it where nobody asks."""
    session.execute(delete(Enquiry).where(Enquiry.at < now - WINDOW))


def _check_asker(session: Session, asker: str, now: datetime) -> None:
    asked = _by_found(session, Enquiry.asker == asker, Enquiry.at > now - WINDOW)
    if asked.get(False, 0) >= WRONG_ALLOWED or sum(asked.values()) >= ENQUIRIES_ALLOWED:
        raise TooManyEnquiries("one caller")


def _check_number(session: Session, number: str, everybody: ColumnElement[bool], now: datetime) -> None:
    """A case that was told within the hour is no secret any more: only how often it is told is counted."""
    told, this = (everybody, Enquiry.found, Enquiry.at > now - WINDOW), Enquiry.number == number
    times = session.scalar(select(func.count()).where(*told, this, Enquiry.at > now - SHARED_WINDOW)) or 0
    if times >= SAME_ALLOWED:
        raise TooManyEnquiries("one case")
    if session.scalar(select(Enquiry.id).where(*told, this).limit(1)) is None:
        run = Enquiry.number.startswith(_run(number), autoescape=True)
        if (
            session.scalar(select(func.count(distinct(Enquiry.number))).where(*told, run)) or 0
        ) >= RUN_ALLOWED:
            raise TooManyEnquiries("numbers that follow each other")


def _run(number: str) -> str:
    """The year and all of the running number but its last two digits."""
    return number[: case_number.LENGTH - 3]


def _by_found(session: Session, *conditions: ColumnElement[bool]) -> dict[bool, int]:
    query = select(Enquiry.found, func.count()).where(*conditions).group_by(Enquiry.found)
    return dict(session.execute(query).all())


def is_unusual(session: Session, now: datetime) -> bool:
    """Whether a limit that many share is nearly reached, or several callers have reached their own."""
    recent = Enquiry.at > now - WINDOW
    for everybody, shared in ((Enquiry.asker != "", WITH_NUMBER), (Enquiry.asker == "", UNKNOWN)):
        lately = _by_found(session, everybody, Enquiry.at > now - SHARED_WINDOW)
        if (
            lately.get(True, 0) >= ALARM_SHARE * shared.told
            or lately.get(False, 0) >= ALARM_SHARE * shared.wrong
        ):
            return True
    run = func.substr(Enquiry.number, 1, case_number.LENGTH - 3)
    runs = select(func.count(distinct(Enquiry.number))).where(recent, Enquiry.found).group_by(run)
    if any(count >= ALARM_SHARE * RUN_ALLOWED for count in session.scalars(runs)):
        return True
    wrong = select(Enquiry.asker).where(recent, ~Enquiry.found, Enquiry.asker != "").group_by(Enquiry.asker)
    return len(session.scalars(wrong.having(func.count() >= WRONG_ALLOWED)).all()) >= CALLERS_AT_LIMIT
