"""By day a seat is rung, and the two hear each other; what they say is kept, each on a channel of its own."""

import signal
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select

from hotline import sweep
from hotline.calls import Ending, SeatCall
from hotline.database import Database
from hotline.recordings import Kind, Recording, Speaker
from ivr import ami
from ivr.seats import members as seats
from ivr.seats import queue_log
from ivr.softphone.caller import Caller
from ivr.softphone.process import Dial
from ivr.softphone.sounds import SAMPLE_RATE, read_audio
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


def taken_in(hotline: HotlineInstance) -> Recording:
    """The call's recording, once the sweep finds that nobody writes to it any more."""
    db = Database(hotline.settings.database_url)
    until(lambda: sweep.sweep(hotline.settings, db, now=lambda: time.time() + sweep.QUIET_SECONDS))
    with db.reading() as session:
        [recording] = session.scalars(select(Recording))
        session.expunge_all()
        return recording


def told(hotline: HotlineInstance, call_id: str) -> SeatCall:
    """The call in the list of calls."""
    db = Database(hotline.settings.database_url)
    queue_log.read(hotline.settings, db)
    with db.reading() as session:
        return session.get_one(SeatCall, call_id)


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
    recording = taken_in(hotline)
    assert (recording.kind, recording.seat, recording.caller) == (Kind.CALL, "seat01", "13800001234")
    sides = {
        part.speaker: read_audio(hotline.settings.store_dir / part.store_key) for part in recording.parts
    }
    assert says(sides[Speaker.CALLER], of_caller) and not says(sides[Speaker.CALLER], of_agent)
    assert says(sides[Speaker.AGENT], of_agent) and not says(sides[Speaker.AGENT], of_caller)
    assert abs(len(sides[Speaker.CALLER]) - len(sides[Speaker.AGENT])) < SAMPLE_RATE
    call = told(hotline, recording.call_id)
    assert (call.seat, call.ending, bool(call.answered_at)) == ("seat01", Ending.ANSWERED, True)


def test_a_message_while_waiting(hotline: HotlineInstance, tmp_path: Path) -> None:
    sign_in(hotline, "seat01")
    with SeatPhone(hotline, "seat01", tmp_path) as seat, calling(hotline, tmp_path) as caller:
        caller.presses("0")
        seat.does("ringing")
        caller.presses("1")
        caller.begins_to_hear("message-ask", timeout=PATIENCE)
        caller.presses("1")
        caller.hears("beep", timeout=PATIENCE)
        assert seat.does("over")["by"] == "hotline"
        assert states(hotline)["seat01"].state == "ready"


def test_a_seat_that_does_not_answer_twice_is_paused(hotline: HotlineInstance, tmp_path: Path) -> None:
    sign_in(hotline, "seat01")
    with SeatPhone(hotline, "seat01", tmp_path) as seat, calling(hotline, tmp_path) as caller:
        caller.presses("0")
        caller.begins_to_hear("welcome-busy", timeout=PATIENCE + 2 * RING_SECONDS)
        assert seat.times("ringing") == 2
        paused = states(hotline)["seat01"]
        assert (paused.state, paused.reason) == ("paused", "no answer")
    with calling(hotline, tmp_path, "13800005678") as caller:
        caller.begins_to_hear("welcome-busy", timeout=PATIENCE)


def test_nobody_can_be_rung(hotline: HotlineInstance, tmp_path: Path) -> None:
    with SeatPhone(hotline, "seat01", tmp_path), calling(hotline, tmp_path) as caller:  # not signed in
        assert caller.begins_to_hear("welcome-open", "welcome-busy").key == "welcome-busy"
    sign_in(hotline, "seat02")  # without a telephone
    assert states(hotline)["seat02"].state == "no telephone"
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
