"""Messages, left in every way there is, by callers who telephone at the same time."""

from concurrent.futures import Future
from pathlib import Path

import pytest

from ivr.softphone.caller import Caller
from ivr.softphone.hearing import HeardPrompt
from ivr.softphone.sounds import SAMPLE_RATE
from tests.asterisk.night import MAX_SECONDS, SECONDS, SILENCE_SECONDS
from tests.kit.conversations import (
    FADES,
    hears,
    number_heard,
    own_number,
    recording_from,
    says,
    seconds_said,
    sound_of,
)
from tests.kit.instance import HotlineInstance

CUT_AT_THE_END = 0.25
"""Seconds that Asterisk takes off when a key or silence ends a recording, for the sound of the key."""
NEARLY = 0.3
"""Seconds by which a recording may differ from what was said."""

pytestmark = pytest.mark.timeout(240)  # whichever comes first waits for the whole night


def keys(heard: list[HeardPrompt]) -> list[str]:
    return [one.key for one in heard if not one.key.startswith(("digit-", "silence-"))]


def test_a_message_ended_with_pound(
    night_hotline: HotlineInstance, night: dict[str, Future[Caller]], speech: Path
) -> None:
    caller = night["with_pound"].result()
    recording = recording_from(night_hotline, own_number("with_pound"))
    [sound] = sound_of(night_hotline, recording)
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
    night_hotline: HotlineInstance, night: dict[str, Future[Caller]], speech: Path
) -> None:
    caller = night["hang_up_mid_sentence"].result()
    assert caller.ended
    said = caller.ended["at"] - caller.spoken[0].start
    recording = recording_from(night_hotline, own_number("hang_up_mid_sentence"))
    [sound] = sound_of(night_hotline, recording)
    assert says(sound, speech)
    assert seconds_said(sound, speech) == pytest.approx(said, abs=NEARLY)


def test_silence_is_asked_for_three_times(
    night_hotline: HotlineInstance, night: dict[str, Future[Caller]]
) -> None:
    heard = keys(night["silent"].result().heard())
    again = ["heard-nothing", "message-ask-again", "beep"]
    assert heard[-8:] == ["beep", *again, *again, "heard-nothing-goodbye"]


def test_a_voice_that_fades_away_is_kept_to_the_end_of_the_silence(
    night_hotline: HotlineInstance, night: dict[str, Future[Caller]], speech: Path
) -> None:
    """A very quiet voice is no silence, and what is taken for silence is kept, too."""
    night["fading"].result()
    [sound] = sound_of(night_hotline, recording_from(night_hotline, own_number("fading")))
    said = 2 * FADES + SILENCE_SECONDS
    assert seconds_said(sound, speech) == pytest.approx(said - CUT_AT_THE_END, abs=NEARLY)


def test_recording_again_replaces_the_message(
    night_hotline: HotlineInstance, night: dict[str, Future[Caller]], speech: Path, other_speech: Path
) -> None:
    caller = night["listen_and_record_again"].result()
    assert hears(caller.audio(), speech), "the caller heard the message played back"
    recording = recording_from(night_hotline, own_number("listen_and_record_again"))
    [sound] = sound_of(night_hotline, recording)
    assert says(sound, other_speech)
    assert seconds_said(sound, other_speech) == pytest.approx(SECONDS, abs=NEARLY)
    assert [part.replaced for part in recording.parts] == [True, False]


def test_adding_more_stays_one_message(
    night_hotline: HotlineInstance, night: dict[str, Future[Caller]], speech: Path, other_speech: Path
) -> None:
    night["add_more"].result()
    recording = recording_from(night_hotline, own_number("add_more"))
    first, second = sound_of(night_hotline, recording)
    assert seconds_said(first, speech) == pytest.approx(SECONDS, abs=NEARLY)
    assert seconds_said(second, other_speech) == pytest.approx(SECONDS, abs=NEARLY)
    assert recording.seconds == pytest.approx((len(first) + len(second)) / SAMPLE_RATE, abs=0.02)


def test_english_by_nine(night_hotline: HotlineInstance, night: dict[str, Future[Caller]]) -> None:
    caller = night["in_english"].result()
    recording = recording_from(night_hotline, own_number("in_english"))
    assert recording.language == "en"
    assert recording.seconds > SECONDS + 1, "no key but # ends a message"
    assert recording.case_number == number_heard(caller)
    after = [one for one in caller.heard() if one.key not in ("beep", "english-offer")][1:]
    assert {one.language for one in after if not one.key.startswith("silence-")} == {"en"}


def test_a_message_ends_at_the_limit(
    night_hotline: HotlineInstance, night: dict[str, Future[Caller]]
) -> None:
    night["too_long"].result()
    recording = recording_from(night_hotline, own_number("too_long"))
    assert recording.seconds == pytest.approx(MAX_SECONDS, abs=NEARLY)
