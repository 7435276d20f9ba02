"""What callers have got since a call that gave them nothing: an answer, a message left, a callback.

Our own calls to them are no answers: whether they were called back, the callback says; it may be open again.
A telephone is the same however its number is written. Of callers who withheld theirs the callbacks alone are
followed, for one telephone has one of them: with the call that it was asked for in another may be kept.
"""

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from hotline import withheld_numbers
from hotline.callbacks.callbacks import CALLBACK_PREFIX, Callback, CallbackState
from hotline.calls.calls import CallRecord
from hotline.recordings import recordings
from hotline.recordings.recordings import Recording
from hotline.telephone_numbers import ways_to_write
from hotline.withheld_numbers import WithheldNumber


class Settled(StrEnum):
    """Why nothing is left to do about an abandoned call; ``BEING_CALLED`` and ``OPEN``: something is."""

    BY_HAND = "by_hand"
    ANSWERED = "answered"
    MESSAGE = "message"
    CALLED_BACK = "called_back"
    BEING_CALLED = "being_called"
    OPEN = "open"


TO_DO = (Settled.OPEN, Settled.BEING_CALLED)


class FollowUp:
    """What the callers of some calls have got since. Asks for all of them at once."""

    def __init__(self, session: Session, calls: Sequence[CallRecord]) -> None:
        self._session = session
        numbers = {number for call in calls for number in ways_to_write(call.caller)}
        ids = {call.call_id for call in calls}
        of_caller, talked = CallRecord.caller.in_(numbers), CallRecord.answered_at.is_not(None)
        theirs = ~CallRecord.call_id.startswith(CALLBACK_PREFIX)
        self._answered = self._latest(CallRecord.caller, CallRecord.arrived_at, of_caller, talked, theirs)
        recorded, message = Recording.caller.in_(numbers), recordings.is_left()
        self._recorded = self._latest(Recording.caller, Recording.received_at, recorded, message)
        self._apart = withheld_numbers.numbers_of(session, ids)
        self._to = numbers.union(*map(ways_to_write, self._apart.values()))
        done, is_open = Callback.state == CallbackState.DONE, Callback.open_number.is_not(None)
        of_call = Callback.call_id.in_(ids)
        self._reached = self._callbacks(Callback.ended_at, done)
        self._reached_of = self._latest(Callback.call_id, Callback.ended_at, of_call, done)
        self._open = self._callbacks(Callback.asked_at, is_open)
        self._open_of = self._latest(Callback.call_id, Callback.asked_at, of_call, is_open)

    def _callbacks(self, moment: Any, such: ColumnElement[bool]) -> dict[str, datetime]:
        """Number → the last such callback, whether its row has the number or it stands apart."""
        shown = self._latest(Callback.number, moment, Callback.number.in_(self._to), such)
        apart = (WithheldNumber.call_id == Callback.call_id, WithheldNumber.number.in_(self._to))
        kept = self._latest(WithheldNumber.number, moment, *apart, such)
        return kept | {each: max(at, kept.get(each, at)) for each, at in shown.items()}

    def _latest(self, key: Any, moment: Any, *conditions: ColumnElement[bool]) -> dict[str, datetime]:
        query = select(key, func.max(moment)).where(*conditions).group_by(key)
        return {row[0]: row[1] for row in self._session.execute(query)}

    def of(self, call: CallRecord) -> Settled:
        """What has become of one of the calls."""
        numbers = ways_to_write(call.caller)
        called = ways_to_write(call.caller or self._apart.get(call.call_id, ""))

        def since(latest: dict[str, datetime], numbers: Sequence[str]) -> bool:
            return any(latest[each] > call.arrived_at for each in numbers if each in latest)

        if call.handled_at is not None:
            return Settled.BY_HAND
        if since(self._reached, called) or call.call_id in self._reached_of:
            return Settled.CALLED_BACK
        if since(self._answered, numbers):
            return Settled.ANSWERED
        if since(self._recorded, numbers):
            return Settled.MESSAGE
        if call.call_id in self._open_of or any(each in self._open for each in called):
            return Settled.BEING_CALLED
        return Settled.OPEN
