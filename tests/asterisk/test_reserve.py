"""The last rung: Asterisk alone takes the message when nothing of ours can be started."""

import resource
import wave
from collections.abc import Iterator
from concurrent.futures import Future
from pathlib import Path

import pytest

from hotline.recordings import spool
from ivr.softphone.caller import Caller
from ivr.softphone.process import Dial
from tests.asterisk.reserve import without_python
from tests.kit.conversations import PATIENCE, PROMPTS, STREET_LIGHT, hold_at_once, own_number, part_of_speech
from tests.kit.instance import HotlineInstance
from tests.kit.seats import until

SPOKEN_SECONDS = 3
SILENCE_SECONDS = 3


@pytest.fixture(scope="module")
def reserve(tmp_path_factory: pytest.TempPathFactory) -> Iterator[HotlineInstance]:
    """An instance without a FastAGI server and without a Python to run the script with."""
    extra = {"HOTLINE_MESSAGE__SILENCE_SECONDS": str(SILENCE_SECONDS)}
    instance = HotlineInstance(tmp_path_factory.mktemp("reserve"), extra)
    try:
        instance.start("asterisk")
        with without_python(instance):
            yield instance
    finally:
        instance.stop()


def to_the_tone(caller: Caller) -> None:
    caller.waits(1.0)
    caller.presses("5")
    caller.hears("beep", timeout=PATIENCE)


def listens_to_the_end(caller: Caller) -> None:
    caller.hears("fault-message-ask", timeout=PATIENCE)
    caller.hears("fault-message-ask", timeout=PATIENCE)  # the second time in English
    caller.hears("beep", timeout=PATIENCE)
    caller.speaks(part_of_speech(caller.record_to.parent, SPOKEN_SECONDS))
    caller.presses("#")
    caller.hears("fault-message-kept", timeout=PATIENCE)
    assert caller.is_over() == "hotline"


def hangs_up_in_mid_sentence(caller: Caller) -> None:
    to_the_tone(caller)
    caller.begins_to_speak(STREET_LIGHT)
    caller.waits(2.0)
    caller.hangs_up()


def says_nothing(caller: Caller) -> None:
    to_the_tone(caller)
    caller.hears("heard-nothing", timeout=SILENCE_SECONDS + PATIENCE)
    caller.begins_to_hear("fault-message-ask", timeout=PATIENCE)
    caller.presses("1")
    caller.hears("heard-nothing-goodbye", timeout=SILENCE_SECONDS + PATIENCE)
    assert caller.is_over() == "hotline"


CALLS = {each.__name__: each for each in (listens_to_the_end, hangs_up_in_mid_sentence, says_nothing)}


@pytest.fixture(scope="module")
def calls(reserve: HotlineInstance, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Future[Caller]]:
    """All at the same time, and over."""
    return hold_at_once(reserve, tmp_path_factory.mktemp("heard"), CALLS)


def recorded(instance: HotlineInstance, name: str) -> list[Path]:
    """What this caller has left, once Asterisk has no call any more."""
    until(instance.nobody_calls)
    return sorted(instance.settings.spool_dir.glob(f"*+{own_number(name)}.wav"))


def test_a_message_is_kept_with_the_callers_digits(
    reserve: HotlineInstance, calls: dict[str, Future[Caller]]
) -> None:
    calls["listens_to_the_end"].result()
    [file] = recorded(reserve, "listens_to_the_end")
    assert spool.parse(file).number == 90
    with wave.open(str(file)) as kept:
        assert (kept.getframerate(), kept.getsampwidth(), kept.getnchannels()) == (8000, 2, 1)
        assert kept.getnframes() / 8000 > SPOKEN_SECONDS - 0.3


def test_a_key_ends_the_prompt_and_a_hang_up_keeps_what_was_said(
    reserve: HotlineInstance, calls: dict[str, Future[Caller]]
) -> None:
    calls["hangs_up_in_mid_sentence"].result()
    [file] = recorded(reserve, "hangs_up_in_mid_sentence")
    with wave.open(str(file)) as kept:
        assert kept.getnframes() / 8000 > 1.5


def test_a_silent_caller_is_asked_once_more(
    reserve: HotlineInstance, calls: dict[str, Future[Caller]]
) -> None:
    calls["says_nothing"].result()
    assert [spool.parse(file).number for file in recorded(reserve, "says_nothing")] == [90, 91]


def test_a_full_disk_is_said(reserve: HotlineInstance, tmp_path: Path) -> None:
    asterisk = reserve.processes["asterisk"].pid
    before = resource.prlimit(asterisk, resource.RLIMIT_FSIZE)
    with Caller(Dial(port=reserve.sip_port), PROMPTS, tmp_path / "heard.wav") as caller:
        caller.is_answered()
        resource.prlimit(asterisk, resource.RLIMIT_FSIZE, (44, before[1]))  # room for a WAV header only
        try:
            to_the_tone(caller)
            caller.begins_to_speak(STREET_LIGHT)
            assert caller.hears("cannot-record", timeout=PATIENCE)
        finally:
            resource.prlimit(asterisk, resource.RLIMIT_FSIZE, before)
