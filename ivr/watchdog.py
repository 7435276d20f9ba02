"""The watch-dog: a frozen FastAGI server is killed, so that its callers get the next rung.

The kernel accepts connections for a frozen process and Asterisk waits for its answer without limit; only
closing the sockets makes ``AGI()`` return. A frozen service of the seats is killed to begin anew. A task of
``hotline clock``.
"""

import logging
import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from hotline import heartbeat
from hotline.settings_file import Settings
from hotline.task import Task

STALE_SECONDS = 2
"""The dialplan asks no server whose last heartbeat is longer ago: whole seconds, as it sees no others."""

LOOK_SECONDS = 0.25


@dataclass(frozen=True)
class WatchedProcess:
    """A part, by its heartbeat, the word it is started with, and the looks without a beat until it is killed.

    Looks, not seconds: a watch-dog that was itself asleep or short of time has looked less often.
    """

    part: str
    command: bytes
    looks: int


SERVER = WatchedProcess("agi", b"serve-agi", 10)
SEATS = WatchedProcess("seats", b"serve-seats", 240)
"""Longer than Asterisk, and then the database, may keep one of its steps waiting."""

log = logging.getLogger(__name__)


class WatchDog:
    """Counts looks at a heartbeat that stands still."""

    def __init__(self, watched: WatchedProcess = SERVER) -> None:
        self.watched = watched
        self.last_beat = 0
        self.looks = 0

    def look(self, settings: Settings) -> None:
        """Kill the process when its heartbeat has stood still for the last looks."""
        file = heartbeat.file_of(settings.run_dir, self.watched.part)
        beat = beat_of(file)
        self.looks = self.looks + 1 if beat == self.last_beat else 0
        self.last_beat = beat
        if self.looks == self.watched.looks and kill_frozen(file, self.watched.command):
            seconds = self.watched.looks * LOOK_SECONDS
            log.error("%s had shown no sign of life for %s s and was killed", self.watched.part, seconds)


WATCHDOGS = tuple(map(WatchDog, (SERVER, SEATS)))


def _look(settings: Settings) -> None:
    for dog in WATCHDOGS:
        dog.look(settings)


task = Task("watchdog", LOOK_SECONDS, _look)


def beat_of(file: Path) -> int:
    """When the heartbeat was last touched, in nanoseconds; 0 when it never was."""
    try:
        return file.stat().st_mtime_ns
    except OSError:
        return 0


def kill_frozen(file: Path, command: bytes) -> bool:
    """Kill the process that ``file`` names if it was started with ``command``. Says whether it was."""
    number = heartbeat.pid(file)
    if number is None:
        return False
    try:
        with process_handle(number) as handle:
            if not runs(number, command):
                return False
            signal.pidfd_send_signal(handle, signal.SIGKILL)
            return True
    except (OSError, OverflowError):  # it ended meanwhile, it is another user's, or no such number exists
        return False


@contextmanager
def process_handle(number: int) -> Iterator[int]:
    """A handle that stays with this process even when its number is given to another. Raises OSError."""
    handle = os.pidfd_open(number)
    try:
        yield handle
    finally:
        os.close(handle)


def runs(number: int, command: bytes) -> bool:
    """Whether the process was started with this word."""
    return command in Path(f"/proc/{number}/cmdline").read_bytes().split(b"\0")
