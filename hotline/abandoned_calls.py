"""Abandoned calls: who called and got nothing, for a supervisor to see to.

A call is settled when a supervisor says so, or when its caller has got something since: an answer, a message
left, a callback that reached him. Whether the caller withheld the number cannot be followed up.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import ColumnElement, and_, case, exists, or_, select, tuple_, update
from sqlalchemy.orm import Session, aliased

from hotline import calls
from hotline.callbacks import Callback, CallbackState
from hotline.calls import Result, SeatCall
from hotline.recordings import Recording

PAGE = 50


class Settled(StrEnum):
    """Why nothing is left to do about an abandoned call; ``BEING_CALLED`` and ``OPEN``: something is."""

    BY_HAND = "by_hand"
    ANSWERED = "answered"
    MESSAGE = "message"
    CALLED_BACK = "called_back"
    BEING_CALLED = "being_called"
    OPEN = "open"


TO_DO = (Settled.OPEN, Settled.BEING_CALLED)


@dataclass(frozen=True)
class Abandoned:
    """One abandoned call, and whether it is settled."""

    call: SeatCall
    settled: Settled

    @property
    def waited_seconds(self) -> int:
        """From the beginning of the call until the caller had gone."""
        return int(((self.call.ended_at or self.call.arrived_at) - self.call.arrived_at).total_seconds())


@dataclass(frozen=True)
class Wanted:
    """Calls that arrived from ``begin`` until before ``end``; ``before``: the last one of the page before."""

    begin: datetime
    end: datetime
    only_to_do: bool = True
    before: str = ""


def find(session: Session, wanted: Wanted, now: datetime, most: int = PAGE) -> list[Abandoned]:
    """Abandoned calls, the newest first."""
    settled = _settled()
    query = select(SeatCall, settled).where(
        SeatCall.arrived_at >= wanted.begin,
        SeatCall.arrived_at < wanted.end,
        calls.result(now) == Result.ABANDONED,
    )
    if wanted.only_to_do:
        query = query.where(settled.in_(TO_DO))
    if last := session.get(SeatCall, wanted.before) if wanted.before else None:
        place = tuple_(SeatCall.arrived_at, SeatCall.call_id)
        query = query.where(place < tuple_(last.arrived_at, last.call_id))
    newest_first = query.order_by(SeatCall.arrived_at.desc(), SeatCall.call_id.desc())
    return [Abandoned(call, Settled(word)) for call, word in session.execute(newest_first.limit(most))]


def settle(session: Session, call_id: str, user_id: int, now: datetime) -> bool:
    """Note that a supervisor has seen to a call; False where somebody had already."""
    open_still = (SeatCall.call_id == call_id, SeatCall.handled_at.is_(None))
    settled = update(SeatCall).where(*open_still).values(handled_at=now, handled_by_id=user_id)
    return session.execute(settled.returning(SeatCall.call_id)).first() is not None


def reopen(session: Session, call_id: str) -> None:
    """Take back that a supervisor has seen to a call."""
    session.execute(
        update(SeatCall).where(SeatCall.call_id == call_id).values(handled_at=None, handled_by_id=None)
    )


def _settled() -> ColumnElement[str]:
    """The conditions are put so that each is found by the caller's number, whatever a database guesses."""
    known, later = SeatCall.caller != "", aliased(SeatCall)
    called = and_(later.caller == SeatCall.caller, later.arrived_at > SeatCall.arrived_at)
    recorded = and_(Recording.caller == SeatCall.caller, Recording.received_at > SeatCall.arrived_at)
    of_this = Callback.call_id == SeatCall.call_id  # its number may be written in another way
    reached = and_(
        or_(and_(known, Callback.number == SeatCall.caller), of_this),
        Callback.asked_at > SeatCall.arrived_at,
        Callback.state.not_in(set(CallbackState) - {CallbackState.DONE}),
    )
    open_of_this = and_(of_this, Callback.open_number.is_not(None))
    return case(
        (SeatCall.handled_at.is_not(None), Settled.BY_HAND.value),
        (and_(known, exists().where(called, later.answered_at.is_not(None))), Settled.ANSWERED.value),
        (exists().where(reached), Settled.CALLED_BACK.value),
        (and_(known, exists().where(recorded)), Settled.MESSAGE.value),
        (
            exists().where(or_(Callback.open_number == SeatCall.caller, open_of_this)),
            Settled.BEING_CALLED.value,
        ),
        else_=Settled.OPEN.value,
    )
