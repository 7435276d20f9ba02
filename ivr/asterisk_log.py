"""Asterisk's log is rotated before it fills the disk, which is there for recordings."""

from pathlib import Path

from hotline.clock import Task
from hotline.settings import Settings
from ivr.asterisk import console

LOGS = ("messages", "queue_log")
LARGEST_BYTES = 10 << 20
OLD_FILES_KEPT = 5
CHECK_SECONDS = 60.0


def rotate_if_large(settings: Settings) -> None:
    """Begin a new log file when the present one has grown large, and remove the oldest."""
    logs = [settings.state_dir / "asterisk" / "log" / name for name in LOGS]
    if any(log.exists() and log.stat().st_size > LARGEST_BYTES for log in logs):
        console(settings, "logger rotate")  # rotates them all
    for log in logs:
        for file in too_old(log):
            file.unlink(missing_ok=True)


def too_old(log: Path) -> list[Path]:
    """The old files beyond the number we keep; Asterisk gives the newest of them the lowest number."""
    old = [file for file in log.parent.glob(f"{log.name}.*") if file.suffix[1:].isdigit()]
    return sorted(old, key=lambda file: int(file.suffix[1:]))[OLD_FILES_KEPT:]


task = Task("asterisk-log", CHECK_SECONDS, rotate_if_large)
