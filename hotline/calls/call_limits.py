"""How many calls there may be at once: as many as are recorded whole, with ports for seats and the next."""

import os
import time
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from hotline import heartbeat
from hotline.settings_file import Settings

PORTS_PER_CALL = 2
"""RTP and RTCP. They are taken when a call arrives, before anything of ours can refuse it."""
TELEPHONES = 2
"""A desk phone and a browser: both are rung, and then each has ports."""
CALLS_PER_PROCESSOR = 150
"""So many leave a message at the same time and lose no word (docs/performance.md, A rush)."""
MOST_CALLS = 400
"""The server that holds the conversations is one process, and computes on one processor at a time."""
FILES = FILE_ALL, FILE_UNKNOWN, FILE_NUMBER = "calls-full", "calls-unknown-full", "calls-number-full"
"""In ``run_dir``, written by the dialplan when it turns a call away: the time of the last is the file's.

A byte for each since midnight, by the office's time; the first of a day begins the file anew.
"""

LATELY_SECONDS = 600.0


@dataclass(frozen=True)
class CallLimits:
    """Calls at once.

    ``callers``: all who call in. ``number``: of them, those that show one and the same number.
    ``unknown``: those together whose number is withheld or is none. ``unknown_at_seats``: of these, those who
    wait for a seat or talk to one. ``seats``: kept for the seats' telephones and for citizens who are called
    back. ``channels``: what Asterisk itself allows at all (``maxcalls``), above what the dialplan does.
    ``web_sessions``: connections to browser telephones' port.
    """

    callers: int
    number: int
    unknown: int
    unknown_at_seats: int
    seats: int
    channels: int
    web_sessions: int


def limits_of(settings: Settings) -> CallLimits:
    """The limits that follow from the ports for sound (``[rtp]``) and the number of seats.

    Every seat may ring on two telephones at once, and talk to a citizen who is called back. A fifth of the
    ports is for calls that are being turned away. A third of the callers may be without a number, and half
    of those at the seats; a third may show one number, which may be that of a whole factory. Where there are
    too few ports for the seats, callers still have a share of them (``hotline doctor`` says so). A browser
    telephone has one connection; there is room for idle ones beside it, and for those of a page that was
    loaded again. Where there are more ports than this machine can serve callers, there are no more callers
    for that.
    """
    pairs = (settings.rtp.end - settings.rtp.start + 1) // PORTS_PER_CALL
    count = settings.seats.count
    seats = min(wanted_by_seats(settings), pairs // 2)
    with_ports = max(1, pairs - seats - max(2, pairs // 5))
    callers = min(with_ports, CALLS_PER_PROCESSOR * processors(), MOST_CALLS)
    return CallLimits(
        callers=callers,
        number=max(1, callers // 3),
        unknown=max(1, callers // 3),
        unknown_at_seats=(count + settings.seats.queue_length + 1) // 2,
        seats=seats,
        channels=pairs + 4 * count,
        web_sessions=200 + 4 * count,
    )


def processors() -> int:
    """How many of the machine's we may use."""
    return len(os.sched_getaffinity(0))


def wanted_by_seats(settings: Settings) -> int:
    """Calls at once that the seats need beside the callers'."""
    return settings.seats.count * (TELEPHONES + bool(settings.sip.outbound))


def busiest(settings: Settings) -> int:
    """Callers there are when every seat talks and every place in the queue is taken."""
    return settings.seats.count + settings.seats.queue_length


def turns_away(settings: Settings, file: str) -> bool:
    """Whether a call was turned away lately: FILE_ALL, FILE_UNKNOWN or FILE_NUMBER says for which limit."""
    age = heartbeat.age(settings.run_dir / file)
    return age is not None and age < LATELY_SECONDS


def turned_away(settings: Settings, file: str) -> int:
    """How many calls were turned away today for one of these limits."""
    try:
        found = (settings.run_dir / file).stat()
    except OSError:
        return 0
    zone = ZoneInfo(settings.hours.timezone)
    day, today = (datetime.fromtimestamp(at, zone).date() for at in (found.st_mtime, time.time()))
    return found.st_size if day == today else 0


def ports_wanted(settings: Settings) -> int:
    """Ports for sound with which every seat can talk while every place in the queue is taken."""
    return PORTS_PER_CALL * -(-5 * (wanted_by_seats(settings) + busiest(settings)) // 4)
