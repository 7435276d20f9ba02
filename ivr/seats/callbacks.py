"""Calling citizens back: a step of ``hotline serve-seats``, done again and again.

A callback whose turn has come waits in the queue like a caller, as one half of a Local channel, at the place
its ``joined_at`` gives it; so Asterisk's queue does the rest: which seat is rung, and in which order. When a
seat has answered, and only then, the other half dials the citizen (``extensions-callback.conf``). Answering
machines are not told from people: whatever answers has answered.

What is written when, so that a kill at any moment loses no callback and never makes two calls to one citizen:
``hotline.callbacks.callback_attempts``. Nothing is remembered here between two steps.
"""

import hashlib
import hmac
import logging
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from hotline.callbacks import callback_attempts
from hotline.callbacks.callback_attempts import AttemptOutcome
from hotline.callbacks.callbacks import Callback, CallbackState, dialled, tried_by
from hotline.database import Database
from hotline.hours import calendar_days, hand_hours, working_hours
from hotline.settings_file import Settings
from ivr.ami import ActionRefused, Ami
from ivr.asterisk_secrets import ami_secret
from ivr.seats import attempts
from ivr.seats.attempts import AttemptResult
from ivr.seats.callback_queue import ExchangeSnapshot, look, most_at_once, place, turn, with_withheld
from ivr.seats.members import QUEUE

log = logging.getLogger(__name__)

NOT_THERE_YET = timedelta(seconds=5)
"""So long after we asked for a call it need not be there: Asterisk places it a few milliseconds later."""


def step(settings: Settings, db: Database, ami: Ami, now: datetime) -> None:
    """Note what became of attempts, and begin one more. Raises AmiError; the next step goes on."""
    with db.reading() as session:
        begun, due = callback_attempts.begun(session), callback_attempts.due(session, now)
        pattern = settings.callback.numbers
        numbers = {each.id: dialled(session, each, pattern) for each in (*begun, *due)}
        if not begun and not due:
            return
        by_hand = hand_hours.in_force(session, now)
        calendar = calendar_days.of_office(session, settings.hours)
    is_open = working_hours.is_open(now, settings.hours, calendar, by_hand)
    if not begun and not is_open:
        return
    kept = {each.case_number: each.joined_at for each in begun}
    seen = with_withheld(look(ami, now, kept), settings.spool_dir, db, now)
    attempting = _Attempting(settings, db, ami, now, numbers)
    for callback in begun:
        attempting.follow(callback, seen, is_open)
    room = most_at_once(seen.seats, settings.seats.queue_length)
    chosen_one = turn(attempting.free(due, seen), seen, room, numbers) if is_open else None
    if chosen_one:
        attempting.begin(chosen_one, place(chosen_one.joined_at, seen.waiting))


def dialling_half(number: str, secret: str) -> str:
    """The identifier of the channel that dials a number: always the same, so there is one at most.

    Asterisk's error log names it when it refuses a second one, and is to name no citizen.
    """
    return f"dial-{hmac.new(secret.encode(), number.encode(), hashlib.sha256).hexdigest()[:32]}"


@dataclass(frozen=True)
class _Attempting:
    """One step's hands."""

    settings: Settings
    db: Database
    ami: Ami
    now: datetime
    numbers: dict[int, str]
    """Callback → what is dialled; of who withholds it, this is the only place that has it."""

    def half(self, callback: Callback) -> str:
        """The identifier of the channel that dials, or is to dial."""
        return dialling_half(self.numbers[callback.id], ami_secret(self.settings))

    def free(self, due: Sequence[Callback], seen: ExchangeSnapshot) -> Sequence[Callback]:
        """Without those whose number is still in a call of ours."""
        return [each for each in due if self.half(each) not in seen.calls]

    def begin(self, callback: Callback, position: int) -> None:
        """Put one into the queue. Asterisk refuses a second call with the name of its dialling half."""
        with self.db.writing() as session:
            attempt = callback_attempts.begin(session, callback.id, self.now)
        if attempt is None:
            return
        if self._found(callback, attempt, self.now).outcome == AttemptOutcome.TALKED:
            return  # in a call that an old service has asked for; the next step notes it
        log.info("call %s waits for a seat at place %d, to call back", attempt, position)
        variables = {
            "__HOTLINE_CALL_ID": attempt,
            "HOTLINE_CITIZEN": self.numbers[callback.id],
            "HOTLINE_SHOWN": callback.number,
            "HOTLINE_POSITION": str(position),
        }
        self.ami.action(
            "Originate",
            Channel="Local/s@callback-wait/n",
            Context="callback-dial",
            Exten="s",
            Priority="1",
            ChannelId=self.half(callback),
            OtherChannelId=attempt,
            Variable=",".join(f"{name}={value}" for name, value in variables.items()),
            Timeout=str(1000 * (self.settings.seats.longest_wait_seconds + 60)),
            Async="true",
        )

    def follow(self, callback: Callback, seen: ExchangeSnapshot, is_open: bool) -> None:
        """Look after an attempt that was begun."""
        half = self.half(callback)
        ours = (each for each in seen.waiting if tried_by(each.call_id) == callback.case_number)
        waits = next(ours, None)
        calls_us = self.numbers[callback.id] in seen.callers
        is_wanted = is_open and callback.state == CallbackState.OPEN and not calls_us
        if half not in seen.calls and callback.attempt not in seen.calls:
            if not timedelta() <= self.now - (callback.attempt_at or self.now) < NOT_THERE_YET:
                self._end(callback)
            return
        if not callback.attempt_seen:
            with self.db.writing() as session:
                callback_attempts.seen(session, callback.attempt)
        if waits and not is_wanted:
            with suppress(ActionRefused):  # it has just left
                self.ami.action("QueueWithdrawCaller", Queue=QUEUE, Caller=waits.channel)
        elif seen.calls.get(half) and callback.state == CallbackState.OPEN:
            self._note_talk(callback)

    def _found(self, callback: Callback, attempt: str, since: datetime) -> AttemptResult:
        log_dir = self.settings.state_dir / "asterisk" / "log"
        lines = attempts.about(log_dir, callback.case_number, callback.asked_at)
        return attempts.became(lines, attempt, since)

    def _note_talk(self, callback: Callback) -> None:
        """The half that dials is connected to the citizen, whether the log could be written or not."""
        seat = self._found(callback, callback.attempt, callback.attempt_at or callback.asked_at).seat
        with self.db.writing() as session:
            callback_attempts.talks(session, callback.attempt, seat, self.now)

    def _end(self, callback: Callback) -> None:
        attempt, since = callback.attempt, callback.attempt_at or callback.asked_at
        found = self._found(callback, attempt, since)
        with self.db.writing() as session:
            calendar = calendar_days.of_office(session, self.settings.hours)
            again = partial(
                callback_attempts.retry_at, now=self.now, settings=self.settings, calendar=calendar
            )
            if found.outcome == AttemptOutcome.TALKED:
                callback_attempts.talks(session, attempt, found.seat, self.now)
            callback_attempts.end(session, attempt, found.outcome, self.now, again)
        log.info("call %s is over: %s", attempt, found.outcome)
