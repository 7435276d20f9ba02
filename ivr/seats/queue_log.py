"""Asterisk's queue log, read into the table of calls: a task of ``hotline clock``.

The log is Asterisk's own and is written whether anybody reads it or not, so nothing is missed while our parts
are down. A line is ``seconds|call|queue|seat|event|data…`` (Asterisk, ``main/logger.c`` and ``app_queue.c``).
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy.orm import Session

from hotline import calls, database
from hotline.calls import Ending
from hotline.clock import Task
from hotline.database import Database
from hotline.private import write_private
from hotline.settings import Settings

EVERY_SECONDS = 2.0
ENDINGS = {
    "COMPLETECALLER": Ending.ANSWERED,
    "COMPLETEAGENT": Ending.ANSWERED,
    "ATTENDEDTRANSFER": Ending.ANSWERED,
    "BLINDTRANSFER": Ending.ANSWERED,
    "ABANDON": Ending.ABANDONED,
    "EXITWITHKEY": Ending.LEFT,
    "EXITWITHTIMEOUT": Ending.LEFT,
    "EXITEMPTY": Ending.LEFT,
}


@dataclass(frozen=True)
class Line:
    """One line of the log."""

    at: datetime
    call_id: str
    seat: str
    event: str
    data: tuple[str, ...]


def parse(text: str) -> Line | None:
    """A line taken apart; None for one that is none."""
    seconds, *fields = text.rstrip("\n").split("|")
    if len(fields) < 4 or not seconds.isdigit():
        return None
    call_id, _queue, seat, event, *data = fields
    return Line(datetime.fromtimestamp(int(seconds), UTC), call_id, seat, event, tuple(data))


def note(session: Session, line: Line) -> None:
    """Bring the table of calls up to date with one line."""
    if line.event == "ENTERQUEUE":
        calls.offered(session, line.call_id, line.at, line.data[1] if len(line.data) > 1 else "")
    elif line.event == "CONNECT":
        calls.answered(session, line.call_id, line.at, line.seat)
    elif line.event in ENDINGS:
        calls.ended(session, line.call_id, line.at, ENDINGS[line.event])


def read(chosen: Settings, db: Database) -> None:
    """Read what is new, in rotated files too, and remember how far once it is committed."""
    folder = chosen.state_dir / "asterisk" / "log"
    remembered = chosen.run_dir / "queue-log.json"
    before = _places(remembered)
    after: dict[str, int] = {}
    found = [line for file in _oldest_first(folder) for line in _new_lines(file, before, after)]
    if after == before:
        return
    with db.writing() as session:
        for line in found:
            note(session, line)
    write_private(remembered, json.dumps(after))


def _oldest_first(folder: Path) -> list[Path]:
    return sorted(folder.glob("queue_log*"), key=lambda file: file.stat().st_mtime_ns)


def _places(remembered: Path) -> dict[str, int]:
    """File (by its inode, which a rotation keeps) → bytes read. Without it all is read again."""
    try:
        return {str(file): int(place) for file, place in json.loads(remembered.read_text()).items()}
    except (OSError, ValueError, AttributeError):
        return {}


def _new_lines(file: Path, before: dict[str, int], after: dict[str, int]) -> Iterator[Line]:
    """Whole lines only; one that is still being written is read next time."""
    with file.open("rb") as log:
        inode = str(file.stat().st_ino)
        place = before.get(inode, 0)
        log.seek(place if place <= file.stat().st_size else 0)
        after[inode] = log.tell()
        for raw in log:
            if not raw.endswith(b"\n"):
                return
            after[inode] += len(raw)
            if line := parse(raw.decode("utf-8", "replace")):
                yield line


def _run(chosen: Settings) -> None:
    read(chosen, database.current())


task = Task("queue-log", EVERY_SECONDS, _run)
