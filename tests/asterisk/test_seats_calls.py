"""By day a seat is rung, and the two hear each other; what they say is kept, each on a channel of its own."""

import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from hotline import spool
from ivr import ami, seats
from ivr.softphone_caller import Caller
from ivr.softphone_process import Dial
from tests.asterisk.conftest import running
from tests.asterisk.conversations import PATIENCE, PROMPTS, part_of_speech, says
from tests.asterisk.instance import HotlineInstance
from tests.asterisk.seats import SeatPhone, sign_in, states, until

RING_SECONDS = 5
OPEN = {
    "HOTLINE_HOURS__OVERRIDE": "open",
    "HOTLINE_SEATS__COUNT": "4",
    "HOTLINE_SEATS__RING_SECONDS": str(RING_SECONDS),
    "HOTLINE_SEATS__WRAP_UP_SECONDS": "2",
}


@pytest.fixture
def hotline(tmp_path_factory: pytest.TempPathFactory) -> Iterator[HotlineInstance]:
    yield from running(tmp_path_factory.mktemp("seats"), ("asterisk", "agi"), OPEN)


def calling(hotline: HotlineInstance, folder: Path, number: str = "13800001234") -> Caller:
    """A caller who has been answered."""
    caller = Caller(Dial(port=hotline.sip_port, own_number=number), PROMPTS, folder / f"{number}.wav")
    caller.is_answered(PATIENCE)
    return caller


def test_a_seat_and_a_caller_talk(hotline: HotlineInstance, tmp_path: Path) -> None:
    of_caller, of_agent = part_of_speech(tmp_path, 3.0), part_of_speech(tmp_path, 3.0, begin=4.0)
    sign_in(hotline, "seat01")
    with SeatPhone(hotline, "seat01", tmp_path) as seat, calling(hotline, tmp_path) as caller:
        caller.hears("welcome-open")
        seat.answers()
        caller.begins_to_speak(of_caller)
        seat.speaks(of_agent)
        caller.waits(1.0)
        assert says(caller.audio(), of_agent) and not says(caller.audio(), of_caller)
        assert says(seat.heard(), of_caller)
        assert states(hotline)["seat01"].state == "on a call"
        seat.hangs_up()
        assert caller.is_over() == "hotline"
        until(lambda: states(hotline)["seat01"].state == "wrap-up")
        until(lambda: states(hotline)["seat01"].state == "ready")
    parts = sorted(map(spool.parse, hotline.settings.spool_dir.glob("*.wav")), key=lambda part: part.number)
    assert [(part.number, part.caller, part.seat) for part in parts] == [
        (spool.CALLER_SIDE, "13800001234", "seat01"),
        (spool.AGENT_SIDE, "13800001234", "seat01"),
    ]


def test_a_message_while_waiting(hotline: HotlineInstance, tmp_path: Path) -> None:
    sign_in(hotline, "seat01")
    with SeatPhone(hotline, "seat01", tmp_path) as seat, calling(hotline, tmp_path) as caller:
        seat.does("ringing")
        caller.presses("1")
        caller.hears("beep", timeout=PATIENCE)
        assert seat.does("over")["by"] == "hotline"
        assert states(hotline)["seat01"].state == "ready"


def test_a_seat_that_does_not_answer_twice_is_paused(hotline: HotlineInstance, tmp_path: Path) -> None:
    sign_in(hotline, "seat01")
    with SeatPhone(hotline, "seat01", tmp_path) as seat, calling(hotline, tmp_path) as caller:
        caller.begins_to_hear("welcome-busy", timeout=PATIENCE + 2 * RING_SECONDS)
        assert seat.times("ringing") == 2
        paused = states(hotline)["seat01"]
        assert (paused.state, paused.reason) == ("paused", "no answer")
    with calling(hotline, tmp_path, "13800005678") as caller:
        caller.begins_to_hear("welcome-busy", timeout=PATIENCE)


def test_nobody_has_signed_in(hotline: HotlineInstance, tmp_path: Path) -> None:
    with SeatPhone(hotline, "seat01", tmp_path), calling(hotline, tmp_path) as caller:
        assert caller.begins_to_hear("welcome-open", "welcome-busy").key == "welcome-busy"


def test_a_seat_without_a_telephone_is_not_rung(hotline: HotlineInstance, tmp_path: Path) -> None:
    sign_in(hotline, "seat01")
    assert states(hotline)["seat01"].state == "no telephone"
    with calling(hotline, tmp_path) as caller:
        assert caller.begins_to_hear("welcome-open", "welcome-busy").key == "welcome-busy"


def test_who_is_signed_in_or_paused_survives_asterisk(hotline: HotlineInstance, tmp_path: Path) -> None:
    sign_in(hotline, "seat01", "seat02")
    with ami.current(hotline.settings) as connection:
        seats.pause(connection, hotline.settings, "seat02", "meal")
    with SeatPhone(hotline, "seat01", tmp_path) as seat:
        before = states(hotline)
        hotline.signal("asterisk", signal.SIGTERM)
        hotline.processes["asterisk"].wait()
        hotline.start("asterisk")
        until(lambda: states(hotline)["seat01"].state == "ready")
        after = states(hotline)
        assert {name: (each.state, each.reason) for name, each in after.items()} == {
            name: (each.state, each.reason) for name, each in before.items()
        }
        with calling(hotline, tmp_path):
            seat.answers()
