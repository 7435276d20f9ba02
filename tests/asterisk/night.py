"""One busy night: every way to leave a message, ten callers more, and those who ask, all at the same time."""

import subprocess
from collections.abc import Iterator
from concurrent.futures import Future
from functools import partial
from pathlib import Path

import pytest

from hotline.running.processes import HOTLINE
from hotline.settings_file import PROJECT
from ivr.softphone.caller import Caller
from tests.asterisk import cases
from tests.kit.conversations import (
    PATIENCE,
    Conversation,
    fading_speech,
    go_to_the_tone,
    hear_number,
    hold_at_once,
    part_of_speech,
)
from tests.kit.instance import HotlineInstance

COMMAND_NUMBER = "13877776666"
SECONDS = 4.0
SILENCE_SECONDS = 3
MAX_SECONDS = 10
LIMITS = {
    "HOTLINE_MESSAGE__SILENCE_SECONDS": str(SILENCE_SECONDS),
    "HOTLINE_MESSAGE__MAX_SECONDS": str(MAX_SECONDS),
}
SENTENCES = {  # any speech will do, if each is another
    f"caller {index}": PROJECT / "sounds" / "en" / f"{key}.wav"
    for index, key in enumerate(
        (
            "enquiry-ask",
            "enquiry-too-many",
            "enquiry-unavailable",
            "case-state-registered",
            "case-state-received",
            "case-state-no-content",
            "heard-nothing-goodbye",
            "number-later",
            "message-ask-more",
            "offer-message",
        )
    )
}


def with_pound(caller: Caller, speech: Path, other_speech: Path) -> None:
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


def hang_up_mid_sentence(caller: Caller, speech: Path, other_speech: Path) -> None:
    go_to_the_tone(caller)
    caller.begins_to_speak(speech)
    caller.waits(SECONDS * 0.7)
    caller.hangs_up()


def silent(caller: Caller, speech: Path, other_speech: Path) -> None:
    go_to_the_tone(caller)
    caller.hears("heard-nothing-goodbye", timeout=60)
    assert caller.is_over() == "hotline"


def fading(caller: Caller, speech: Path, other_speech: Path) -> None:
    go_to_the_tone(caller)
    caller.begins_to_speak(fading_speech(caller.record_to.parent))
    caller.begins_to_hear("message-review", timeout=PATIENCE)
    caller.hangs_up()


def listen_and_record_again(caller: Caller, speech: Path, other_speech: Path) -> None:
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


def add_more(caller: Caller, speech: Path, other_speech: Path) -> None:
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


def in_english(caller: Caller, speech: Path, other_speech: Path) -> None:
    go_to_the_tone(caller, language="en")
    caller.speaks(speech)
    caller.presses("5")  # ends nothing
    caller.hears("message-review", timeout=PATIENCE)  # silence ends the message, silence submits it
    hear_number(caller)
    assert caller.is_over() == "hotline"


def too_long(caller: Caller, speech: Path, other_speech: Path) -> None:
    go_to_the_tone(caller)
    for _ in range(2):
        caller.speaks(speech)
    caller.begins_to_speak(speech)
    caller.begins_to_hear("message-full", timeout=PATIENCE)
    caller.hangs_up()


def one_of_ten(caller: Caller, sentence: Path) -> None:
    go_to_the_tone(caller)
    caller.speaks(sentence)
    caller.presses("#")
    caller.begins_to_hear("message-review", timeout=PATIENCE)
    caller.presses("1")
    hear_number(caller)


WAYS = (
    with_pound,
    hang_up_mid_sentence,
    silent,
    fading,
    listen_and_record_again,
    add_more,
    in_english,
    too_long,
)


@pytest.fixture(scope="session")
def night_hotline(tmp_path_factory: pytest.TempPathFactory) -> Iterator[HotlineInstance]:
    """A hotline with short limits."""
    instance = HotlineInstance(tmp_path_factory.mktemp("night"), LIMITS)
    try:
        instance.start("asterisk", "agi")
        yield instance
    finally:
        instance.stop()


@pytest.fixture(scope="session")
def speech(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What callers say first."""
    return part_of_speech(tmp_path_factory.mktemp("speech"), SECONDS)


@pytest.fixture(scope="session")
def other_speech(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What callers say when they speak again."""
    return part_of_speech(tmp_path_factory.mktemp("speech"), SECONDS, begin=8.0)


@pytest.fixture(scope="session")
def case_numbers(night_hotline: HotlineInstance) -> dict[str, str]:
    """The number of a case in each state."""
    return cases.in_each_state(night_hotline)


@pytest.fixture(scope="session")
def commands(
    night_hotline: HotlineInstance, case_numbers: dict[str, str], speech: Path
) -> dict[str, "subprocess.Popen[str]"]:
    """Two ``hotline call``, begun: one leaves a message, one asks for a case."""
    return {
        "leave": begin_command(night_hotline, "--wav", str(speech)),
        "ask": begin_command(night_hotline, "--keys", f"2,{case_numbers['accepted']}#", "--json"),
    }


def begin_command(hotline: HotlineInstance, *options: str) -> "subprocess.Popen[str]":
    command = [HOTLINE, "call", "--caller", COMMAND_NUMBER, *options]
    pipe = subprocess.PIPE
    return subprocess.Popen(command, env=hotline.environment, stdout=pipe, stderr=pipe, text=True)


@pytest.fixture(scope="session")
def night(
    night_hotline: HotlineInstance,
    case_numbers: dict[str, str],
    commands: dict[str, "subprocess.Popen[str]"],
    speech: Path,
    other_speech: Path,
    tmp_path_factory: pytest.TempPathFactory,
) -> dict[str, Future[Caller]]:
    """All the calls, over. Each test looks at its own."""
    conversations: dict[str, Conversation] = {
        each.__name__: partial(each, speech=speech, other_speech=other_speech) for each in WAYS
    }
    conversations |= cases.calls(night_hotline, case_numbers)
    conversations |= {name: partial(one_of_ten, sentence=each) for name, each in SENTENCES.items()}
    return hold_at_once(night_hotline, tmp_path_factory.mktemp("heard"), conversations)
