"""Calls as Asterisk's queue log tells them, and what became of them in our tables."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import select

from hotline import people
from hotline.calls.calls import CallEnding, CallRecord
from hotline.database import Database
from hotline.people import Role
from hotline.settings_file import Settings
from ivr.seats import queue_log

BEGIN = 1795427400
ANSWERED = """\
+66|NONE|NONE|NONE|QUEUESTART|
+66|MANAGER|seats|seat01|ADDMEMBER|
+66|NONE|seats|seat01|SEATUSER|1
+70|a-1.0|NONE|NONE|ARRIVED|13800001234
+74|a-1.0|seats|NONE|ENTERQUEUE||13800001234|1
+80|a-1.0|seats|seat01|CONNECT|6|a-1.1|5
+100|a-1.0|seats|seat01|COMPLETEAGENT|6|20|1
+104|a-1.0|NONE|NONE|RATED|2
"""
ABANDONED = """\
+199|a-2.0|NONE|NONE|ARRIVED|8613800005678
+200|a-2.0|seats|NONE|ENTERQUEUE||8613800005678|2
+230|a-2.0|seats|NONE|ABANDON|1|1|30
"""
LEFT = """\
+295|a-3.0|NONE|NONE|ARRIVED|13800005678
+300|a-3.0|seats|NONE|ENTERQUEUE||13800005678|1
+310|a-3.0|seats|NONE|EXITWITHKEY|1|1|1|10
+340|a-3.0|seats|NONE|MESSAGE|
"""


Read = Callable[[], None]


def lines(text: str) -> str:
    """The seconds after the beginning as the log has them."""
    return "".join(
        f"{BEGIN + int(line[1:].partition('|')[0])}|{line.partition('|')[2]}\n" for line in text.splitlines()
    )


def at(seconds: int) -> datetime:
    return datetime.fromtimestamp(BEGIN + seconds, UTC)


@pytest.fixture
def log(settings: Settings) -> Path:
    folder = settings.state_dir / "asterisk" / "log"
    folder.mkdir(parents=True)
    return folder / "queue_log"


@pytest.fixture
def read(settings: Settings, db: Database) -> Read:
    """Reading what is new, in an office of two users."""
    with db.writing() as session:
        people.add(session, "zhao", "赵敏", Role.CLERK, "a long password")
        people.add(session, "qian", "钱进", Role.CLERK, "a long password")
    return lambda: queue_log.read(settings, db)


def told(db: Database) -> dict[str, tuple[str, str, int | None, CallEnding | None]]:
    with db.reading() as session:
        found = session.scalars(select(CallRecord))
        return {each.call_id: (each.caller, each.seat, each.user_id, each.ending) for each in found}
