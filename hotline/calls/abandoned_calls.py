"""Abandoned calls: who called and got nothing, for a supervisor to see to.

Who was promised a callback has got nothing either, once it has failed or was cancelled. A call is settled
when a supervisor says so, or when its caller has got something since (``follow_up``).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice

from sqlalchemy import Select, and_, exists, select, tuple_, update
from sqlalchemy.orm import Session

from hotline.callbacks.callbacks import Callback, CallbackState
from hotline.calls import calls
from hotline.calls.calls import CallEnding, CallRecord, CallResult
from hotline.calls.follow_up import TO_DO, FollowUp, Settled

CALLS_A_PAGE = 50
CALLS_A_QUERY = 200
"""So many calls are followed up with one question."""


@dataclass(frozen=True)
class Abandoned:
    """One abandoned call, and whether it is settled."""

    call: CallRecord
    settled: Settled

    @property
    def waited_seconds(self) -> int:
        """From the beginning of the call until the caller had gone."""
        return int(((self.call.ended_at or self.call.arrived_at) - self.call.arrived_at).total_seconds())

    @property
    def was_promised(self) -> bool:
        """Whether the caller asked to be called back; ``find`` has those alone to whom that was not kept."""
        return self.call.ending == CallEnding.CALLBACK

    @property
    def is_kept(self) -> bool:
        """Whether a callback that was promised is open, or done, also one that was asked for another call."""
        return self.was_promised and self.settled in (Settled.BEING_CALLED, Settled.CALLED_BACK)


@dataclass(frozen=True)
class AbandonedFilter:
    """Calls that arrived from ``begin`` until before ``end``; ``before``: the last one of the page before."""

    begin: datetime
    end: datetime
    only_to_do: bool = True
    before: str = ""


def find(
    session: Session, wanted: AbandonedFilter, now: datetime, most: int = CALLS_A_PAGE
) -> list[Abandoned]:
    """Abandoned calls, the newest first."""
    followed = (each for batch in _batches(session, wanted, now) for each in _followed_up(session, batch))
    found = (each for each in followed if not each.is_kept)
    return list(islice((each for each in found if not wanted.only_to_do or each.settled in TO_DO), most))


def look_at(session: Session, call_id: str, now: datetime) -> Abandoned | None:
    """One abandoned call, kept as it is until the end of the transaction; None for any other call.

    Also one of which the callback that was promised is open or done.
    """
    call = session.scalars(_abandoned(now).where(CallRecord.call_id == call_id).with_for_update()).first()
    return _followed_up(session, [call])[0] if call else None


def _abandoned(now: datetime) -> Select[CallRecord]:
    """Calls that gave their caller nothing, or nothing but the promise of a callback."""
    return select(CallRecord).where(calls.result(now).in_((CallResult.ABANDONED, CallResult.CALLBACK)))


def _batches(session: Session, wanted: AbandonedFilter, now: datetime) -> Iterator[Sequence[CallRecord]]:
    """The abandoned calls of a period, the newest first."""
    keeps = Callback.state.in_((CallbackState.OPEN, CallbackState.DONE))
    own = exists().where(Callback.call_id == CallRecord.call_id, keeps)
    query = _abandoned(now).where(CallRecord.arrived_at >= wanted.begin, CallRecord.arrived_at < wanted.end)
    query = query.where(
        ~and_(CallRecord.ending == CallEnding.CALLBACK, own)
    )  # most promises: none to follow up
    if wanted.only_to_do:
        query = query.where(CallRecord.handled_at.is_(None))
    query = query.order_by(CallRecord.arrived_at.desc(), CallRecord.call_id.desc()).limit(CALLS_A_QUERY)
    last = session.get(CallRecord, wanted.before) if wanted.before else None
    while True:
        place = tuple_(CallRecord.arrived_at, CallRecord.call_id)
        after = query.where(place < tuple_(last.arrived_at, last.call_id)) if last else query
        batch = session.scalars(after).all()
        yield batch
        if len(batch) < CALLS_A_QUERY:
            return
        last = batch[-1]


def _followed_up(session: Session, batch: Sequence[CallRecord]) -> list[Abandoned]:
    follow_up = FollowUp(session, batch)
    return [Abandoned(call, follow_up.of(call)) for call in batch]


def settle(session: Session, call_id: str, user_id: int, now: datetime) -> bool:
    """Note that a supervisor has seen to a call; False where somebody had already."""
    open_still = (CallRecord.call_id == call_id, CallRecord.handled_at.is_(None))
    settled = update(CallRecord).where(*open_still).values(handled_at=now, handled_by_id=user_id)
    return session.execute(settled.returning(CallRecord.call_id)).first() is not None


def reopen(session: Session, call_id: str) -> bool:
    """Take back that a supervisor has seen to a call; False where there was nothing to take back."""
    seen_to = (CallRecord.call_id == call_id, CallRecord.handled_at.is_not(None))
    reopened = update(CallRecord).where(*seen_to).values(handled_at=None, handled_by_id=None)
    return session.execute(reopened.returning(CallRecord.call_id)).first() is not None
