"""The watch-dog over the FastAGI server: a frozen server is killed, so that its callers get the next rung.

The kernel accepts connections for a frozen process and Asterisk waits for its answer without limit; only
closing the sockets makes ``AGI()`` return. A task of ``hotline clock``.
"""

import logging
import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from hotline import heartbeat
from hotline.clock import Task
from hotline.settings import Settings

STALE_SECONDS = 2
"""The dialplan asks no server whose last heartbeat is longer ago: whole seconds, as it sees no others."""

LOOK_SECONDS = 0.25
LOOKS_WITHOUT_BEAT = 10
"""Looks, not seconds: a watch-dog that was itself asleep or short of time has looked less often."""

FROZEN_SECONDS = LOOKS_WITHOUT_BEAT * LOOK_SECONDS

SERVER_COMMAND = b"serve-agi"

log = logging.getLogger(__name__)


class WatchDog:
    """Counts looks at a heartbeat that stands still."""

    def __init__(self) -> None:
        self.last_beat = 0
        self.looks = 0

    def look(self, settings: Settings) -> None:
        """Kill the server when its heartbeat has stood still for the last looks."""
        file = heartbeat.file_of(settings.run_dir, "agi")
        beat = beat_of(file)
        self.looks = self.looks + 1 if beat == self.last_beat else 0
        self.last_beat = beat
        if self.looks == LOOKS_WITHOUT_BEAT and kill_frozen(file):
            log.error("the FastAGI server had shown no sign of life for %s s and was killed", FROZEN_SECONDS)


task = Task("watchdog", LOOK_SECONDS, WatchDog().look)


def beat_of(file: Path) -> int:
    """When the heartbeat was last touched, in nanoseconds; 0 when it never was."""
    try:
        return file.stat().st_mtime_ns
    except OSError:
        return 0


def kill_frozen(file: Path) -> bool:
    """Kill the process that ``file`` names if it is still the FastAGI server. Says whether it was."""
    server = heartbeat.pid(file)
    if server is None:
        return False
    try:
        with process_handle(server) as handle:
            if not is_server(server):
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


def is_server(number: int) -> bool:
    """Whether the process was started as the FastAGI server."""
    return SERVER_COMMAND in Path(f"/proc/{number}/cmdline").read_bytes().split(b"\0")
