"""Calling citizens back: a step of ``hotline serve-seats``, done again and again.

A callback whose turn has come waits in the queue like a caller, as one half of a Local channel, at the place
its ``joined_at`` gives it; so Asterisk's queue does the rest: which seat is rung, and in which order. When a
seat has answered, and only then, the other half dials the citizen (``extensions-callback.conf``). Answering
machines are not told from people: whatever answers has answered.

What is written when, so that a kill at any moment loses no callback and never makes two calls to one citizen:
``hotline.callback_attempts``. Nothing is remembered here between two steps.
"""

import logging
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from hotline import callback_attempts, hand_hours, office_calendar, working_hours
from hotline.callback_attempts import Outcome
from hotline.callbacks import Callback, CallbackState, is_ours
from hotline.caller_numbers import ways_to_write
from hotline.database import Database
from hotline.settings import Settings
from ivr.ami import Ami, Refused
from ivr.seats import attempts
from ivr.seats.attempts import Attempt
from ivr.seats.members import QUEUE

log = logging.getLogger(__name__)

NOT_THERE_YET = timedelta(seconds=5)
"""So long after we asked for a call it need not be there: Asterisk places it a few milliseconds later."""
CANNOT_BE_RUNG = ("0", "4", "5")
"""Device states unknown, invalid and unavailable: with such seats alone the queue takes nobody in."""


@dataclass(frozen=True)
class Waiting:
    """Somebody in the queue: a caller, or one of our own calls (then ``call_id`` is an attempt)."""

    call_id: str
    channel: str
    joined_at: datetime


@dataclass(frozen=True)
class Exchange:
    """What Asterisk knows now. ``calls``: call → bridge; empty while it is connected to nobody.

    ``callers``: the numbers of everybody who is on the line. ``seats``: how many can be rung, or talk.
    """

    calls: dict[str, str]
    callers: frozenset[str]
    waiting: list[Waiting]
    seats: int


def step(chosen: Settings, db: Database, ami: Ami, now: datetime) -> None:
    """Note what became of attempts, and begin one more. Raises AmiError; the next step goes on."""
    with db.reading() as session:
        begun, due = callback_attempts.begun(session), callback_attempts.due(session, now)
        by_hand = hand_hours.in_force(session, now)
    if not begun and not due:
        return
    calendar = office_calendar.office(chosen.hours)
    is_open = working_hours.is_open(now, chosen.hours, calendar, by_hand)
    seen = look(ami, now, {each.attempt: each.joined_at for each in begun})
    attempting = _Attempting(chosen, db, ami, now)
    for callback in begun:
        attempting.follow(callback, seen, is_open)
    chosen_one = turn(due, seen) if is_open else None
    if chosen_one:
        attempting.begin(chosen_one, place(chosen_one.joined_at, seen.waiting))


def look(ami: Ami, now: datetime, kept: dict[str, datetime]) -> Exchange:
    """Ask Asterisk. ``kept``: our own calls → the place each keeps. Raises AmiError."""
    channels, queue = ami.listing("CoreShowChannels"), ami.listing("QueueStatus", Queue=QUEUE)
    members = [each for each in queue if each["Event"] == "QueueMember"]
    waiting = []
    for each in queue:
        if each["Event"] == "QueueEntry":
            joined_at = now.replace(microsecond=0) - timedelta(seconds=int(each["Wait"]))
            call_id = each["Uniqueid"]
            waiting.append(Waiting(call_id, each["Channel"], kept.get(call_id, joined_at)))
    return Exchange(
        {each["Uniqueid"]: each.get("BridgeId", "") for each in channels},
        frozenset(number for each in channels for number in ways_to_write(each.get("CallerIDNum", ""))),
        waiting,
        sum(each["Paused"] == "0" and each["Status"] not in CANNOT_BE_RUNG for each in members),
    )


def place(joined_at: datetime, waiting: Sequence[Waiting]) -> int:
    """The position in the queue, from 1: before the first who joined later."""
    later = (index for index, each in enumerate(waiting, 1) if each.joined_at > joined_at)
    return next(later, len(waiting) + 1)


def turn(due: Sequence[Callback], seen: Exchange) -> Callback | None:
    """Whom to call back next: nobody who is on the line, and no more at a time than seats could answer."""
    if sum(is_ours(each.call_id) for each in seen.waiting) >= seen.seats:
        return None
    free = (each for each in due if each.call_id not in seen.calls and each.number not in seen.callers)
    return next(free, None)


def dialling_half(number: str) -> str:
    """The identifier of the channel that dials a number: always the same, so there is one at most."""
    return f"dial-{number}"


@dataclass(frozen=True)
class _Attempting:
    """One step's hands."""

    chosen: Settings
    db: Database
    ami: Ami
    now: datetime

    def begin(self, callback: Callback, position: int) -> None:
        """Put one into the queue. Asterisk refuses a second call with the name of its dialling half."""
        with self.db.writing() as session:
            attempt = callback_attempts.begin(session, callback.id, self.now)
        if attempt is None:
            return
        log.info("call %s waits for a seat at place %d, to call back", attempt, position)
        variables = {
            "__HOTLINE_CALL_ID": attempt,
            "HOTLINE_CITIZEN": callback.number,
            "HOTLINE_POSITION": str(position),
        }
        self.ami.action(
            "Originate",
            Channel="Local/s@callback-wait/n",
            Context="callback-dial",
            Exten="s",
            Priority="1",
            ChannelId=dialling_half(callback.number),
            OtherChannelId=attempt,
            Variable=",".join(f"{name}={value}" for name, value in variables.items()),
            Timeout=str(1000 * (self.chosen.seats.longest_wait_seconds + 60)),
            Async="true",
        )

    def follow(self, callback: Callback, seen: Exchange, is_open: bool) -> None:
        """Look after an attempt that was begun."""
        connected = seen.calls.get(dialling_half(callback.number))
        waits = next((each for each in seen.waiting if each.call_id == callback.attempt), None)
        if connected is None and callback.attempt not in seen.calls:
            if callback.attempt_at is None or self.now - callback.attempt_at >= NOT_THERE_YET:
                self._end(callback)
        elif waits and not (is_open and callback.state == CallbackState.OPEN):
            with suppress(Refused):  # it has just left
                self.ami.action("QueueWithdrawCaller", Queue=QUEUE, Caller=waits.channel)
        elif connected and callback.state == CallbackState.OPEN:
            self._note_talk(callback.attempt, self._found(callback))

    def _found(self, callback: Callback) -> Attempt:
        log_dir = self.chosen.state_dir / "asterisk" / "log"
        since = callback.attempt_at or callback.asked_at
        return attempts.became(attempts.about(log_dir, callback.attempt, since))

    def _note_talk(self, attempt: str, found: Attempt) -> None:
        if found.outcome == Outcome.TALKED:
            with self.db.writing() as session:
                callback_attempts.talks(session, attempt, found.seat, self.now)

    def _end(self, callback: Callback) -> None:
        attempt, found = callback.attempt, self._found(callback)
        calendar = office_calendar.office(self.chosen.hours)
        again = partial(callback_attempts.retry_at, now=self.now, chosen=self.chosen, calendar=calendar)
        self._note_talk(attempt, found)
        with self.db.writing() as session:
            callback_attempts.end(session, attempt, found.outcome, self.now, again)
        log.info("call %s is over: %s", attempt, found.outcome)
