"""Whose turn it is to be called back, and when nobody is."""

from datetime import timedelta
from typing import cast

import pytest
from sqlalchemy import select

from hotline.callbacks import callbacks
from hotline.callbacks.callbacks import Callback
from hotline.database import Database
from hotline.hours import hand_hours
from hotline.settings_file import Settings
from ivr.ami import Ami
from ivr.seats import callbacks as calling_back
from ivr.seats.callback_queue import ExchangeSnapshot, QueuePlace, most_at_once, place, turn
from tests.kit.callbacks import CHINA, MONDAY, NUMBER, ask, one_step
from tests.kit.paper_exchange import PaperExchange


def in_queue(*joined: int) -> list[QueuePlace]:
    return [QueuePlace(str(second), "", MONDAY + timedelta(seconds=second)) for second in joined]


@pytest.mark.parametrize(
    ("joined", "position"),
    [((), 1), ((5,), 2), ((15,), 1), ((5, 15), 2), ((5, 10), 3), ((20, 5), 1), ((1, 2, 3), 4)],
)
def test_the_place_in_the_queue(joined: tuple[int, ...], position: int) -> None:
    assert place(MONDAY + timedelta(seconds=10), in_queue(*joined)) == position


def test_whose_turn_it_is() -> None:
    first, second = Callback(id=1, call_id="1763885000.1"), Callback(id=2, call_id="1763885000.2")
    numbers = {1: "13800000001", 2: "13800000002"}

    def whose(calls: dict[str, str], callers: frozenset[str] = frozenset(), ours: int = 0) -> Callback | None:
        waiting = [QueuePlace(f"callback-{each}-1", "", MONDAY) for each in range(ours)]
        return turn([first, second], ExchangeSnapshot(calls, callers, waiting, 1), 1, numbers)

    assert whose({}) is first
    assert whose({"1763885000.1": ""}) is second  # still hears the number read
    assert whose({}, frozenset({"13800000001"})) is second  # calls again
    assert whose({}, ours=1) is None  # there is one seat


@pytest.mark.parametrize(
    ("seats", "queue_length", "most"), [(0, 30, 0), (4, 30, 4), (16, 30, 15), (16, 4, 2), (16, 1, 1)]
)
def test_callbacks_leave_room_for_callers(seats: int, queue_length: int, most: int) -> None:
    assert most_at_once(seats, queue_length) == most


def test_who_calls_meanwhile_is_not_called(settings: Settings, db: Database) -> None:
    exchange = PaperExchange(settings.state_dir / "asterisk" / "log", MONDAY)
    with db.writing() as session:
        ask(session)
    one_step(settings, db, exchange)
    assert len(exchange.calls()) == 1
    exchange.callers = (f"+86{NUMBER}",)
    one_step(settings, db, exchange, MONDAY + timedelta(seconds=1))
    assert exchange.calls() == {}
    for second in (10, 60):
        one_step(settings, db, exchange, MONDAY + timedelta(seconds=second))
    assert exchange.calls() == {}
    exchange.callers = ()
    one_step(settings, db, exchange, MONDAY + timedelta(seconds=70))
    assert len(exchange.calls()) == 1


def test_who_calls_meanwhile_and_withholds_the_number_is_not_called(settings: Settings, db: Database) -> None:
    """Whether the sweep has taken the number in or not; whether it was shown before or not."""
    exchange = PaperExchange(settings.state_dir / "asterisk" / "log", MONDAY)
    with db.writing() as session:
        callbacks.request(session, NUMBER, "1.1", "zh", MONDAY, MONDAY, CHINA, is_withheld=True)
    settings.spool_dir.mkdir(parents=True, exist_ok=True)
    on_the_line = settings.spool_dir / "1763885000.0.withheld"
    for second in (0, 70):
        one_step(settings, db, exchange, MONDAY + timedelta(seconds=second))
        assert len(exchange.calls()) == 1
        on_the_line.write_text(f"+86{NUMBER}")
        exchange.callers = ("",)
        for later in (1, 10, 60):  # what waits for a seat is taken out again
            one_step(settings, db, exchange, MONDAY + timedelta(seconds=second + later))
            assert exchange.calls() == {}
        exchange.callers = ()
    with db.writing() as session:
        callbacks.cancel(session, session.scalars(select(Callback.id)).one(), MONDAY)
        ask(session)
    exchange.callers = ("",)
    one_step(settings, db, exchange, MONDAY + timedelta(seconds=140))
    assert exchange.calls() == {}


class Listening:
    """An exchange that notes what it is asked, and has nothing to tell."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def listing(self, name: str, **_: str) -> list[dict[str, str]]:
        self.asked.append(name)
        return []


def test_by_night_the_exchange_is_left_alone(settings: Settings, db: Database) -> None:
    with db.writing() as session:
        ask(session)
    exchange = Listening()
    calling_back.step(settings, db, cast(Ami, exchange), MONDAY + timedelta(hours=10))
    assert exchange.asked == []


def test_only_while_the_line_is_open(settings: Settings, db: Database) -> None:
    exchange = PaperExchange(settings.state_dir / "asterisk" / "log", MONDAY)
    with db.writing() as session:
        ask(session)
    one_step(settings, db, exchange, MONDAY + timedelta(hours=10))
    assert exchange.calls() == {}
    with db.writing() as session:
        hand_hours.set_line(session, False, "training", MONDAY + timedelta(hours=1), None, MONDAY)
    one_step(settings, db, exchange, MONDAY + timedelta(minutes=1))
    assert exchange.calls() == {}
    one_step(settings, db, exchange, MONDAY + timedelta(minutes=90))
    assert [call["HOTLINE_CITIZEN"] for call in exchange.calls().values()] == [NUMBER]
    one_step(settings, db, exchange, MONDAY + timedelta(minutes=91))
    assert len(exchange.calls()) == 1
    one_step(settings, db, exchange, MONDAY + timedelta(hours=2))  # it closes at noon while one waits
    assert exchange.calls() == {}
