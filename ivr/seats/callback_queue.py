"""Callbacks in the queue: what Asterisk knows of them now, whose turn it is, and at which place."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

from hotline import withheld_numbers
from hotline.callbacks.callbacks import Callback, is_ours, tried_by
from hotline.database import Database
from hotline.telephone_numbers import ways_to_write
from ivr.ami import Ami
from ivr.seats.image import NO_TELEPHONE
from ivr.seats.members import QUEUE

TRUNK = "PJSIP/trunk-"
"""Channels of citizens who have called; a number at any other channel is that of whom we call."""


@dataclass(frozen=True)
class QueuePlace:
    """Somebody in the queue: a caller, or one of our own calls (then ``call_id`` is an attempt)."""

    call_id: str
    channel: str
    joined_at: datetime


@dataclass(frozen=True)
class ExchangeSnapshot:
    """What Asterisk knows now. ``calls``: call → bridge; empty while it is connected to nobody.

    ``callers``: the numbers of everybody who has called and is on the line, in all ways to write them.
    ``seats``: how many can be rung, or talk; with seats alone that have no telephone the queue takes nobody
    in.
    """

    calls: dict[str, str]
    callers: frozenset[str]
    waiting: list[QueuePlace]
    seats: int


def look(ami: Ami, now: datetime, kept: dict[str, datetime]) -> ExchangeSnapshot:
    """Ask Asterisk. ``kept``: callbacks, by their case numbers → the place each keeps. Raises AmiError."""
    channels, queue = ami.listing("CoreShowChannels"), ami.listing("QueueStatus", Queue=QUEUE)
    members = [each for each in queue if each["Event"] == "QueueMember"]
    waiting = []
    for each in queue:
        if each["Event"] == "QueueEntry":
            joined_at = now.replace(microsecond=0) - timedelta(seconds=int(each["Wait"]))
            call_id = each["Uniqueid"]
            place_kept = kept.get(tried_by(call_id), joined_at)
            waiting.append(QueuePlace(call_id, each["Channel"], place_kept))
    return ExchangeSnapshot(
        {each["Uniqueid"]: each.get("BridgeId", "") for each in channels},
        frozenset(
            number
            for each in channels
            if each["Channel"].startswith(TRUNK)
            for number in ways_to_write(each.get("CallerIDNum", ""))
        ),
        waiting,
        sum(each["Paused"] == "0" and each["Status"] not in NO_TELEPHONE for each in members),
    )


def with_withheld(seen: ExchangeSnapshot, spool_dir: Path, db: Database, now: datetime) -> ExchangeSnapshot:
    """The same with those on the line who withhold their number, also who has just called.

    Asterisk's channels do not have it.
    """
    withheld_numbers.take_in(spool_dir, db, now)
    with db.reading() as session:
        numbers = withheld_numbers.numbers_of(session, seen.calls).values()
    return replace(seen, callers=seen.callers.union(*map(ways_to_write, numbers)))


def place(joined_at: datetime, waiting: Sequence[QueuePlace]) -> int:
    """The position in the queue, from 1: before the first who joined later."""
    later = (index for index, each in enumerate(waiting, 1) if each.joined_at > joined_at)
    return next(later, len(waiting) + 1)


def most_at_once(seats: int, queue_length: int) -> int:
    """How many callbacks may wait at a time: as seats could answer, and leaving callers half of the queue."""
    return min(seats, max(1, queue_length // 2))


def turn(
    due: Sequence[Callback], seen: ExchangeSnapshot, room: int, numbers: Mapping[int, str]
) -> Callback | None:
    """Whom to call back next: nobody who is on the line, and no more than ``room`` at a time.

    ``numbers``: callback → what is dialled.
    """
    if sum(is_ours(each.call_id) for each in seen.waiting) >= room:
        return None
    free = (each for each in due if each.call_id not in seen.calls and numbers[each.id] not in seen.callers)
    return next(free, None)
