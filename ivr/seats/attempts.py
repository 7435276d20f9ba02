"""What became of attempts to call somebody back, from Asterisk's queue log.

The log is written line by line while a call goes on, and by Asterisk alone: it is as true after a crash of
ours as before. Its lines about an attempt are those of the queue and of ``extensions-callback.conf``.

All attempts of a callback are read together: a call that an old service has asked for may be placed after a
new one has given it up, and who has talked then must not be called again. Old files that ended before the
callback was asked for hold none of them.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby
from operator import attrgetter
from pathlib import Path

from hotline.callbacks.callback_attempts import AttemptOutcome
from hotline.callbacks.callbacks import CALLBACK_PREFIX, tried_by
from hotline.seats.seat_events import EventKind
from ivr.seats.log_lines import (
    CALLBACK_ANSWERED,
    CALLBACK_DIALLED,
    CALLBACK_LOST,
    CALLBACK_UNANSWERED,
    QueueLogLine,
    parse,
)

DIAL_STATUS = {
    "NOANSWER": AttemptOutcome.NO_ANSWER,
    "CANCEL": AttemptOutcome.NO_ANSWER,  # the agent has hung up while it rang
    "BUSY": AttemptOutcome.BUSY,
}
"""Asterisk's DIALSTATUS; any other means that the call did not get through."""
SECOND = timedelta(seconds=1)
"""The log knows no part of one."""
CLOCKS_DIFFER = timedelta(days=1)
"""By no more than this may clocks have been wrong for a line to be found in an old file."""


@dataclass(frozen=True)
class AttemptResult:
    """``outcome`` is what to note once the call is over; ``seat`` the one that answered, if one did."""

    outcome: AttemptOutcome
    seat: str = ""


NOTHING = AttemptResult(AttemptOutcome.UNKNOWN)


def became(lines: Iterable[QueueLogLine], attempt: str, since: datetime) -> AttemptResult:
    """What came of the attempt that a callback is at since then, from the lines about all of its attempts.

    Whichever of them was a talk, it was. Else an attempt that the log does not know has made way for another.
    """
    by_call = groupby(sorted(lines, key=attrgetter("call_id")), key=attrgetter("call_id"))
    calls = {call_id: list(about_it) for call_id, about_it in by_call}
    outcomes = {call_id: _became(about_it) for call_id, about_it in calls.items()}
    for found in outcomes.values():
        if found.outcome == AttemptOutcome.TALKED:
            return found
    late = [found for call_id, found in outcomes.items() if calls[call_id][0].at >= since - SECOND]
    return outcomes.get(attempt) or (late[-1] if late else NOTHING)


def _became(lines: Iterable[QueueLogLine]) -> AttemptResult:
    """What lines about one attempt say together."""
    seat, status, events = "", "", set()
    for line in lines:
        events.add(line.event)
        if line.kind == EventKind.ANSWERED:
            seat = line.seat
        elif line.event == CALLBACK_UNANSWERED:
            status = "".join(line.data)
    if CALLBACK_ANSWERED in events:
        return AttemptResult(AttemptOutcome.LOST if CALLBACK_LOST in events else AttemptOutcome.TALKED, seat)
    if CALLBACK_UNANSWERED in events:
        return AttemptResult(DIAL_STATUS.get(status, AttemptOutcome.UNREACHABLE), seat)
    return AttemptResult(
        AttemptOutcome.INTERRUPTED if CALLBACK_DIALLED in events else AttemptOutcome.NO_SEAT, seat
    )


def about(log_dir: Path, case_number: str, asked_at: datetime) -> list[QueueLogLine]:
    """The lines about the attempts of the callback with this number, in rotated files too."""
    since = (asked_at - CLOCKS_DIFFER).timestamp()
    while True:
        files = _files(log_dir, since)
        lines = [line for _, file in files for line in _lines(file, case_number)]
        if _files(log_dir, since) == files:  # else the log was rotated meanwhile
            return lines


def _files(log_dir: Path, since: float) -> list[tuple[int, Path]]:
    """The one that is being written, and those that were written to since then; with their inodes."""
    files = ((file, file.stat()) for file in sorted(log_dir.glob("queue_log*")))
    return [
        (status.st_ino, file)
        for file, status in files
        if file.name == "queue_log" or status.st_mtime >= since
    ]


def _lines(file: Path, case_number: str) -> Iterator[QueueLogLine]:
    wanted = f"|{CALLBACK_PREFIX}{case_number}-".encode()
    with file.open("rb") as log:
        for raw in log:
            line = parse(raw.decode("utf-8", "replace")) if wanted in raw else None
            if line and tried_by(line.call_id) == case_number:
                yield line
