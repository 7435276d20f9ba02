"""A day of calls as its queue log tells it (``day.md``), to be read into any database, on any day."""

import re
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from hotline.callbacks.callbacks import Callback, CallbackState
from hotline.database import Database
from hotline.recordings.recordings import Recording
from hotline.settings_file import Settings
from ivr.seats import queue_log

DAY = date(2026, 11, 24)
MESSAGES = (1, 2, 17, 31, 37, 41, 42)
"""The calls whose message is in the list of recordings. Calls 5 and 19 tried, and said nothing."""


def call_id(number: int) -> str:
    """The identifier of a call of ``day.md``."""
    return f"9f31c2-1795{number:06d}.{number}"


def replay(settings: Settings, db: Database, day: date = DAY) -> None:
    """Read the log as if it were of ``day``. Its agents are users 1 to 4, where there are such."""
    text = (Path(__file__).parent / "queue_log").read_text()
    seconds = (day - DAY) // timedelta(seconds=1)
    moved = re.sub(r"^\d+", lambda found: str(int(found[0]) + seconds), text, flags=re.MULTILINE)
    log = settings.state_dir / "asterisk" / "log"
    for folder in (log, settings.run_dir):
        folder.mkdir(parents=True, exist_ok=True)
    (log / "queue_log").write_text(moved)
    at = datetime.combine(day, datetime.min.time(), UTC)
    with db.writing() as session:
        session.add_all(_recording(number, at) for number in MESSAGES)
        session.add(_callback(at))
    queue_log.read(settings, db)


def _callback(at: datetime) -> Callback:
    """The callback for call 18, done."""
    return Callback(
        call_id=call_id(18),
        case_number=f"90{18:08}",
        number="13800000017",
        language="zh",
        joined_at=at,
        asked_at=at,
        next_attempt_at=at,
        state=CallbackState.DONE,
        ended_at=at + timedelta(hours=2),
    )


def _recording(number: int, at: datetime) -> Recording:
    return Recording(
        id=f"{number:032}",
        call_id=call_id(number),
        case_number=f"90{number:08}",
        caller="",
        language="zh",
        received_at=at,
        seconds=20.0,
        changed_at=at,
    )
