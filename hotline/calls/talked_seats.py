"""At which seats a caller has talked: the one that answered, and each the call was handed on to.

From the events of the seats. A seat that was only asked while the caller heard music has not talked to
the caller: its talk was over when the question was.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Select, SQLColumnExpression, exists, or_, select
from sqlalchemy.orm import Session, aliased

from hotline.calls.calls import LONGEST_CALL, CallRecord, seconds_between
from hotline.people import User
from hotline.seats.seat_events import TALK_BEGINS, EventKind, SeatEvent

SLACK_SECONDS = 2
"""So far apart the log may have two lines of one moment."""


@dataclass(frozen=True)
class TalkedSeat:
    """A seat that talked to the caller; ``agent`` is empty where nobody has said who sat there."""

    seat: str
    agent: str


def of_calls(session: Session, call_ids: Collection[str]) -> dict[str, list[TalkedSeat]]:
    """Call → the seats of which the log knows, each once, in the order of their talks."""
    query = (
        select(SeatEvent.call_id, SeatEvent.seat, User.full_name)
        .outerjoin(User, User.id == SeatEvent.user_id)
        .where(SeatEvent.call_id.in_(call_ids), SeatEvent.event.in_(TALK_BEGINS), ~_only_asked())
        .order_by(SeatEvent.at, SeatEvent.id)
    )
    found: dict[str, list[TalkedSeat]] = {}
    for call_id, seat, agent in session.execute(query):
        talked, so_far = TalkedSeat(seat, agent or ""), found.setdefault(call_id, [])
        if talked not in so_far:
            so_far.append(talked)
    return found


def at_seat(seat: str, begin: datetime, end: datetime) -> ColumnElement[bool]:
    """The condition for calls that arrived in these days and were talked at this seat."""
    return or_(CallRecord.seat == seat, CallRecord.call_id.in_(_later(SeatEvent.seat == seat, begin, end)))


def by_agent(user_id: int, begin: datetime, end: datetime) -> ColumnElement[bool]:
    """The same for an agent, at whatever seat."""
    handed = _later(SeatEvent.user_id == user_id, begin, end)
    return or_(CallRecord.user_id == user_id, CallRecord.call_id.in_(handed))


def talked(call_id: SQLColumnExpression[str], user_id: int) -> ColumnElement[bool]:
    """Whether an agent has talked to the caller of a call, first or after it was handed on."""
    begins = (SeatEvent.event.in_(TALK_BEGINS), ~_only_asked())
    return exists().where(SeatEvent.call_id == call_id, SeatEvent.user_id == user_id, *begins)


def _later(whose: ColumnElement[bool], begin: datetime, end: datetime) -> Select[str]:
    """Calls in which somebody talked later than the first."""
    days = (SeatEvent.at >= begin, SeatEvent.at < end + LONGEST_CALL, SeatEvent.call_id != "")
    return select(SeatEvent.call_id).where(whose, *days, SeatEvent.event.in_(TALK_BEGINS), ~_only_asked())


def _only_asked() -> ColumnElement[bool]:
    """Whether the talk that begins with an event was a colleague's question and no more."""
    asked, ended, over = aliased(SeatEvent), aliased(SeatEvent), aliased(SeatEvent)
    return exists().where(
        SeatEvent.event == EventKind.HANDED_TO,
        *(each.call_id == SeatEvent.call_id for each in (asked, ended, over)),
        asked.event == EventKind.CONSULT_BEGAN,
        asked.detail == SeatEvent.seat,
        asked.at >= SeatEvent.at,
        seconds_between(SeatEvent.at, asked.at) <= SLACK_SECONDS,
        ended.event == EventKind.CONSULT_ENDED,
        ended.seat == asked.seat,
        ended.at >= asked.at,
        over.event == EventKind.HANDED_TALK_OVER,
        over.seat == SeatEvent.seat,
        over.at >= SeatEvent.at,
        seconds_between(ended.at, over.at) <= SLACK_SECONDS,
    )
