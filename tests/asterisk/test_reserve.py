"""The last rung: Asterisk alone takes the message when nothing of ours can be started."""

import re
import resource
import wave
from collections.abc import Iterator
from pathlib import Path

import pytest

from hotline import spool
from hotline.settings import PROJECT
from ivr.softphone_caller import Caller
from ivr.softphone_process import Dial
from ivr.softphone_sounds import load_prompts
from tests.asterisk.instance import HotlineInstance

LONG_SPEECH = PROJECT / "tests" / "asterisk" / "speech" / "street-light.wav"
SPOKEN_SECONDS = 3
PROMPTS = load_prompts(PROJECT / "sounds")
SILENCE_SECONDS = 3


@pytest.fixture(scope="module")
def reserve(tmp_path_factory: pytest.TempPathFactory) -> Iterator[HotlineInstance]:
    """An instance without a FastAGI server and without a Python to run the script with."""
    extra = {"HOTLINE_MESSAGE__SILENCE_SECONDS": str(SILENCE_SECONDS)}
    instance = HotlineInstance(tmp_path_factory.mktemp("reserve"), extra)
    try:
        instance.start("asterisk")
        take_python_away(instance)
        yield instance
    finally:
        instance.stop()


def take_python_away(instance: HotlineInstance) -> None:
    dialplan = instance.state_dir / "asterisk" / "etc" / "extensions.conf"
    dialplan.write_text(re.sub(r"AGI\(/[^,]*python[^,]*,", "AGI(/nowhere/python,", dialplan.read_text()))
    instance.console("dialplan reload")
    assert "/nowhere/python" in instance.console("dialplan show script")


@pytest.fixture
def speech(tmp_path: Path) -> Path:
    """The first words of the message."""
    with wave.open(str(LONG_SPEECH)) as long, wave.open(str(tmp_path / "speech.wav"), "wb") as short:
        short.setparams(long.getparams())
        short.writeframes(long.readframes(SPOKEN_SECONDS * long.getframerate()))
    return tmp_path / "speech.wav"


@pytest.fixture
def caller(reserve: HotlineInstance, tmp_path: Path) -> Iterator[Caller]:
    for file in reserve.settings.spool_dir.iterdir():
        file.unlink()
    with Caller(Dial(port=reserve.sip_port), PROMPTS, tmp_path / "heard.wav") as caller:
        caller.is_answered()
        yield caller


def recorded(instance: HotlineInstance) -> list[Path]:
    return sorted(instance.settings.spool_dir.glob("*.wav"))


def test_a_message_is_kept_with_the_callers_digits(
    reserve: HotlineInstance, caller: Caller, speech: Path
) -> None:
    caller.hears("fault-message-ask", timeout=25)
    caller.hears("fault-message-ask", timeout=25)  # the second time in English
    caller.hears("beep")
    caller.speaks(speech)
    caller.presses("#")
    caller.hears("fault-message-kept")
    assert caller.is_over() == "hotline"
    [file] = recorded(reserve)
    part = spool.parse(file)
    assert (part.number, part.caller) == (90, "13800001234")
    with wave.open(str(file)) as kept:
        assert (kept.getframerate(), kept.getsampwidth(), kept.getnchannels()) == (8000, 2, 1)
        assert kept.getnframes() / 8000 > SPOKEN_SECONDS - 0.3


def test_a_key_ends_the_prompt(reserve: HotlineInstance, caller: Caller) -> None:
    caller.waits(1.0)
    caller.presses("5")
    assert caller.hears("beep", timeout=3.0)


def test_a_hang_up_keeps_what_was_said(reserve: HotlineInstance, caller: Caller, speech: Path) -> None:
    caller.waits(0.5)
    caller.presses("1")
    caller.hears("beep")
    caller.begins_to_speak(speech)
    caller.waits(2.0)
    caller.hangs_up()
    [file] = wait_for_end(reserve)
    with wave.open(str(file)) as kept:
        assert kept.getnframes() / 8000 > 1.5


def wait_for_end(instance: HotlineInstance) -> list[Path]:
    """The recordings, once Asterisk has no call any more."""
    while "0 active calls" not in instance.console("core show calls"):
        pass
    return recorded(instance)


def test_a_silent_caller_is_asked_once_more(reserve: HotlineInstance, caller: Caller) -> None:
    caller.waits(0.5)
    caller.presses("1")
    caller.hears("heard-nothing", timeout=SILENCE_SECONDS + 10)
    caller.begins_to_hear("fault-message-ask")
    caller.presses("1")
    caller.hears("heard-nothing-goodbye", timeout=SILENCE_SECONDS + 10)
    assert caller.is_over() == "hotline"
    assert [spool.parse(file).number for file in recorded(reserve)] == [90, 91]


def test_a_full_disk_is_said(reserve: HotlineInstance, caller: Caller, speech: Path) -> None:
    asterisk = reserve.processes["asterisk"].pid
    before = resource.prlimit(asterisk, resource.RLIMIT_FSIZE)
    resource.prlimit(asterisk, resource.RLIMIT_FSIZE, (44, before[1]))  # room for a WAV header only
    try:
        caller.waits(0.5)
        caller.presses("1")
        caller.hears("beep")
        caller.begins_to_speak(speech)
        caller.hears("cannot-record")
    finally:
        resource.prlimit(asterisk, resource.RLIMIT_FSIZE, before)
