"""Calls: who waited how long, who answered, how it ended and what the caller thought of it. One row a call.

The rows are made from Asterisk's own log (``ivr.seats.queue_log``). What is told twice changes nothing, so
that everything may be told again after a failure: times are set once, and of two endings the better stays.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import ColumnElement, ForeignKey, String, and_, case, exists, extract, or_, select, update
from sqlalchemy.orm import Mapped, Session, aliased, mapped_column

from hotline.callbacks import callbacks
from hotline.mapping import Base
from hotline.recordings import recordings
from hotline.recordings.recordings import Recording
from hotline.telephone_numbers import clean_caller

LONGEST_CALL = timedelta(hours=2)
"""No call lasts longer; the dialplan ends it (``TIMEOUT(absolute)``)."""
MESSAGE_ARRIVES_WITHIN = timedelta(minutes=2)
"""So long after a call its message may still be on its way from the spool into the list of recordings."""


class CallEnding(StrEnum):
    """What became of a call, the least first: of two, the later one here is kept."""

    ABANDONED = "abandoned"
    """The caller hung up in the greeting or while waiting."""
    LEFT = "left"
    """The caller went on to leave a message: by a key, or because no seat could answer."""
    REFUSED = "refused"
    """The number was blocked."""
    SERVED = "served"
    """The caller heard where a case stands."""
    CALLBACK = "callback"
    """The caller asked to be called back."""
    ANSWERED = "answered"
    """By a seat."""


class CallResult(StrEnum):
    """What a caller has got from a call."""

    ANSWERED = "answered"
    """A seat."""
    MESSAGE = "message"
    """A message is in the list of recordings, and not without any speech."""
    SERVED = "served"
    """Where a case stands, and no more."""
    CALLBACK = "callback"
    """The promise to be called back."""
    REFUSED = "refused"
    """Nothing: the number was blocked."""
    ABANDONED = "abandoned"
    """Nothing; also who left a recording and said nothing."""
    CALLED_BACK = "called_back"
    """It is our own call to a citizen who had asked for it, and who has answered; no call to the hotline."""
    GOING = "going"
    """Nothing yet; the call is not over, or its message is being taken in."""


CONNECTED = (CallResult.ANSWERED, CallResult.MESSAGE, CallResult.SERVED)
"""The results that count as connected (GB/T 33358-2016)."""
JUDGED = (*CONNECTED, CallResult.CALLBACK, CallResult.ABANDONED)
"""The results of which the connect rate is the share: not who was refused, not who is still there."""


class CallRecord(Base):
    """One call. ``ended_at`` is when the caller was gone, or when the talk with the seat was over.

    ``offered_at``: when it joined the queue for a seat; empty for a call that never did. ``answered_at``,
    ``seat`` and ``user_id``: when and where it was answered first, and who sat there. ``satisfaction``:
    1 satisfied, 2 fairly, 3 not. ``handled_at``: when a supervisor has dealt with the abandoned call.
    """

    __tablename__ = "calls"

    call_id: Mapped[str] = mapped_column(String(100), primary_key=True)
    caller: Mapped[str] = mapped_column(String(32), index=True)
    arrived_at: Mapped[datetime] = mapped_column(index=True)
    offered_at: Mapped[datetime | None] = mapped_column(index=True)
    answered_at: Mapped[datetime | None]
    seat: Mapped[str] = mapped_column(String(8), default="", index=True)
    user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"), index=True)
    ended_at: Mapped[datetime | None]
    ending: Mapped[CallEnding | None] = mapped_column(String(9), index=True)
    satisfaction: Mapped[int | None]
    handled_at: Mapped[datetime | None]
    handled_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))


def brought(
    session: Session, call_ids: Iterable[str], new: Mapping[str, tuple[datetime, str]]
) -> list[CallRecord]:
    """These calls, with a row each for the ``new`` ones of which none is there: when it came, who called.

    While they are kept, looking one of them up asks the database for nothing.
    """
    found = {
        each.call_id: each
        for each in session.scalars(select(CallRecord).where(CallRecord.call_id.in_(call_ids)))
    }
    for call_id, (at, caller) in new.items():
        if call_id not in found:
            found[call_id] = CallRecord(call_id=call_id, caller=clean_caller(caller), arrived_at=at)
            session.add(found[call_id])
    session.flush()
    return list(found.values())


def arrived(session: Session, call_id: str, at: datetime, caller: str) -> CallRecord:
    """A call is there."""
    call = session.get(CallRecord, call_id)
    if call is None:
        call = CallRecord(call_id=call_id, caller=clean_caller(caller), arrived_at=at)
        session.add(call)
    return call


def offered(session: Session, call_id: str, at: datetime, caller: str) -> None:
    """A call has joined the queue; one that is passed on joins it again."""
    call = arrived(session, call_id, at, caller)
    if call.offered_at is None:
        call.offered_at = at


def answered(session: Session, call_id: str, at: datetime, seat: str, user_id: int | None) -> None:
    """A seat has answered it."""
    call = session.get(CallRecord, call_id)
    if call is not None and call.answered_at is None:
        call.answered_at, call.seat, call.user_id = at, seat, user_id
        call.ending, call.ended_at = CallEnding.ANSWERED, None


def became(session: Session, call_id: str, ending: CallEnding) -> None:
    """Something has become of it; the caller may still be there."""
    call = session.get(CallRecord, call_id)
    ranks = list(CallEnding)
    if call is not None and (call.ending is None or ranks.index(ending) > ranks.index(call.ending)):
        call.ending = ending


def talk_over(session: Session, call_id: str, at: datetime) -> None:
    """The talk with a seat is over; of a call that was passed on, the last one counts."""
    call = session.get(CallRecord, call_id)
    if call is not None and call.answered_at is not None:
        call.ended_at = max(at, call.ended_at or at)


def gone(session: Session, call_id: str, at: datetime) -> None:
    """The caller is gone."""
    call = session.get(CallRecord, call_id)
    if call is not None and call.ended_at is None:
        call.ended_at = at


def all_gone(session: Session, at: datetime) -> None:
    """The exchange has started: no call from before is there any more. How long a talk was, nobody knows."""
    unanswered = (
        CallRecord.answered_at.is_(None),
        CallRecord.ended_at.is_(None),
        CallRecord.arrived_at <= at,
    )
    session.flush()
    session.execute(update(CallRecord).where(*unanswered).values(ended_at=at))
    unnamed = (CallRecord.ending.is_(None), CallRecord.ended_at.is_not(None), CallRecord.arrived_at <= at)
    session.execute(update(CallRecord).where(*unnamed).values(ending=CallEnding.ABANDONED))


def rated(session: Session, call_id: str, satisfaction: int) -> None:
    """The caller has said how satisfied he is, 1 to 3."""
    if call := session.get(CallRecord, call_id):
        call.satisfaction = satisfaction


def seconds_between(begin: object, end: object) -> ColumnElement[int]:
    """The seconds between two instants of a row."""
    difference: ColumnElement[int] = extract("epoch", end) - extract("epoch", begin)  # type: ignore[arg-type]
    return difference


def is_waiting() -> ColumnElement[bool]:
    """The condition for calls that are in the queue now."""
    unanswered = and_(
        CallRecord.answered_at.is_(None), CallRecord.ended_at.is_(None), CallRecord.ending.is_(None)
    )
    return and_(CallRecord.offered_at.is_not(None), unanswered)


def result(now: datetime) -> ColumnElement[str]:
    """What a caller has got, as a ``CallResult``; the one definition that every list and figure uses."""
    no_end = and_(CallRecord.ended_at.is_(None), CallRecord.arrived_at > now - LONGEST_CALL)
    may_be_kept_yet = and_(
        CallRecord.ending == CallEnding.LEFT, CallRecord.ended_at > now - MESSAGE_ARRIVES_WITHIN
    )
    kept = aliased(Recording)
    message = exists().where(kept.call_id == CallRecord.call_id, recordings.is_left(kept))
    return case(
        (CallRecord.call_id.startswith(callbacks.CALLBACK_PREFIX), CallResult.CALLED_BACK.value),
        (CallRecord.answered_at.is_not(None), CallResult.ANSWERED.value),
        (CallRecord.ending == CallEnding.CALLBACK, CallResult.CALLBACK.value),
        (CallRecord.ending == CallEnding.SERVED, CallResult.SERVED.value),
        (CallRecord.ending == CallEnding.REFUSED, CallResult.REFUSED.value),
        (message, CallResult.MESSAGE.value),
        (or_(no_end, may_be_kept_yet), CallResult.GOING.value),
        else_=CallResult.ABANDONED.value,
    )
