"""One running hotline for each state directory."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from hotline.settings_file import Settings


class AlreadyRunning(Exception):
    """Another ``hotline start`` holds this state directory; the message says what to do."""


def lock_file(settings: Settings) -> Path:
    """Locked by the ``hotline start`` that runs this instance; its text is the process id."""
    return settings.run_dir / "start.lock"


@contextmanager
def locked(settings: Settings) -> Iterator[None]:
    """Hold the state directory. Raises AlreadyRunning.

    A POSIX lock (fcntl) belongs to this process alone: children do not inherit it and it ends with us.
    """
    file = lock_file(settings)
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("a+") as lock:
        try:
            fcntl.lockf(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.seek(0)
            raise AlreadyRunning(
                f"a hotline already runs on {settings.state_dir} (process {lock.read()}): "
                "stop it first, or give this one another HOTLINE_STATE_DIR and other ports"
            ) from None
        lock.truncate(0)
        lock.write(str(os.getpid()))
        lock.flush()
        yield
