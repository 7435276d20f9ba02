"""The queue log becomes the table of calls, whatever happens to either."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from hotline import calls, intake, spool
from hotline.calls import Ending, SeatCall
from hotline.database import Database
from hotline.settings import Settings
from ivr.seats import queue_log
from tests.conftest import write_tone

ANSWERED = """\
1795427466|NONE|NONE|NONE|QUEUESTART|
1795427466|MANAGER|seats|seat01|ADDMEMBER|
1795427474|a-1.0|seats|NONE|ENTERQUEUE||13800001234|1
1795427480|a-1.0|seats|seat01|CONNECT|6|a-1.1|5
1795427500|a-1.0|seats|seat01|COMPLETEAGENT|6|20|1
"""
ABANDONED = """\
1795427600|a-2.0|seats|NONE|ENTERQUEUE||+86 138<script>|2
1795427630|a-2.0|seats|NONE|ABANDON|1|1|30
"""
LEFT = """\
1795427700|a-3.0|seats|NONE|ENTERQUEUE||13800005678|1
1795427710|a-3.0|seats|NONE|EXITWITHKEY|1|1|1|10
"""


@pytest.fixture
def log(chosen: Settings) -> Path:
    folder = chosen.state_dir / "asterisk" / "log"
    folder.mkdir(parents=True)
    return folder / "queue_log"


def at(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


def told(db: Database) -> dict[str, tuple[str, str, Ending | None]]:
    with db.reading() as session:
        return {
            each.call_id: (each.caller, each.seat, each.ending) for each in session.scalars(select(SeatCall))
        }


def test_calls_and_their_endings(chosen: Settings, db: Database, log: Path) -> None:
    log.write_text(ANSWERED + ABANDONED + LEFT)
    queue_log.read(chosen, db)
    assert told(db) == {
        "a-1.0": ("13800001234", "seat01", Ending.ANSWERED),
        "a-2.0": ("+86138", "", Ending.ABANDONED),
        "a-3.0": ("13800005678", "", Ending.LEFT),
    }
    with db.reading() as session:
        call = session.get_one(SeatCall, "a-1.0")
        assert (call.offered_at, call.answered_at, call.ended_at) == (
            at(1795427474),
            at(1795427480),
            at(1795427500),
        )


def test_every_line_counts_once_however_it_is_cut_and_rotated(
    chosen: Settings, db: Database, log: Path
) -> None:
    whole = ANSWERED + ABANDONED
    for end in range(0, len(whole), 37):
        log.write_text(whole[:end])
        queue_log.read(chosen, db)
    log.write_text(whole)
    log.rename(log.with_suffix(".0"))
    log.write_text(LEFT)
    queue_log.read(chosen, db)
    before = told(db)
    assert len(before) == 3
    (chosen.run_dir / "queue-log.json").write_text("{broken")  # all is told again
    queue_log.read(chosen, db)
    assert told(db) == before


def test_what_is_no_line_is_passed_over(chosen: Settings, db: Database, log: Path) -> None:
    log.write_bytes(b"\n|||||\nx|y\n\xff\xfe|a|b|c|CONNECT\n1795427480|gone|seats|seat01|CONNECT|1\n")
    queue_log.read(chosen, db)
    assert told(db) == {}


def test_abandoned_is_who_got_neither_an_answer_nor_left_a_message(
    chosen: Settings, db: Database, log: Path
) -> None:
    log.write_text(ANSWERED + ABANDONED + LEFT)
    queue_log.read(chosen, db)

    def abandoned(now: datetime) -> list[str]:
        with db.reading() as session:
            return [call.call_id for call in calls.abandoned(session, now)]

    left = at(1795427710)
    assert abandoned(left) == ["a-2.0"]  # the other may be speaking
    assert abandoned(left + timedelta(hours=1)) == ["a-3.0", "a-2.0"]
    write_tone(spool.part_path(chosen.spool_dir, "a-3.0", 1), 1.0)
    intake.take_in("a-3.0", chosen, db)
    assert abandoned(left + timedelta(hours=1)) == ["a-2.0"]
