"""Asterisk's queue log, read into the tables of calls and of seats' events: a task of ``hotline clock``.

The log is Asterisk's own and is written whether anybody reads it or not, so nothing is missed while our parts
are down. Reading a line again changes nothing.
"""

import hashlib
import json
import time
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from hotline import database
from hotline.database import Database
from hotline.private import write_private
from hotline.settings_file import Settings
from hotline.task import Task
from ivr.seats.log_lines import LogTransaction, QueueLogLine, RepeatCounter, is_of_seat, parse, tell

EVERY_SECONDS = 1.0
LINES_A_TRANSACTION = 1000
"""So many lines in one transaction: a backlog does not keep callers' messages from being written."""
REST_SECONDS = 0.12
"""Between two of them others write: whoever waits for SQLite looks every 0.1 s whether it is free."""
LONGEST_SECOND = 1 << 16
"""Bytes that Asterisk writes within a second at most; a line is about a hundred."""

Places = dict[str, int]
"""File → bytes read."""


def read(settings: Settings, db: Database) -> None:
    """Read what is new, in rotated files too, and remember how far once it is committed."""
    remembered = settings.queue_log_places
    before = _places(remembered)
    files = {
        name: file for file in _oldest_first(settings.state_dir / "asterisk" / "log") if (name := _name(file))
    }
    after = {name: before.get(name, 0) for name in files}
    rotated: Path | None = None
    for name, file in files.items():
        for place in _read_file(file, after[name], db, rotated):
            after[name] = place
            write_private(remembered, json.dumps(after))
        rotated = file
    if after.keys() != before.keys():
        write_private(remembered, json.dumps(after))


def is_read(settings: Settings, file: Path) -> bool:
    """Whether nothing of a file that Asterisk writes no more is left to be read."""
    place = _places(settings.queue_log_places).get(_name(file), 0)
    with file.open("rb") as log:
        log.seek(place)
        return next(_whole_lines(log), None) is None


def _read_file(file: Path, place: int, db: Database, rotated: Path | None) -> Iterator[int]:
    """How far was read, each time it is committed. ``rotated``: the file that ended where this one begins."""
    if place > file.stat().st_size:
        place = 0
        yield place
    with file.open("rb") as log:
        log.seek(place)
        lines = _whole_lines(log)
        alike: RepeatCounter | None = None
        sitting: dict[str, int | None] = {}
        while some := list(islice(lines, LINES_A_TRANSACTION)):
            alike = alike or _told_before(file, place, rotated)
            with db.writing() as session:
                tell(LogTransaction(session, alike, sitting), list(filter(None, map(_line, some))))
            place += sum(map(len, some))
            yield place
            if len(some) == LINES_A_TRANSACTION:
                time.sleep(REST_SECONDS)


def _told_before(file: Path, place: int, rotated: Path | None) -> RepeatCounter:
    """The lines of the second in which reading goes on; it may have ended in the middle of one."""
    if not place and rotated:
        file, place = rotated, rotated.stat().st_size
    alike, begin = RepeatCounter(), max(0, place - LONGEST_SECOND)
    with file.open("rb") as log:
        log.seek(begin)
        told = log.read(place - begin).splitlines()
    for line in filter(None, map(_line, told)):
        if is_of_seat(line):
            alike.count(line)
    return alike


def _whole_lines(log: Iterator[bytes]) -> Iterator[bytes]:
    """One that is still being written is read next time."""
    return (raw for raw in log if raw.endswith(b"\n"))


def _line(raw: bytes) -> QueueLogLine | None:
    return parse(raw.decode("utf-8", "replace"))


def _oldest_first(folder: Path) -> list[Path]:
    return sorted(folder.glob("queue_log*"), key=lambda file: file.stat().st_mtime_ns)


def _name(file: Path) -> str:
    """What a file stays known by when it is rotated: its inode, and its first line, as inodes come again."""
    with file.open("rb") as log:
        first = log.readline(1000)
    digest = hashlib.sha256(first).hexdigest()[:16]
    return f"{file.stat().st_ino} {digest}" if first.endswith(b"\n") else ""


def _places(remembered: Path) -> Places:
    """Without it all is read again."""
    try:
        return {str(file): int(place) for file, place in json.loads(remembered.read_text()).items()}
    except (OSError, ValueError, AttributeError):
        return {}


def _run(settings: Settings) -> None:
    read(settings, database.current())


task = Task("queue-log", EVERY_SECONDS, _run)
