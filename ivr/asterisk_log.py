"""Asterisk's logs are rotated before they fill the disk, which is there for recordings, or grow old.

The queue log names callers. Once it is read the tables have its calls, from which retention takes numbers; so
its old files go a few days later, for somebody may have to look into them after a fault.
"""

from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path

from hotline import database
from hotline.callbacks import callback_attempts
from hotline.settings_file import Settings
from hotline.task import Task
from ivr.asterisk import console
from ivr.seats import queue_log
from ivr.seats.log_lines import parse

MESSAGES, QUEUE_LOG = "messages", "queue_log"
LARGEST_BYTES = 10 << 20
OLD_FILES_KEPT = 5
OLD_LOG_KEPT = timedelta(days=7)
"""A queue log is rotated so long after its first line, and goes so long after its last one."""
ASIDE = f"{QUEUE_LOG}.read-"
CHECK_SECONDS = 60.0


def rotate(
    settings: Settings, now: datetime | None = None, is_needed: Callable[[], bool] = lambda: False
) -> None:
    """Begin new log files when one has grown large or old, and remove the oldest.

    Asterisk rotates all or none, so a queue log may be new: it stays until the tables have its calls.
    ``is_needed``: whether somebody still has to look up in the log of long ago what became of a call.
    """
    now = now or datetime.now(UTC)
    messages, queue = (settings.state_dir / "asterisk" / "log" / name for name in (MESSAGES, QUEUE_LOG))
    is_large = any(log.exists() and log.stat().st_size > LARGEST_BYTES for log in (messages, queue))
    try:
        if is_large or begins_long_ago(queue, now):
            console(settings, "logger rotate")
    finally:  # also where no Asterisk answers
        for file in too_old(messages):
            file.unlink(missing_ok=True)
        ended = ended_long_ago(queue, now)
        for file in {*too_old(queue), *(ended if ended and not is_needed() else ())}:
            with suppress(FileNotFoundError):  # Asterisk has given it another number: next time
                remove_if_read(settings, file)


def too_old(log: Path) -> list[Path]:
    """The old files beyond the number we keep; Asterisk gives the newest of them the lowest number."""
    return sorted(_old(log), key=lambda file: int(file.suffix[1:]))[OLD_FILES_KEPT:]


def begins_long_ago(queue: Path, now: datetime) -> bool:
    """Whether the first lines of the log that is written now are old, or of a date that was wrong."""
    if not queue.exists():
        return False
    with queue.open("rb") as log:
        first = [parse(raw.decode("utf-8", "replace")) for raw in islice(log, 100)]
    return any(abs(now - line.at) > OLD_LOG_KEPT for line in first if line)


def ended_long_ago(queue: Path, now: datetime) -> list[Path]:
    """Old files that were written to for the last time long ago, and any that was put aside."""
    aside = list(queue.parent.glob(f"{ASIDE}*"))
    return [file for file in [*_old(queue), *aside] if abs(now - _written_at(file)) > OLD_LOG_KEPT]


def remove_if_read(settings: Settings, file: Path) -> None:
    """Remove an old queue log that was read to its end.

    Asterisk gives its files other numbers at any moment, so it is looked at again under a name that nobody
    else gives. The reader knows it by that name, too: killed in between, nothing is lost.
    """
    if not queue_log.is_read(settings, file):
        return
    aside = file.rename(file.with_name(f"{ASIDE}{file.stat().st_ino}"))
    if queue_log.is_read(settings, aside):
        aside.unlink()


def _old(log: Path) -> list[Path]:
    return [file for file in log.parent.glob(f"{log.name}.*") if file.suffix[1:].isdigit()]


def _written_at(file: Path) -> datetime:
    return datetime.fromtimestamp(file.stat().st_mtime, UTC)


def _is_calling_back() -> bool:
    """An attempt may have ended while our own parts were down: who has talked is not called again."""
    with database.current().reading() as session:
        return bool(callback_attempts.begun(session))


def _run(settings: Settings) -> None:
    rotate(settings, is_needed=_is_calling_back)


task = Task("asterisk-log", CHECK_SECONDS, _run)
