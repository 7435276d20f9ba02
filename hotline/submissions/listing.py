"""Lists of letters, visits and appointments: what waits for an outcome first, and since when."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, func, or_, select, tuple_
from sqlalchemy.orm import Session

from hotline.cases import case_number
from hotline.cases.origins import Origin
from hotline.submissions.submissions import Submission, SubmissionOutcome
from hotline.telephone_numbers import ways_to_write

SUBMISSIONS_A_PAGE = 50
WAITING = "waiting"


@dataclass(frozen=True)
class SubmissionFilter:
    """``outcome``: one of ``SubmissionOutcome``, ``WAITING``, or empty for any; ``channel`` None: any.

    What waits comes by the time it was received, else the newest first. ``after``: the last one of the page
    before.
    """

    outcome: str = WAITING
    channel: Origin | None = None
    search: str = ""
    after: str = ""


@dataclass(frozen=True)
class Waiting:
    """What has no outcome: how many, and since when the oldest."""

    count: int
    oldest: datetime | None


def page(session: Session, wanted: SubmissionFilter) -> tuple[Sequence[Submission], bool]:
    """One page, and whether another follows."""
    query = select(Submission).where(*_conditions(wanted))
    place = tuple_(Submission.received_at, Submission.number)
    last = session.get(Submission, wanted.after) if wanted.after else None
    beyond = tuple_(last.received_at, last.number) if last else None
    if wanted.outcome == WAITING:
        query = query.order_by(Submission.received_at, Submission.number)
        query = query if beyond is None else query.where(place > beyond)
    else:
        query = query.order_by(Submission.received_at.desc(), Submission.number.desc())
        query = query if beyond is None else query.where(place < beyond)
    found = session.scalars(query.limit(SUBMISSIONS_A_PAGE + 1)).all()
    return found[:SUBMISSIONS_A_PAGE], len(found) > SUBMISSIONS_A_PAGE


def count(session: Session, wanted: SubmissionFilter) -> int:
    """How many there are on all pages."""
    return session.scalar(select(func.count()).select_from(Submission).where(*_conditions(wanted))) or 0


def waiting(session: Session) -> dict[Origin, Waiting]:
    """What waits in each channel; a channel in which nothing does is not there."""
    query = select(Submission.channel, func.count(), func.min(Submission.received_at))
    rows = session.execute(query.where(Submission.outcome.is_(None)).group_by(Submission.channel))
    return {Origin(channel): Waiting(number, oldest) for channel, number, oldest in rows}


def _conditions(wanted: SubmissionFilter) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if wanted.outcome == WAITING:
        found.append(Submission.outcome.is_(None))
    elif wanted.outcome in SubmissionOutcome._value2member_map_:
        found.append(Submission.outcome == wanted.outcome)
    if wanted.channel:
        found.append(Submission.channel == wanted.channel)
    if search := wanted.search.strip():
        found.append(_matches(search))
    return found


def _matches(search: str) -> ColumnElement[bool]:
    """By a number, or the beginning of one, of it or its case; by telephone; else by name, address, words."""
    digits = "".join(search.replace("-", "").split())
    if digits.isascii() and digits.isdigit():
        length = case_number.LENGTH
        begins = (digits.ljust(length, "0")[:length], digits.ljust(length, "9")[:length])
        numbers = (each.between(*begins) for each in (Submission.number, Submission.case_number))
        telephone = func.replace(func.replace(Submission.telephone, " ", ""), "-", "")
        return or_(*numbers, telephone.contains(digits), telephone.in_(ways_to_write(digits)))
    written = (Submission.petitioner, Submission.address, Submission.summary)
    return or_(*(each.contains(search, autoescape=True) for each in written))
