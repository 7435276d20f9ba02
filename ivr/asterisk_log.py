"""Asterisk's log is rotated before it fills the disk, which is there for recordings."""

from pathlib import Path

from hotline.running.clock import Task
from hotline.settings import Settings
from ivr.asterisk import console
from ivr.seats import queue_log

MESSAGES, QUEUE_LOG = "messages", "queue_log"
LARGEST_BYTES = 10 << 20
OLD_FILES_KEPT = 5
CHECK_SECONDS = 60.0


def rotate_if_large(settings: Settings) -> None:
    """Begin new log files when one has grown large, and remove the oldest.

    Asterisk rotates all or none, so a queue log may be new: it stays until the tables have its calls.
    """
    messages, queue = (settings.state_dir / "asterisk" / "log" / name for name in (MESSAGES, QUEUE_LOG))
    if any(log.exists() and log.stat().st_size > LARGEST_BYTES for log in (messages, queue)):
        console(settings, "logger rotate")
    read = (file for file in too_old(queue) if queue_log.is_read(settings, file))
    for file in (*too_old(messages), *read):
        file.unlink(missing_ok=True)


def too_old(log: Path) -> list[Path]:
    """The old files beyond the number we keep; Asterisk gives the newest of them the lowest number."""
    old = [file for file in log.parent.glob(f"{log.name}.*") if file.suffix[1:].isdigit()]
    return sorted(old, key=lambda file: int(file.suffix[1:]))[OLD_FILES_KEPT:]


task = Task("asterisk-log", CHECK_SECONDS, rotate_if_large)
