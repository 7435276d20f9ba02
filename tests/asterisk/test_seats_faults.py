"""By day parts fail while people talk and wait: every caller gets a person or a recording."""

import signal
from pathlib import Path

import pytest

from ivr import ami
from ivr.seats import members as seats
from tests.asterisk.day import calling
from tests.asterisk.reserve import without_python
from tests.kit.conversations import PATIENCE, part_of_speech
from tests.kit.instance import HotlineInstance
from tests.kit.seats import SeatPhone, assert_they_talk, given_up_after, seats_command, sign_in, states, until


def both_say(folder: Path) -> tuple[Path, Path]:
    """What the caller says, and what the agent."""
    return part_of_speech(folder, 3.0), part_of_speech(folder, 3.0, begin=4.0)


def test_the_server_dies_while_a_caller_waits(day: HotlineInstance, tmp_path: Path) -> None:
    sign_in(day, "seat01")
    with SeatPhone(day, "seat01", tmp_path) as seat, calling(day, tmp_path, "13800000001") as waiting:
        seat.does("ringing")
        day.stop_part("agi")
        seat.answers_ringing()
        assert_they_talk(waiting, seat, *both_say(tmp_path))


def test_the_script_and_the_dialplan_alone_ring_the_seats(day: HotlineInstance, tmp_path: Path) -> None:
    sign_in(day, "seat01")
    day.stop_part("agi")
    with SeatPhone(day, "seat01", tmp_path) as seat:
        with calling(day, tmp_path, "13800000000") as first:  # the script does what the server did
            first.begins_to_hear("welcome-open", timeout=PATIENCE)
            first.presses("0")
            seat.does("ringing")
        seat.does("over")
        with without_python(day):
            with calling(day, tmp_path, "13800000001") as first:
                seat.answers()
                assert_they_talk(first, seat, *both_say(tmp_path), call=2)
            seat.does("over")
            with calling(day, tmp_path, "13800000002") as second:
                seat.does("ringing")
                second.presses("1")
                second.begins_to_hear("fault-message-ask", timeout=PATIENCE)


@pytest.mark.parametrize("seconds", [3, 12])
def test_a_telephone_pulled_out_in_a_call(day: HotlineInstance, tmp_path: Path, seconds: int) -> None:
    """Given up before and after Asterisk has learned that it cannot be reached."""
    with given_up_after(day, seconds):
        assert_another_seat_answers(day, tmp_path)


def assert_another_seat_answers(day: HotlineInstance, tmp_path: Path) -> None:
    sign_in(day, "seat01", "seat02")
    first, other = SeatPhone(day, "seat01", tmp_path), SeatPhone(day, "seat02", tmp_path)
    with first, other, calling(day, tmp_path) as caller:
        caller.presses("0")
        until(lambda: first.times("ringing") or other.times("ringing"))
        gone, left = (first, other) if first.times("ringing") else (other, first)
        gone.answers()
        gone.speaks(part_of_speech(tmp_path, 2.0, begin=8.0))  # until the two are connected
        gone.pulled_out()
        caller.hears("fault-apology", timeout=PATIENCE)
        left.answers()
        assert_they_talk(caller, left, *both_say(tmp_path))


def test_a_call_goes_on_without_the_pages_and_what_follows_the_seats(
    day: HotlineInstance, tmp_path: Path
) -> None:
    day.start("web", "seats")
    sign_in(day, "seat01")
    with SeatPhone(day, "seat01", tmp_path, answers=True) as seat, calling(day, tmp_path) as caller:
        caller.presses("0")
        seat.does("recording")
        day.stop_part("web")
        day.stop_part("seats")
        assert_they_talk(caller, seat, *both_say(tmp_path))


def test_who_is_signed_in_or_paused_survives_asterisk(day: HotlineInstance, tmp_path: Path) -> None:
    sign_in(day, "seat01", "seat02")
    with ami.current(day.settings) as connection:
        seats.pause(connection, day.settings, "seat02", "meal")
    with SeatPhone(day, "seat01", tmp_path) as seat:
        before = states(day)
        day.signal("asterisk", signal.SIGTERM)
        day.processes["asterisk"].wait()
        assert "is it running?" in seats_command(day, "list")
        day.start("asterisk")
        until(lambda: states(day)["seat01"].state == "ready")
        after = states(day)
        assert {name: (each.state, each.reason) for name, each in after.items()} == {
            name: (each.state, each.reason) for name, each in before.items()
        }
        with calling(day, tmp_path):
            seat.answers()
