"""Signs of life: every part touches ``STATE/run/<part>.heartbeat``; the text is its process id.

The dialplan, the watch-dog and the start look at the file's age only, so a frozen process is noticed like
a dead one.
"""

import logging
import os
import threading
import time
from contextlib import suppress
from pathlib import Path

BEAT_SECONDS = 0.5
LOOP_SECONDS = 0.25

log = logging.getLogger(__name__)


class LoopBeat:
    """The beat of a loop that calls ``beat`` each time round, so that it stops when the loop does."""

    def __init__(self, run_dir: Path, part: str) -> None:
        self._file = file_of(run_dir, part)
        self._beat_at = -LOOP_SECONDS
        self._is_beating = True

    def beat(self) -> None:
        """Touch the file, at most every LOOP_SECONDS. A disk that takes no heartbeat is said once."""
        if time.monotonic() - self._beat_at < LOOP_SECONDS:
            return
        self._beat_at = time.monotonic()
        try:
            self._touch()
            self._is_beating = True
        except OSError as error:
            if self._is_beating:
                log.error("no heartbeat: %s", error)
            self._is_beating = False

    def _touch(self) -> None:
        """A predecessor's file, too; it names this process as soon as the disk allows."""
        with suppress(FileNotFoundError):
            os.utime(self._file)
        if pid(self._file) != os.getpid():
            announce(self._file)


def file_of(run_dir: Path, part: str) -> Path:
    """Where ``part`` shows that it lives."""
    return run_dir / f"{part}.heartbeat"


def start(run_dir: Path, part: str) -> threading.Event:
    """Beat in the background until the process ends, or until the returned event is set."""
    file = file_of(run_dir, part)
    announce(file)
    stopped = threading.Event()
    threading.Thread(target=_beat, args=(file, stopped), name="heartbeat", daemon=True).start()
    return stopped


def announce(file: Path) -> None:
    """Write this process's id, whole or not at all; its age starts at 0."""
    file.parent.mkdir(parents=True, exist_ok=True)
    draft = file.with_name(f"{file.name}.{os.getpid()}")
    draft.write_text(str(os.getpid()))
    draft.replace(file)


def age(file: Path) -> float | None:
    """Seconds since the last beat; None when there never was one."""
    try:
        return max(0.0, time.time() - file.stat().st_mtime)
    except FileNotFoundError:
        return None


def pid(file: Path) -> int | None:
    """The process that beats there; None when the file is missing or says nothing usable."""
    try:
        return int(file.read_text())
    except (OSError, ValueError):
        return None


def _beat(file: Path, stopped: threading.Event) -> None:
    while not stopped.wait(BEAT_SECONDS):
        try:
            os.utime(file)
        except FileNotFoundError:
            announce(file)
        except OSError:
            continue  # a full or read-only disk: the beat is missed, the process lives on
