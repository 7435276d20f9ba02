"""The list of calls: by day, seat, agent, what came of them, caller, recording and satisfaction, in pages."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Select, exists, func, literal, select, tuple_
from sqlalchemy.orm import Session

from hotline.calls import calls, case_search
from hotline.calls.calls import Result, SeatCall
from hotline.cases.cases import Case
from hotline.people import User
from hotline.recordings.desk_queue import number_in
from hotline.recordings.recordings import Recording
from hotline.reports.spreadsheet import Cell

PAGE = 50
RATINGS = (1, 2, 3)


@dataclass(frozen=True)
class Wanted:
    """Calls that arrived from ``begin`` until before ``end``; None and empty: any.

    ``caller``: digits the number contains, or a whole case number, which is looked for on all days.
    ``before``: the last call of the page before.
    """

    begin: datetime
    end: datetime
    seat: str = ""
    user_id: int | None = None
    result: Result | None = None
    caller: str = ""
    recorded: bool | None = None
    satisfaction: int | None = None
    before: str = ""


@dataclass(frozen=True)
class ListedCall:
    """A call as lists show it. ``agent`` is empty where nobody answered or nobody has said who sat there."""

    call: SeatCall
    result: Result
    agent: str
    recording_id: str
    case_number: str

    @property
    def waited(self) -> int | None:
        """Seconds from joining the queue to the answer, or to the end; None: never in the queue, or still."""
        until = self.call.answered_at or self.call.ended_at
        return _seconds(self.call.offered_at, until)

    @property
    def talked(self) -> int | None:
        """Seconds from the answer to the end; None: not answered, or nobody knows."""
        return _seconds(self.call.answered_at, self.call.ended_at)


def page(session: Session, wanted: Wanted, now: datetime, most: int = PAGE) -> tuple[list[ListedCall], bool]:
    """One page of calls, the newest first, and whether another follows."""
    found = list(_listed(session, _query(session, wanted, now).limit(most + 1)))
    return found[:most], len(found) > most


def every(session: Session, wanted: Wanted, now: datetime) -> Iterator[ListedCall]:
    """All of them, for a file; read while they are written."""
    return _listed(session, _query(session, wanted, now).execution_options(yield_per=1000))


def count(session: Session, wanted: Wanted, now: datetime) -> int:
    """How many there are."""
    return session.scalar(select(func.count()).select_from(_query(session, wanted, now).subquery())) or 0


def agents(session: Session) -> list[User]:
    """Everybody who has ever answered a call, by user name."""
    has_answered = exists().where(SeatCall.user_id == User.id)
    return list(session.scalars(select(User).where(has_answered).order_by(User.name)))


def cells(each: ListedCall, timezone: ZoneInfo, result: str, seat: str, rating: Cell) -> list[Cell]:
    """A call as a row of a file; ``result``, ``seat`` and ``rating``: as the reader calls them."""
    call = each.call
    return [
        call.arrived_at.astimezone(timezone),
        call.caller,
        result,
        seat,
        each.agent,
        each.waited,
        each.talked,
        rating,
        each.case_number,
        call.call_id,
    ]


def _query(session: Session, wanted: Wanted, now: datetime) -> Select[SeatCall, str, str, str, str]:
    result = calls.result(now)
    none = literal("")
    query = (
        select(
            SeatCall,
            result,
            func.coalesce(User.full_name, none),
            func.coalesce(Recording.id, none),
            func.coalesce(Recording.case_number, Case.number, none),
        )
        .outerjoin(User, User.id == SeatCall.user_id)
        .outerjoin(Recording, Recording.call_id == SeatCall.call_id)
        .outerjoin(Case, Case.call_id == SeatCall.call_id)
        .where(*_asked_for(session, wanted))
        .order_by(SeatCall.arrived_at.desc(), SeatCall.call_id.desc())
    )
    for column, value in (
        (SeatCall.seat, wanted.seat or None),
        (SeatCall.user_id, wanted.user_id),
        (SeatCall.satisfaction, wanted.satisfaction),
        (result, wanted.result),
    ):
        if value is not None:
            query = query.where(column == value)
    if wanted.recorded is not None:
        query = query.where(Recording.id.is_not(None) if wanted.recorded else Recording.id.is_(None))
    if last := session.get(SeatCall, wanted.before) if wanted.before else None:
        place = tuple_(SeatCall.arrived_at, SeatCall.call_id)
        query = query.where(place < tuple_(last.arrived_at, last.call_id))
    return query


def _asked_for(session: Session, wanted: Wanted) -> list[ColumnElement[bool]]:
    """The calls of a case number, else those of the days and of the caller."""
    if of_case := case_search.calls_of(session, wanted.caller):
        return [SeatCall.call_id.in_(of_case)]
    days = [SeatCall.arrived_at >= wanted.begin, SeatCall.arrived_at < wanted.end]
    digits = number_in(wanted.caller) or wanted.caller
    return days + ([SeatCall.caller.contains(digits, autoescape=True)] if digits else [])


def _listed(session: Session, query: Select[SeatCall, str, str, str, str]) -> Iterator[ListedCall]:
    for call, result, agent, recording_id, case_number in session.execute(query):
        yield ListedCall(call, Result(result), agent, recording_id, case_number)


def _seconds(begin: datetime | None, end: datetime | None) -> int | None:
    return int((end - begin).total_seconds()) if begin and end else None
