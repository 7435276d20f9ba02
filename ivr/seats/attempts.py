"""What became of an attempt to call somebody back, from Asterisk's queue log.

The log is written line by line while the call goes on, and by Asterisk alone: it is as true after a crash of
ours as before. Its lines about an attempt are those of the queue and of ``extensions-callback.conf``.
"""

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from hotline.callback_attempts import Outcome
from ivr.seats.log_lines import Line, parse

DIAL_STATUS = {
    "NOANSWER": Outcome.NO_ANSWER,
    "CANCEL": Outcome.NO_ANSWER,  # the agent has hung up while it rang
    "BUSY": Outcome.BUSY,
}
"""Asterisk's DIALSTATUS; any other means that the call did not get through."""
CLOCKS_DIFFER = 60.0
"""Seconds by which a file may seem older than it is."""


@dataclass(frozen=True)
class Attempt:
    """``outcome`` is what to note once the call is over; ``seat`` the one that answered, if one did."""

    outcome: Outcome
    seat: str = ""


def became(lines: Iterable[Line]) -> Attempt:
    """What lines about one attempt say together."""
    seat, status, events = "", "", set()
    for line in lines:
        events.add(line.event)
        if line.event == "CONNECT":
            seat = line.seat
        elif line.event == "CALLBACKUNANSWERED":
            status = "".join(line.data)
    if "CALLBACKANSWERED" in events:
        return Attempt(Outcome.TALKED, seat)
    if "CALLBACKUNANSWERED" in events:
        return Attempt(DIAL_STATUS.get(status, Outcome.UNREACHABLE), seat)
    return Attempt(Outcome.INTERRUPTED if "CALLBACKDIALLED" in events else Outcome.NO_SEAT, seat)


def about(log_dir: Path, attempt: str, since: datetime) -> list[Line]:
    """The lines about an attempt that was begun at ``since``, in rotated files too."""
    while True:
        files = _files(log_dir, since)
        lines = [line for _, file in files for line in _lines(file, attempt)]
        if _files(log_dir, since) == files:  # else the log was rotated meanwhile
            return lines


def _files(log_dir: Path, since: datetime) -> list[tuple[int, Path]]:
    found = [(file.stat(), file) for file in log_dir.glob("queue_log*")]
    oldest = since.timestamp() - CLOCKS_DIFFER
    return [(stat.st_ino, file) for stat, file in sorted(found, key=_age) if stat.st_mtime >= oldest]


def _age(found: tuple[os.stat_result, Path]) -> int:
    return found[0].st_mtime_ns


def _lines(file: Path, attempt: str) -> Iterator[Line]:
    wanted = f"|{attempt}|".encode()
    with file.open("rb") as log:
        for raw in log:
            if wanted in raw and (line := parse(raw.decode("utf-8", "replace"))) and line.call_id == attempt:
                yield line
