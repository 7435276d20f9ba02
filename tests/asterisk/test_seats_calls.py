"""By day a seat is rung, and the two hear each other; what they say is kept, each on a channel of its own."""

import json
import time
from datetime import UTC, datetime
from pathlib import Path

from hotline.calls.calls import CallEnding, CallRecord
from hotline.database import Database
from hotline.intake import sweep
from hotline.recordings.recordings import Recording, RecordingKind, Speaker
from ivr import ami
from ivr.seats import members, queue_log
from ivr.softphone.caller import Caller
from ivr.softphone.sounds import SAMPLE_RATE, read_audio
from tests.asterisk.day import RING_SECONDS, calling
from tests.asterisk.night import begin_command
from tests.kit.conversations import PATIENCE, hears, part_of_speech, recordings_from, says
from tests.kit.instance import HotlineInstance
from tests.kit.seats import SeatPhone, assert_they_talk, sign_in, states, until

NUMBER = "13800001234"


def taken_in(hotline: HotlineInstance) -> Recording:
    """The call's recording, once the sweep finds that nobody writes to it any more."""
    db = Database(hotline.settings.database_url)
    until(lambda: sweep.sweep(hotline.settings, db, now=lambda: time.time() + sweep.QUIET_SECONDS))
    [recording] = recordings_from(hotline, NUMBER)
    return recording


def told(hotline: HotlineInstance, call_id: str) -> CallRecord:
    """The call in the list of calls."""
    db = Database(hotline.settings.database_url)
    queue_log.read(hotline.settings, db)
    with db.reading() as session:
        return session.get_one(CallRecord, call_id)


def test_a_seat_and_a_caller_talk(day: HotlineInstance, tmp_path: Path) -> None:
    of_caller, of_agent = part_of_speech(tmp_path, 3.0), part_of_speech(tmp_path, 3.0, begin=4.0)
    sign_in(day, "seat01")
    with SeatPhone(day, "seat01", tmp_path) as seat, calling(day, tmp_path) as caller:
        caller.hears("welcome-open")
        seat.answers()
        assert_they_talk(caller, seat, of_caller, of_agent)
        assert not hears(caller.audio(), of_caller)
        assert states(day)["seat01"].state == "on a call"
        seat.hangs_up()
        until(lambda: states(day)["seat01"].state == "wrap-up")
        assert caller.is_over() == "hotline"
        until(lambda: states(day)["seat01"].state == "ready")
    recording = taken_in(day)
    assert (recording.kind, recording.seat, recording.caller) == (RecordingKind.CALL, "seat01", NUMBER)
    sides = {part.speaker: read_audio(day.settings.store_dir / part.store_key) for part in recording.parts}
    assert says(sides[Speaker.CALLER], of_caller) and not says(sides[Speaker.CALLER], of_agent)
    assert says(sides[Speaker.AGENT], of_agent) and not says(sides[Speaker.AGENT], of_caller)
    assert abs(len(sides[Speaker.CALLER]) - len(sides[Speaker.AGENT])) < SAMPLE_RATE
    call = told(day, recording.call_id)
    assert (call.seat, call.ending, bool(call.answered_at)) == ("seat01", CallEnding.ANSWERED, True)


def test_the_command_talks_to_who_answers(day: HotlineInstance, tmp_path: Path) -> None:
    sign_in(day, "seat01")
    with SeatPhone(day, "seat01", tmp_path) as seat:
        calling = begin_command(day, "--wav", str(speech := part_of_speech(tmp_path, 3.0)), "--json")
        seat.answers()
        until(lambda: hears(seat.heard(), speech))
        seat.hangs_up()
        told, problem = calling.communicate(timeout=3 * PATIENCE)  # it is asked twice
    assert calling.returncode == 0, problem
    assert "satisfaction-ask" in [heard["key"] for heard in json.loads(told)["heard"]]


def test_a_message_while_waiting(day: HotlineInstance, tmp_path: Path) -> None:
    sign_in(day, "seat01")
    with SeatPhone(day, "seat01", tmp_path) as seat, calling(day, tmp_path) as caller:
        caller.presses("0")
        seat.does("ringing")
        caller.presses("1")
        caller.begins_to_hear("message-ask", timeout=PATIENCE)
        caller.presses("1")
        caller.hears("beep", timeout=PATIENCE)
        assert seat.does("over")["by"] == "hotline"
        assert states(day)["seat01"].state == "ready"


def test_a_seat_that_does_not_answer_twice_is_paused(day: HotlineInstance, tmp_path: Path) -> None:
    sign_in(day, "seat01")
    with SeatPhone(day, "seat01", tmp_path) as seat, calling(day, tmp_path) as caller:
        caller.presses("0")
        caller.begins_to_hear("welcome-busy", timeout=PATIENCE + 2 * RING_SECONDS)
        assert seat.times("ringing") == 2
        paused = states(day)["seat01"]
        assert (paused.state, paused.reason) == ("paused", "no answer")
    with calling(day, tmp_path, "13800005678") as caller:
        caller.begins_to_hear("welcome-busy", timeout=PATIENCE)


UNAVAILABLE = "5"
"""``AST_DEVICE_UNAVAILABLE`` of ``include/asterisk/devicestate.h``."""


def device_state(day: HotlineInstance, seat: str) -> str:
    """What the queue knows of the telephones of a seat."""
    with ami.current(day.settings) as connection:
        return members.ask(connection, datetime.now(UTC)).members[seat].status


def is_told_that_all_are_busy(caller: Caller) -> bool:
    """By the whole greeting: they all begin alike."""
    greeting = caller.next_question(("welcome-open", "welcome-busy"), PATIENCE)
    return greeting is not None and greeting.key == "welcome-busy"


def test_nobody_can_be_rung(day: HotlineInstance, tmp_path: Path) -> None:
    with SeatPhone(day, "seat01", tmp_path), calling(day, tmp_path) as caller:  # not signed in
        assert is_told_that_all_are_busy(caller)
    sign_in(day, "seat02")  # without a telephone
    assert states(day)["seat02"].state == "no telephone"
    until(lambda: device_state(day, "seat02") == UNAVAILABLE)  # unknown in its first moment
    with calling(day, tmp_path) as caller:
        assert is_told_that_all_are_busy(caller)
