"""Messages, left in every way there is, by callers who telephone at the same time."""

from collections.abc import Iterator
from concurrent.futures import Future
from pathlib import Path

import pytest

from ivr.softphone_caller import Caller
from ivr.softphone_hearing import Heard
from ivr.softphone_sounds import SAMPLE_RATE
from tests.asterisk.conftest import USUAL_PARTS, running
from tests.asterisk.conversations import (
    PATIENCE,
    go_to_the_tone,
    hear_number,
    hold_at_once,
    number_heard,
    own_number,
    part_of_speech,
    recording_from,
    recordings_from,
    says,
    seconds_said,
    sound_of,
)
from tests.asterisk.instance import HotlineInstance

SILENCE_SECONDS = 3
MAX_SECONDS = 10
SECONDS = 4.0
NEARLY = 0.3
"""Seconds by which a recording may differ from what was said."""

LIMITS = {
    "HOTLINE_MESSAGE__SILENCE_SECONDS": str(SILENCE_SECONDS),
    "HOTLINE_MESSAGE__MAX_SECONDS": str(MAX_SECONDS),
}


@pytest.fixture(scope="module")
def hotline(tmp_path_factory: pytest.TempPathFactory) -> Iterator[HotlineInstance]:
    yield from running(tmp_path_factory.mktemp("messages"), USUAL_PARTS, LIMITS)


@pytest.fixture(scope="module")
def speech(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return part_of_speech(tmp_path_factory.mktemp("speech"), SECONDS)


@pytest.fixture(scope="module")
def other_speech(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return part_of_speech(tmp_path_factory.mktemp("speech"), SECONDS, begin=8.0)


@pytest.fixture(scope="module")
def calls(
    hotline: HotlineInstance, speech: Path, other_speech: Path, tmp_path_factory: pytest.TempPathFactory
) -> dict[str, Future[Caller]]:
    """All the calls of this module, held at the same time. Each test looks at its own."""

    def with_pound(caller: Caller) -> None:
        caller.hears("english-offer", timeout=PATIENCE)
        caller.presses("1")
        caller.hears("message-ask", timeout=PATIENCE)
        caller.hears("beep", timeout=PATIENCE)
        caller.speaks(speech)
        caller.presses("#")
        caller.hears("message-review", timeout=PATIENCE)
        caller.presses("1")
        hear_number(caller)
        assert caller.is_over() == "hotline"

    def hang_up_mid_sentence(caller: Caller) -> None:
        go_to_the_tone(caller)
        caller.begins_to_speak(speech)
        caller.waits(SECONDS * 0.7)
        caller.hangs_up()

    def hang_up_in_the_tone(caller: Caller) -> None:
        caller.begins_to_hear("welcome-closed", timeout=PATIENCE)
        caller.presses("1")
        caller.begins_to_hear("message-ask", timeout=PATIENCE)
        caller.presses("1")
        caller.waits(0.1)
        caller.hangs_up()

    def silent(caller: Caller) -> None:
        go_to_the_tone(caller)
        caller.hears("heard-nothing-goodbye", timeout=60)
        assert caller.is_over() == "hotline"

    def listen_and_record_again(caller: Caller) -> None:
        go_to_the_tone(caller)
        caller.speaks(speech)
        caller.presses("#")
        caller.begins_to_hear("message-review", timeout=PATIENCE)
        caller.presses("2")
        caller.waits(SECONDS)
        caller.begins_to_hear("message-review", timeout=PATIENCE)
        caller.presses("3")
        caller.hears("beep", timeout=PATIENCE)
        caller.speaks(other_speech)
        caller.presses("#")
        caller.begins_to_hear("message-review", timeout=PATIENCE)
        caller.hangs_up()

    def add_more(caller: Caller) -> None:
        go_to_the_tone(caller)
        caller.speaks(speech)
        caller.presses("#")
        caller.begins_to_hear("message-review", timeout=PATIENCE)
        caller.presses("4")
        caller.begins_to_hear("message-ask-more", timeout=PATIENCE)
        caller.hears("beep", timeout=PATIENCE)
        caller.speaks(other_speech)
        caller.presses("#")
        caller.begins_to_hear("message-review", timeout=PATIENCE)
        caller.presses("1")
        caller.begins_to_hear("number-is", timeout=PATIENCE)
        caller.hangs_up()

    def in_english(caller: Caller) -> None:
        go_to_the_tone(caller, language="en")
        caller.speaks(speech)
        caller.hears("message-review", timeout=PATIENCE)  # silence ends the message, silence submits it
        hear_number(caller)
        assert caller.is_over() == "hotline"

    def too_long(caller: Caller) -> None:
        go_to_the_tone(caller)
        for _ in range(2):
            caller.speaks(speech)
        caller.begins_to_speak(speech)
        caller.hears("message-full", timeout=PATIENCE)
        caller.hangs_up()

    conversations = {
        each.__name__: each
        for each in (
            with_pound,
            hang_up_mid_sentence,
            hang_up_in_the_tone,
            silent,
            listen_and_record_again,
            add_more,
            in_english,
            too_long,
        )
    }
    return hold_at_once(hotline, tmp_path_factory.mktemp("heard"), conversations)


def keys(heard: list[Heard]) -> list[str]:
    return [one.key for one in heard if not one.key.startswith(("digit-", "silence-"))]


def test_a_message_ended_with_pound(
    hotline: HotlineInstance, calls: dict[str, Future[Caller]], speech: Path
) -> None:
    caller = calls["with_pound"].result()
    recording = recording_from(hotline, own_number("with_pound"))
    [sound] = sound_of(hotline, recording)
    assert says(sound, speech)
    assert seconds_said(sound, speech) == pytest.approx(SECONDS, abs=NEARLY)
    assert recording.seconds == pytest.approx(len(sound) / SAMPLE_RATE, abs=0.01)
    assert recording.case_number == number_heard(caller)
    assert keys(caller.heard()) == [
        "welcome-closed",
        "english-offer",
        "message-ask",
        "beep",
        "message-review",
        "number-is",
        "number-again",
        "goodbye-message",
    ]


def test_a_hang_up_mid_sentence_keeps_what_was_said(
    hotline: HotlineInstance, calls: dict[str, Future[Caller]], speech: Path
) -> None:
    caller = calls["hang_up_mid_sentence"].result()
    assert caller.ended
    said = caller.ended["at"] - caller.spoken[0].start
    recording = recording_from(hotline, own_number("hang_up_mid_sentence"))
    [sound] = sound_of(hotline, recording)
    assert says(sound, speech)
    assert seconds_said(sound, speech) == pytest.approx(said, abs=NEARLY)


def test_a_hang_up_in_the_tone_leaves_nothing(
    hotline: HotlineInstance, calls: dict[str, Future[Caller]]
) -> None:
    calls["hang_up_in_the_tone"].result()
    recordings = recordings_from(hotline, own_number("hang_up_in_the_tone"))
    assert all(recording.seconds < NEARLY for recording in recordings)


def test_silence_is_asked_for_three_times(hotline: HotlineInstance, calls: dict[str, Future[Caller]]) -> None:
    heard = keys(calls["silent"].result().heard())
    again = ["heard-nothing", "message-ask-again", "beep"]
    assert heard[-8:] == ["beep", *again, *again, "heard-nothing-goodbye"]


def test_recording_again_replaces_the_message(
    hotline: HotlineInstance, calls: dict[str, Future[Caller]], speech: Path, other_speech: Path
) -> None:
    caller = calls["listen_and_record_again"].result()
    assert says(caller.audio(), speech), "the caller heard the message played back"
    recording = recording_from(hotline, own_number("listen_and_record_again"))
    [sound] = sound_of(hotline, recording)
    assert says(sound, other_speech)
    assert seconds_said(sound, other_speech) == pytest.approx(SECONDS, abs=NEARLY)
    assert [part.replaced for part in recording.parts] == [True, False]


def test_adding_more_stays_one_message(
    hotline: HotlineInstance, calls: dict[str, Future[Caller]], speech: Path, other_speech: Path
) -> None:
    calls["add_more"].result()
    recording = recording_from(hotline, own_number("add_more"))
    first, second = sound_of(hotline, recording)
    assert seconds_said(first, speech) == pytest.approx(SECONDS, abs=NEARLY)
    assert seconds_said(second, other_speech) == pytest.approx(SECONDS, abs=NEARLY)
    assert recording.seconds == pytest.approx((len(first) + len(second)) / SAMPLE_RATE, abs=0.02)


def test_english_by_nine(hotline: HotlineInstance, calls: dict[str, Future[Caller]]) -> None:
    caller = calls["in_english"].result()
    recording = recording_from(hotline, own_number("in_english"))
    assert recording.language == "en"
    assert recording.case_number == number_heard(caller)
    after = [one for one in caller.heard() if one.key not in ("beep", "english-offer")][1:]
    assert {one.language for one in after if not one.key.startswith("silence-")} == {"en"}


def test_a_message_ends_at_the_limit(hotline: HotlineInstance, calls: dict[str, Future[Caller]]) -> None:
    calls["too_long"].result()
    recording = recording_from(hotline, own_number("too_long"))
    assert recording.seconds == pytest.approx(MAX_SECONDS, abs=NEARLY)
