"""What became of an attempt to call somebody back, from Asterisk's queue log.

The log is written line by line while the call goes on, and by Asterisk alone: it is as true after a crash of
ours as before. Its lines about an attempt are those of the queue and of ``extensions-callback.conf``.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from hotline.callback_attempts import Outcome
from ivr.seats.log_lines import Line, parse

DIAL_STATUS = {
    "NOANSWER": Outcome.NO_ANSWER,
    "CANCEL": Outcome.NO_ANSWER,  # the agent has hung up while it rang
    "BUSY": Outcome.BUSY,
}
"""Asterisk's DIALSTATUS; any other means that the call did not get through."""


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


def about(log_dir: Path, attempt: str) -> Iterator[Line]:
    """The lines about an attempt, in rotated files too."""
    wanted = f"|{attempt}|".encode()
    for file in sorted(log_dir.glob("queue_log*"), key=lambda file: file.stat().st_mtime_ns):
        with file.open("rb") as log:
            for raw in log:
                if (
                    wanted in raw
                    and (line := parse(raw.decode("utf-8", "replace")))
                    and line.call_id == attempt
                ):
                    yield line
