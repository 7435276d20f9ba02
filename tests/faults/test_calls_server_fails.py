"""The FastAGI server fails while people telephone: nothing is lost, and nobody waits in silence.

Two hotlines at the same time: the server of one is killed, that of the other frozen, in the middle of calls.
"""

import signal
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor

import pytest

from ivr.softphone.caller import Caller
from ivr.softphone.hearing import longest_silence
from ivr.softphone.process import Dial
from tests.kit.conversations import (
    PATIENCE,
    PROMPTS,
    STREET_LIGHT,
    go_to_the_tone,
    hear_number,
    number_heard,
    own_number,
    recording_from,
    says,
    seconds_said,
    sound_of,
)
from tests.kit.instance import HotlineInstance, running

LONGEST_SILENCE = 5.0
SPOKEN = 3.0
FAULTS = {"killed": signal.SIGKILL, "frozen": signal.SIGSTOP}


@pytest.fixture(scope="module")
def hotlines(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, HotlineInstance]]:
    parts = ("asterisk", "agi", "clock")
    killed = running(tmp_path_factory.mktemp("killed"), parts, {})
    frozen = running(tmp_path_factory.mktemp("frozen"), parts, {})
    yield {"killed": next(killed), "frozen": next(frozen)}
    killed.close()
    frozen.close()


@pytest.fixture(scope="module")
def calls(
    hotlines: dict[str, HotlineInstance], tmp_path_factory: pytest.TempPathFactory
) -> dict[str, Future[Caller]]:
    """Who was recording, who was hearing a prompt, and who called just after, by the fault."""
    folder = tmp_path_factory.mktemp("heard")

    def call(name: str, conversation: Callable[[Caller], None]) -> Caller:
        dial = Dial(port=hotlines[name.split()[0]].sip_port, own_number=own_number(name))
        with Caller(dial, PROMPTS, folder / f"{name}.wav") as caller:
            caller.is_answered(PATIENCE)
            conversation(caller)
        return caller

    def fault(kind: str, callers: ThreadPoolExecutor) -> dict[str, Future[Caller]]:
        found: dict[str, Future[Caller]] = {}

        def strike(caller: Caller) -> None:
            go_to_the_tone(caller)
            found[f"{kind} prompt"] = callers.submit(call, f"{kind} prompt", hear_greeting)
            caller.begins_to_speak(STREET_LIGHT)
            caller.waits(SPOKEN / 2)
            hotlines[kind].signal("agi", FAULTS[kind])
            found[f"{kind} after"] = callers.submit(call, f"{kind} after", leave_message)
            caller.waits(SPOKEN / 2)
            caller.presses("#")
            be_resumed(caller)

        recording = callers.submit(call, f"{kind} recording", strike)
        recording.exception()
        return {f"{kind} recording": recording, **found}

    with ThreadPoolExecutor(8) as callers:
        found = [callers.submit(fault, kind, callers) for kind in FAULTS]
        return {name: each for kind in found for name, each in kind.result().items()}


def be_resumed(caller: Caller) -> None:
    caller.begins_to_hear("fault-apology", timeout=60)
    caller.begins_to_hear("message-kept", timeout=PATIENCE)
    hear_number(caller)
    assert caller.is_over() == "hotline"


def hear_greeting(caller: Caller) -> None:
    caller.hears("fault-apology", timeout=PATIENCE)
    leave_message(caller)


def leave_message(caller: Caller) -> None:
    go_to_the_tone(caller)
    caller.begins_to_speak(STREET_LIGHT)
    caller.waits(SPOKEN)
    caller.presses("#")
    caller.begins_to_hear("message-review", timeout=PATIENCE)
    caller.presses("1")
    hear_number(caller)


@pytest.mark.timeout(240)
@pytest.mark.parametrize("moment", ["recording", "prompt", "after"])
@pytest.mark.parametrize("kind", FAULTS)
def test_the_message_is_kept_and_nobody_waits_in_silence(
    kind: str, moment: str, hotlines: dict[str, HotlineInstance], calls: dict[str, Future[Caller]]
) -> None:
    caller = calls[f"{kind} {moment}"].result()
    recording = recording_from(hotlines[kind], own_number(f"{kind} {moment}"))
    assert recording.case_number == number_heard(caller)
    [sound] = sound_of(hotlines[kind], recording)
    assert says(sound, STREET_LIGHT)
    assert seconds_said(sound, STREET_LIGHT) >= SPOKEN - 0.3
    assert silence_of(caller) < LONGEST_SILENCE


def silence_of(caller: Caller) -> float:
    """The longest silence; while the caller spoke, the hotline had to be silent."""
    begin = caller.spoken[0].start
    return longest_silence(caller.audio(), [(begin, begin + SPOKEN)])
