"""Calling back survives ``kill -9`` at any line: nobody is forgotten, and nobody is called twice at once."""

import os
import signal
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import FrameType
from typing import Any, cast

import pytest
from sqlalchemy import select

from hotline import callback_attempts, callbacks
from hotline.callbacks import Callback, CallbackState
from hotline.database import Database
from hotline.settings import Settings
from ivr.ami import Ami
from ivr.seats import attempts
from ivr.seats import callbacks as calling_back
from tests.paper_exchange import ANSWERED, DIALLED, WAITING, PaperExchange

NUMBER = "13800001234"
MONDAY = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
"""Ten in the morning in Shanghai."""
STEPS = 6
"""From the request to the end of the talk."""
FILES = {str(Path(str(module.__file__))) for module in (callback_attempts, callbacks, attempts, calling_back)}


def work(chosen: Settings, exchange: PaperExchange, times: int = STEPS, begin: int = 0) -> None:
    """Steps of the service, ten seconds apart, while the exchange goes on."""
    db = Database(chosen.database_url)
    for number in range(begin, begin + times):
        calling_back.step(chosen, db, cast(Ami, exchange), MONDAY + timedelta(seconds=10 * number))
        exchange.goes_on()


def finish(chosen: Settings, exchange: PaperExchange, begin: int) -> None:
    """Steps until it is over and noted."""
    db = Database(chosen.database_url)
    while found(db).state == CallbackState.OPEN or found(db).attempt:
        assert begin < 4 * STEPS
        work(chosen, exchange, 1, begin)
        begin += 1


def work_until(chosen: Settings, exchange: PaperExchange, line: int) -> bool:
    """The same in a process that kills itself at its n-th new line; False when it came to an end."""
    child = os.fork()
    if child == 0:
        _die_at(line)
        work(chosen, exchange)
        sys.settrace(None)
        os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == -signal.SIGKILL


def _die_at(line: int) -> None:
    passed: set[tuple[str, int]] = set()

    def count(frame: FrameType, event: str, _: Any) -> Any:
        if frame.f_code.co_filename not in FILES:
            return None
        if event == "line":
            passed.add((frame.f_code.co_filename, frame.f_lineno))
            if len(passed) > line:
                os.kill(os.getpid(), signal.SIGKILL)
        return count

    sys.settrace(count)


def ask(db: Database) -> None:
    with db.writing() as session:
        callbacks.request(session, NUMBER, "1763885000.1", "zh", MONDAY, MONDAY, "Asia/Shanghai")
    db.engine.dispose()  # a fork must not share a connection


def found(db: Database) -> Callback:
    with db.reading() as session:
        return session.scalars(select(Callback).order_by(Callback.id.desc())).first() or pytest.fail("lost")


def test_kill_at_every_line(chosen: Settings, db: Database) -> None:
    line = 0
    while True:
        ask(db)
        exchange = PaperExchange(chosen.state_dir / "asterisk" / "log")
        killed = work_until(chosen, exchange, line)
        assert killed or line > 60, "the tracer saw too few lines: the test proves nothing"
        finish(chosen, exchange, begin=STEPS)
        callback = found(db)
        assert (callback.state, callback.attempts, callback.seat) == (CallbackState.DONE, 1, "seat03"), line
        assert (callback.attempt, exchange.calls()) == ("", {}), line
        assert exchange.lines("CALLBACKANSWERED") == exchange.lines("CALLBACKDIALLED") == line + 1
        if not killed:
            return
        line += 1


@pytest.mark.parametrize(("stage", "steps", "dialled"), [(WAITING, 1, 1), (DIALLED, 2, 2), (ANSWERED, 3, 1)])
def test_the_exchange_crashes(chosen: Settings, db: Database, stage: str, steps: int, dialled: int) -> None:
    ask(db)
    exchange = PaperExchange(chosen.state_dir / "asterisk" / "log")
    work(chosen, exchange, steps - 1)
    calling_back.step(chosen, db, cast(Ami, exchange), MONDAY + timedelta(seconds=10 * (steps - 1)))
    assert [call["stage"] for call in exchange.calls().values()] == [stage]
    exchange.crashes()
    finish(chosen, exchange, begin=steps)
    callback = found(db)
    assert (callback.state, callback.attempts) == (CallbackState.DONE, 1)
    assert exchange.lines("CALLBACKDIALLED") == dialled
    assert exchange.lines("CALLBACKANSWERED") == 1


def test_a_call_of_a_service_that_died_is_not_doubled(chosen: Settings, db: Database) -> None:
    """The worst moment: the old service's request is carried out after the new one has looked."""
    ask(db)
    late = PaperExchange(chosen.state_dir / "asterisk" / "log")
    asked: list[dict[str, str]] = []

    class Slow(PaperExchange):
        def action(self, name: str, **headers: str) -> dict[str, str]:
            asked.append(headers)
            return {}

    work(chosen, Slow(late.log_dir), 1)
    work(chosen, Slow(late.log_dir), 1, begin=1)  # nothing is there: the attempt is given up
    work(chosen, Slow(late.log_dir), 1, begin=4)  # and another is begun
    assert len(asked) == 2
    for headers in asked:
        late.action("Originate", **headers)
    assert len(late.calls()) == 1
