"""The list of calls: by day, seat, agent, what came of them, caller, recording and satisfaction, in pages."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Select, exists, func, literal, or_, select, tuple_
from sqlalchemy.orm import Session

from hotline.calls import calls, talked_seats
from hotline.calls.calls import CallRecord, CallResult
from hotline.calls.talked_seats import TalkedSeat
from hotline.cases.cases import Case, is_of_call
from hotline.people import User
from hotline.recordings.recordings import Recording
from hotline.registration import case_search
from hotline.registration.desk_queue import number_in
from hotline.seats.seat_events import EventKind, SeatEvent
from hotline.spreadsheet import Cell

CALLS_A_PAGE = 50
CALLS_A_QUERY = 500
"""The seats of so many calls are looked up with one question."""
BETWEEN_SEATS = " → "
"""Between the seats of a call that was handed on."""
RATINGS = (1, 2, 3)


@dataclass(frozen=True)
class CallFilter:
    """Calls that arrived from ``begin`` until before ``end``; None and empty: any.

    ``caller``: digits the number contains, or a whole case number, which is looked for on all days.
    ``before``: the last call of the page before.
    """

    begin: datetime
    end: datetime
    seat: str = ""
    user_id: int | None = None
    result: CallResult | None = None
    caller: str = ""
    recorded: bool | None = None
    satisfaction: int | None = None
    before: str = ""


@dataclass(frozen=True)
class ListedCall:
    """A call as lists show it. ``seats`` in the order of their talks; none where nobody answered."""

    call: CallRecord
    result: CallResult
    seats: Sequence[TalkedSeat]
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


def page(
    session: Session, wanted: CallFilter, now: datetime, most: int = CALLS_A_PAGE
) -> tuple[list[ListedCall], bool]:
    """One page of calls, the newest first, and whether another follows."""
    found = list(_listed(session, _query(session, wanted, now).limit(most + 1)))
    return found[:most], len(found) > most


def every(session: Session, wanted: CallFilter, now: datetime) -> Iterator[ListedCall]:
    """All of them, for a file; read while they are written."""
    return _listed(session, _query(session, wanted, now).execution_options(yield_per=1000))


def count(session: Session, wanted: CallFilter, now: datetime) -> int:
    """How many there are."""
    return session.scalar(select(func.count()).select_from(_query(session, wanted, now).subquery())) or 0


def agents(session: Session) -> list[User]:
    """Everybody who has ever answered a call or been given one, by user name."""
    has_answered = exists().where(CallRecord.user_id == User.id)
    was_given = exists().where(SeatEvent.user_id == User.id, SeatEvent.event == EventKind.HANDED_TO)
    return list(session.scalars(select(User).where(or_(has_answered, was_given)).order_by(User.name)))


def cells(each: ListedCall, timezone: ZoneInfo, result: str, seats: str, rating: Cell) -> list[Cell]:
    """A call as a row of a file; ``result``, ``seats`` and ``rating``: as the reader calls them."""
    call = each.call
    return [
        call.arrived_at.astimezone(timezone),
        call.caller,
        result,
        seats,
        BETWEEN_SEATS.join(talked.agent for talked in each.seats if talked.agent),
        each.waited,
        each.talked,
        rating,
        each.case_number,
        call.call_id,
    ]


def _query(session: Session, wanted: CallFilter, now: datetime) -> Select[CallRecord, str, str, str, str]:
    result = calls.result(now)
    none = literal("")
    query = (
        select(
            CallRecord,
            result,
            func.coalesce(User.full_name, none),
            func.coalesce(Recording.id, none),
            func.coalesce(Recording.case_number, Case.number, none),
        )
        .outerjoin(User, User.id == CallRecord.user_id)
        .outerjoin(Recording, Recording.call_id == CallRecord.call_id)
        .outerjoin(Case, is_of_call(CallRecord.call_id))
        .where(*_asked_for(session, wanted))
        .order_by(CallRecord.arrived_at.desc(), CallRecord.call_id.desc())
    )
    if wanted.seat:
        query = query.where(talked_seats.at_seat(wanted.seat, wanted.begin, wanted.end))
    if wanted.user_id is not None:
        query = query.where(talked_seats.by_agent(wanted.user_id, wanted.begin, wanted.end))
    for column, value in ((CallRecord.satisfaction, wanted.satisfaction), (result, wanted.result)):
        if value is not None:
            query = query.where(column == value)
    if wanted.recorded is not None:
        query = query.where(Recording.id.is_not(None) if wanted.recorded else Recording.id.is_(None))
    if last := session.get(CallRecord, wanted.before) if wanted.before else None:
        place = tuple_(CallRecord.arrived_at, CallRecord.call_id)
        query = query.where(place < tuple_(last.arrived_at, last.call_id))
    return query


def _asked_for(session: Session, wanted: CallFilter) -> list[ColumnElement[bool]]:
    """The calls of a case number, else those of the days and of the caller."""
    if of_case := case_search.calls_of(session, wanted.caller):
        return [CallRecord.call_id.in_(of_case)]
    days = [CallRecord.arrived_at >= wanted.begin, CallRecord.arrived_at < wanted.end]
    digits = number_in(wanted.caller) or wanted.caller
    return days + ([CallRecord.caller.contains(digits, autoescape=True)] if digits else [])


def _listed(session: Session, query: Select[CallRecord, str, str, str, str]) -> Iterator[ListedCall]:
    for found in session.execute(query).partitions(CALLS_A_QUERY):
        talks = talked_seats.of_calls(session, [row[0].call_id for row in found])
        for call, result, agent, recording_id, case_number in found:
            answered = [TalkedSeat(call.seat, agent)] if call.seat else []
            seats = talks.get(call.call_id, answered) if answered else ()
            yield ListedCall(call, CallResult(result), seats, recording_id, case_number)


def _seconds(begin: datetime | None, end: datetime | None) -> int | None:
    return int((end - begin).total_seconds()) if begin and end else None
