"""A callback is promised when it is committed, and not before; and only to whom it can be kept."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from hotline.callbacks import callbacks
from hotline.callbacks.callbacks import Callback
from ivr.call import CallOutcome
from tests.dialogues.night import NOW, Night
from tests.dialogues.scripted import GOLDEN, read

PAPER = read(GOLDEN / "callback.zh.txt")
OFFER, CHOICE, TOLD = PAPER.lines


def noted(night: Night) -> list[Callback]:
    with night.db.reading() as session:
        return list(session.scalars(select(Callback).order_by(Callback.id)))


@pytest.fixture
def day(night: Night) -> Night:
    """Somebody who waits in office hours has pressed 1."""
    for what in PAPER.given:
        night.given(what)
    return night


@pytest.mark.thorough
def test_a_hang_up_loses_no_callback_that_was_spoken_of(day: Night) -> None:
    steps = day.call(PAPER.lines).steps
    for step in range(1, steps + 1):
        before = len(noted(day))
        line = day.call(PAPER.lines, hang_up_at=step, caller=f"139{step:08}")
        assert (len(noted(day)) > before) == (CHOICE in line.written)
        assert day.outcome == (CallOutcome.CALLBACK if CHOICE in line.written else None)


@pytest.mark.parametrize("caller", ["", "110", "anonymous", "0013800001234"])
def test_no_offer_to_whom_nobody_can_call(day: Night, caller: str) -> None:
    assert OFFER not in " ".join(day.call([], caller=caller).written)


@pytest.mark.parametrize("state", ["closed", "open"])
def test_no_offer_where_nothing_leads_out_or_the_line_is_closed(night: Night, state: str) -> None:
    night.given(state)
    night.given("pressed 1 while waiting")
    if state == "closed":
        night.given("callbacks are possible")
    assert OFFER not in " ".join(night.call([]).written)


def test_it_keeps_the_place_of_the_call(day: Night) -> None:
    day.joined_at = NOW - timedelta(minutes=4)
    day.call(PAPER.lines, caller="+8613800001234")
    [callback] = noted(day)
    assert (callback.number, callback.joined_at, callback.language) == ("13800001234", day.joined_at, "zh")
    assert callback.next_attempt_at == NOW


def test_who_withholds_the_number_keeps_it_apart(day: Night) -> None:
    day.withheld = "+8613800001234"
    line = day.call(PAPER.lines, caller="")
    assert line.written == PAPER.lines
    [callback] = noted(day)
    assert callback.number == ""
    with day.db.reading() as session:
        assert callbacks.dialled(session, callback, day.settings.callback.numbers) == "13800001234"
