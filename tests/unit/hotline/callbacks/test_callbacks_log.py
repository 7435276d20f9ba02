"""What the queue log says of an attempt to call back."""

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import delete

from hotline.callbacks.callback_attempts import AttemptOutcome
from hotline.callbacks.callbacks import Callback
from hotline.cases import numbering
from hotline.database import Database
from hotline.settings_file import Settings
from ivr.seats import attempts
from ivr.seats.log_lines import QueueLogLine, parse
from tests.kit.callbacks import MONDAY, ask, one_step
from tests.kit.paper_exchange import PaperExchange


def lines(*texts: str) -> list[QueueLogLine]:
    return [line for text in texts if (line := parse(f"1795420000|callback-1-1|seats|{text}"))]


LOGGED = datetime.fromtimestamp(1795420000, UTC)
CONNECTED = ("seat03|CONNECT|1|x|1", "NONE|CALLBACKDIALLED")


@pytest.mark.parametrize(
    ("said", "outcome", "seat"),
    [
        ((), AttemptOutcome.UNKNOWN, ""),
        (("NONE|CALLBACKWAITS",), AttemptOutcome.NO_SEAT, ""),
        (("NONE|ENTERQUEUE||138|1", "NONE|ABANDON|1|1|9"), AttemptOutcome.NO_SEAT, ""),
        (("seat03|CONNECT|1|x|1",), AttemptOutcome.NO_SEAT, "seat03"),
        (CONNECTED, AttemptOutcome.INTERRUPTED, "seat03"),
        ((*CONNECTED, "NONE|CALLBACKUNANSWERED|NOANSWER"), AttemptOutcome.NO_ANSWER, "seat03"),
        ((*CONNECTED, "NONE|CALLBACKUNANSWERED|CANCEL"), AttemptOutcome.NO_ANSWER, "seat03"),
        ((*CONNECTED, "NONE|CALLBACKUNANSWERED|BUSY"), AttemptOutcome.BUSY, "seat03"),
        ((*CONNECTED, "NONE|CALLBACKUNANSWERED|CHANUNAVAIL"), AttemptOutcome.UNREACHABLE, "seat03"),
        ((*CONNECTED, "NONE|CALLBACKUNANSWERED|"), AttemptOutcome.UNREACHABLE, "seat03"),
        ((*CONNECTED, "NONE|CALLBACKANSWERED"), AttemptOutcome.TALKED, "seat03"),
        ((*CONNECTED, "NONE|CALLBACKANSWERED", "NONE|CALLBACKLOST"), AttemptOutcome.LOST, "seat03"),
    ],
)
def test_what_the_log_says(said: tuple[str, ...], outcome: AttemptOutcome, seat: str) -> None:
    assert attempts.became(lines(*said), "callback-1-1", LOGGED) == attempts.AttemptResult(outcome, seat)


@pytest.mark.parametrize(
    ("said", "since", "outcome"),
    [
        (("NONE|CALLBACKANSWERED",), timedelta(hours=1), AttemptOutcome.TALKED),
        (("NONE|CALLBACKUNANSWERED|BUSY",), timedelta(), AttemptOutcome.BUSY),
        (("NONE|CALLBACKUNANSWERED|BUSY",), timedelta(seconds=2), AttemptOutcome.UNKNOWN),  # noted before
        (("NONE|CALLBACKANSWERED", "NONE|CALLBACKLOST"), timedelta(seconds=2), AttemptOutcome.UNKNOWN),
    ],
)
def test_another_attempt_has_won(said: tuple[str, ...], since: timedelta, outcome: AttemptOutcome) -> None:
    assert attempts.became(lines(*said), "callback-1-2", LOGGED + since).outcome == outcome


def test_the_log_is_read_across_its_rotation(tmp_path: Path) -> None:
    (tmp_path / "queue_log.1").write_text("1795420000|callback-1-1|seats|NONE|CALLBACKWAITS\n")
    (tmp_path / "queue_log.0").write_text("1795420000|callback-1-1|seats|seat03|CONNECT|1|x|1\n")
    (tmp_path / "queue_log").write_text(
        "1795420001|callback-11-1|seats|NONE|CALLBACKANSWERED\n"
        "1795420001|callback-1-x|seats|NONE|CALLBACKANSWERED|callback-1-1\n"
        "1795420001|callback-1-2|seats|NONE|CALLBACKDIALLED\n1795420001|callback-1-1|seats|NONE|CALLBACKUN"
    )
    hour = timedelta(hours=1)
    for name, at in (("queue_log.1", 25 * hour), ("queue_log.0", 23 * hour), ("queue_log", 99 * hour)):
        os.utime(tmp_path / name, ((LOGGED - at).timestamp(),) * 2)  # clocks may be wrong, by a day
    events = {line.event for line in attempts.about(tmp_path, "1", LOGGED)}
    assert events == {"CONNECT", "CALLBACKDIALLED", "CALLBACKUN"}
    assert attempts.about(tmp_path, "2", LOGGED) == []


def test_a_log_from_before_a_restore_says_nothing_of_new_callbacks(settings: Settings, db: Database) -> None:
    """Rows are counted from 1 again then."""
    exchange = PaperExchange(settings.state_dir / "asterisk" / "log", MONDAY)
    for second in (0, 1):
        with db.writing() as session:
            numbering.skip_ahead(session)
            session.execute(delete(Callback))
            assert ask(session).id == 1
        one_step(settings, db, exchange, MONDAY + timedelta(seconds=second))
        assert len(exchange.calls()) == 1
        for _ in range(3):
            exchange.goes_on()
    assert exchange.times("CALLBACKANSWERED") == 2
