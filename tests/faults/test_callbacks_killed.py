"""Calling back survives ``kill -9`` at any line: nobody is forgotten, and nobody is called twice at once."""

from datetime import UTC, datetime, timedelta
from functools import partial
from typing import cast

import pytest
from sqlalchemy import select

from hotline.callbacks import callback_attempts, callbacks
from hotline.callbacks.callbacks import Callback, CallbackState
from hotline.database import Database
from hotline.settings_file import Settings
from ivr.ami import Ami
from ivr.seats import attempts
from ivr.seats import callbacks as calling_back
from tests.kit.killing import killed_before, lines_that_write
from tests.kit.paper_exchange import ANSWERED, DIALLED, WAITING, PaperExchange

NUMBER = "13800001234"
MONDAY = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
"""Ten in the morning in Shanghai."""
STEPS = 6
"""From the request to the end of the talk."""


def paper(settings: Settings, *, writes_log: bool = True) -> PaperExchange:
    return PaperExchange(settings.state_dir / "asterisk" / "log", MONDAY, writes_log=writes_log)


def one_step(settings: Settings, db: Database, exchange: PaperExchange, now: datetime) -> None:
    exchange.now = now
    calling_back.step(settings, db, cast(Ami, exchange), now)


def work(settings: Settings, exchange: PaperExchange, times: int = STEPS, begin: int = 0) -> None:
    """Steps of the service, ten seconds apart, while the exchange goes on."""
    db = Database(settings.database_url)
    for number in range(begin, begin + times):
        one_step(settings, db, exchange, MONDAY + timedelta(seconds=10 * number))
        exchange.goes_on()


def finish(settings: Settings, exchange: PaperExchange, begin: int) -> None:
    """Steps until it is over and noted."""
    db = Database(settings.database_url)
    while found(db).state == CallbackState.OPEN or found(db).attempt:
        assert begin < 4 * STEPS
        work(settings, exchange, 1, begin)
        begin += 1


def ask(db: Database) -> None:
    with db.writing() as session:
        callbacks.request(session, NUMBER, "1763885000.1", "zh", MONDAY, MONDAY, "Asia/Shanghai")
    db.engine.dispose()  # a fork must not share a connection


def found(db: Database) -> Callback:
    with db.reading() as session:
        return session.scalars(select(Callback).order_by(Callback.id.desc())).first() or pytest.fail("lost")


@pytest.mark.timeout(600)
@pytest.mark.parametrize("writes_log", [True, False])
def test_kill_at_every_line(settings: Settings, db: Database, writes_log: bool) -> None:
    ours = (callback_attempts, callbacks, attempts, calling_back)
    ask(db)
    exchange = paper(settings, writes_log=writes_log)
    lines = lines_that_write(lambda: work(settings, exchange), settings.state_dir, *ours)
    assert len(lines) >= 10, "the tracer saw too few writes: the test proves nothing"
    for asked, line in enumerate(lines, start=2):
        ask(db)
        exchange = paper(settings, writes_log=writes_log)
        assert killed_before(line, partial(work, settings, exchange), *ours)
        finish(settings, exchange, begin=STEPS)
        callback = found(db)
        seat = "seat03" if writes_log else ""
        assert (callback.state, callback.attempts, callback.seat) == (CallbackState.DONE, 1, seat), line
        assert (callback.attempt, exchange.calls()) == ("", {}), line
        assert exchange.times("CALLBACKANSWERED") == exchange.times("CALLBACKDIALLED") == asked


@pytest.mark.parametrize(("stage", "steps", "dialled"), [(WAITING, 1, 1), (DIALLED, 2, 2), (ANSWERED, 3, 1)])
def test_the_exchange_crashes(settings: Settings, db: Database, stage: str, steps: int, dialled: int) -> None:
    ask(db)
    exchange = paper(settings)
    work(settings, exchange, steps - 1)
    one_step(settings, db, exchange, MONDAY + timedelta(seconds=10 * (steps - 1)))
    assert [call["stage"] for call in exchange.calls().values()] == [stage]
    exchange.crashes()
    finish(settings, exchange, begin=steps)
    callback = found(db)
    assert (callback.state, callback.attempts) == (CallbackState.DONE, dialled)
    assert exchange.times("CALLBACKDIALLED") == dialled
    assert exchange.times("CALLBACKANSWERED") == 1


def test_a_call_of_a_service_that_died_is_not_doubled(settings: Settings, db: Database) -> None:
    """The worst moment: the old service's request is carried out after the new one has looked."""
    ask(db)
    late, asked = paper(settings), slow(settings, db)
    work(settings, asked, 1, begin=4)  # and another is begun
    assert len(asked.requests) == 2
    for headers in asked.requests:
        late.action("Originate", **headers)
    assert len(late.calls()) == 1
    finish(settings, late, begin=5)
    assert late.times("CALLBACKDIALLED") == late.times("CALLBACKANSWERED") == 1
    assert (found(db).state, found(db).attempts) == (CallbackState.DONE, 1)


def test_who_has_talked_meanwhile_is_not_called(settings: Settings, db: Database) -> None:
    """The same, and the call is over before another is begun."""
    ask(db)
    late, asked = paper(settings), slow(settings, db)
    late.action("Originate", **asked.requests[0])
    for _ in range(3):
        late.goes_on()
    assert late.calls() == {}
    finish(settings, late, begin=5)
    assert late.times("CALLBACKDIALLED") == late.times("CALLBACKANSWERED") == 1
    assert found(db).state == CallbackState.DONE


class Slow(PaperExchange):
    """Carries nothing out yet."""

    requests: list[dict[str, str]]

    def action(self, name: str, **headers: str) -> dict[str, str]:
        self.requests.append(headers)
        return {}


def slow(settings: Settings, db: Database) -> Slow:
    """A service has asked for a call that is not there, and has given it up."""
    exchange = Slow(settings.state_dir / "asterisk" / "log", MONDAY)
    exchange.requests = []
    work(settings, exchange, 2)
    assert len(exchange.requests) == 1 and found(db).attempt == ""
    return exchange


@pytest.mark.parametrize("step_back_after", [1, 2, 3])
def test_the_clock_steps_back(settings: Settings, db: Database, step_back_after: int) -> None:
    ask(db)
    exchange = paper(settings)
    work(settings, exchange, step_back_after)
    work(settings, exchange, STEPS, begin=-360)
    assert (found(db).state, found(db).attempt) == (CallbackState.DONE, "")
    assert exchange.times("CALLBACKANSWERED") == exchange.times("CALLBACKDIALLED") == 1


@pytest.mark.parametrize("writes_log", [True, False])
def test_nobody_answers_three_times(settings: Settings, db: Database, writes_log: bool) -> None:
    ask(db)
    exchange = paper(settings, writes_log=writes_log)
    for minute in range(100):
        one_step(settings, db, exchange, MONDAY + timedelta(minutes=minute))
        exchange.goes_on(answers=False)
    assert exchange.times("CALLBACKDIALLED") == 3
    assert (found(db).state, found(db).attempts) == (CallbackState.FAILED, 3)


def test_an_exchange_that_crashes_again_and_again(settings: Settings, db: Database) -> None:
    ask(db)
    exchange = paper(settings)
    for minute in range(30):
        one_step(settings, db, exchange, MONDAY + timedelta(minutes=minute))
        exchange.goes_on()
        if DIALLED in [call["stage"] for call in exchange.calls().values()]:
            exchange.crashes()
    assert exchange.times("CALLBACKDIALLED") == 3
    assert (found(db).state, found(db).last_outcome) == (CallbackState.FAILED, "interrupted")


@pytest.mark.parametrize("noted", [True, False])
def test_a_seat_that_is_lost(settings: Settings, db: Database, noted: bool) -> None:
    """The citizen is called again soon, whether the talk was noted or not."""
    ask(db)
    exchange = paper(settings)
    work(settings, exchange, 2)
    if noted:
        one_step(settings, db, exchange, MONDAY + timedelta(seconds=20))
        assert found(db).state == CallbackState.DONE
    exchange.loses_the_seat()
    one_step(settings, db, exchange, MONDAY + timedelta(seconds=40))
    assert (found(db).state, found(db).attempts) == (CallbackState.OPEN, 1)
    assert found(db).open_number == NUMBER
    finish(settings, exchange, begin=5)
    assert (found(db).state, found(db).attempts) == (CallbackState.DONE, 2)
    assert exchange.times("CALLBACKANSWERED") == 2


def test_who_asked_again_after_a_talk_is_called_once(settings: Settings, db: Database) -> None:
    ask(db)
    exchange = paper(settings)
    work(settings, exchange, 2)
    one_step(settings, db, exchange, MONDAY + timedelta(seconds=20))
    ask(db)
    exchange.loses_the_seat()
    work(settings, exchange, STEPS, begin=4)
    assert exchange.times("CALLBACKANSWERED") == 2
    with db.reading() as session:
        assert set(session.scalars(select(Callback.state))) == {CallbackState.DONE}
