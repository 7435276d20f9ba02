"""Trying a callback: one call of ours at a time, and what came of it noted once.

The order in which things are written, by ``ivr.seats.callbacks``:

1. ``begin`` gives the row the identifier of a call (``attempt``) that is not there yet;
2. Asterisk is asked for a call with this identifier, and refuses a second one to the same number;
3. Asterisk writes what becomes of it into its own log, under the identifier; ``seen`` notes that it is there;
4. once that call is over, ``end`` notes what the log says and frees the row for the next attempt.

A kill between any two of them leaves a row with an ``attempt``, and a restart goes on with 4: a call that
goes on is left alone, one that neither the log knows nor anybody has seen was never placed. Every change
names the attempt or the state it expects, so that whatever is done twice is done once.
"""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from hotline import withheld_numbers
from hotline.callbacks.callbacks import CALLBACK_PREFIX, Callback, CallbackState, in_place_of, open_for
from hotline.hours import working_hours
from hotline.hours.office_calendar import Calendar
from hotline.settings_file import Settings

OURS_AGAIN_AFTER = timedelta(seconds=15)
"""Until a callback for which the office is to blame is put into the queue again."""


class AttemptOutcome(StrEnum):
    """What came of an attempt. The first alone does not count: the citizen could not answer."""

    NO_SEAT = "no_seat"
    """No seat has answered: the citizen was not called."""
    INTERRUPTED = "interrupted"
    """The exchange ended while the citizen's telephone rang."""
    LOST = "lost"
    """They talked, and the seat's telephone was gone in the middle of it."""
    UNKNOWN = "unknown"
    """The log says nothing of a call that was there: it could not be written."""
    NO_ANSWER = "no_answer"
    BUSY = "busy"
    UNREACHABLE = "unreachable"
    """The number does not exist, or the trunk did not take the call."""
    TALKED = "talked"


OUR_FAULT = (AttemptOutcome.INTERRUPTED, AttemptOutcome.LOST)
"""The citizen was there for it, or may have been: it is tried again soon, and not without end."""


def retry_at(attempts: int, now: datetime, settings: Settings, calendar: Calendar) -> datetime | None:
    """When to try again after ``attempts`` attempts, within office hours; None: no more."""
    minutes = settings.callback.retry_minutes
    if not 0 < attempts <= len(minutes):
        return None
    later = now + timedelta(minutes=minutes[attempts - 1])
    return working_hours.next_opening(later, settings.hours, calendar)


def due(session: Session, now: datetime) -> Sequence[Callback]:
    """Callbacks whose turn it is and that are not in the queue yet, by their place."""
    waiting = select(Callback).where(
        Callback.state == CallbackState.OPEN, Callback.attempt == "", Callback.next_attempt_at <= now
    )
    return session.scalars(waiting.order_by(Callback.joined_at, Callback.id)).all()


def begun(session: Session) -> Sequence[Callback]:
    """Callbacks with an attempt of which nobody has noted yet what came of it; cancelled ones, too."""
    return session.scalars(select(Callback).where(Callback.attempt != "").order_by(Callback.id)).all()


def begin(session: Session, callback_id: int, now: datetime) -> str | None:
    """Begin an attempt: the identifier its call is to have. None where it is no longer to be begun."""
    attempt = CALLBACK_PREFIX + Callback.case_number + f"-{int(now.timestamp() * 1000)}"
    free = (
        update(Callback)
        .where(Callback.id == callback_id, Callback.attempt == "", Callback.state == CallbackState.OPEN)
        .values(attempt=attempt, attempt_at=now, attempt_seen=False)
    )
    return session.scalars(free.returning(Callback.attempt)).first()


def seen(session: Session, attempt: str) -> None:
    """The call of an attempt is there: from now on the log must know of it."""
    session.execute(update(Callback).where(Callback.attempt == attempt).values(attempt_seen=True))


def talks(session: Session, attempt: str, seat: str, now: datetime) -> None:
    """The citizen has answered and talks to a seat: the callback is done, while its call goes on."""
    mine = update(Callback).where(Callback.attempt == attempt, Callback.state != CallbackState.DONE)
    session.execute(
        mine.values(
            state=CallbackState.DONE,
            open_number=None,
            ended_at=now,
            seat=seat[:8],
            attempts=Callback.attempts + 1,
            last_outcome=AttemptOutcome.TALKED,
        )
    )


def end(
    session: Session,
    attempt: str,
    outcome: AttemptOutcome,
    now: datetime,
    again: Callable[[int], datetime | None],
) -> None:
    """The call of an attempt is over. ``again``: when to try again after so many attempts (``retry_at``)."""
    callback = session.scalars(select(Callback).where(Callback.attempt == attempt).with_for_update()).first()
    if callback is None:
        return
    callback.attempt, callback.attempt_at = "", None
    if callback.state == CallbackState.DONE and (
        outcome != AttemptOutcome.LOST or not _reopen(session, callback)
    ):
        return
    if outcome == AttemptOutcome.UNKNOWN and not callback.attempt_seen:
        outcome = AttemptOutcome.NO_SEAT  # it was never there
    callback.last_outcome = outcome
    if outcome == AttemptOutcome.NO_SEAT:
        callback.next_attempt_at = now + OURS_AGAIN_AFTER
        return
    callback.attempts += 1
    if callback.state == CallbackState.OPEN:
        next_at = again(callback.attempts)
        _plan(callback, now + OURS_AGAIN_AFTER if next_at and outcome in OUR_FAULT else next_at, now)


def _reopen(session: Session, callback: Callback) -> bool:
    """Take back that they have talked, unless the citizen has asked for another callback meanwhile."""
    if open_for(session, callback.number or withheld_numbers.number_of(session, callback.call_id)):
        return False
    callback.state, callback.ended_at = CallbackState.OPEN, None
    callback.open_number = callback.number or in_place_of(callback.case_number)
    callback.attempts -= 1  # is counted by who ends the attempt
    return True


def _plan(callback: Callback, next_at: datetime | None, now: datetime) -> None:
    if next_at:
        callback.next_attempt_at = next_at
    else:
        callback.state, callback.open_number, callback.ended_at = CallbackState.FAILED, None, now
