"""What callers do again and again, and where to look for what came of it."""

import time
import wave
from collections.abc import Callable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

import numpy as np
from sqlalchemy import select

from hotline.database import Database
from hotline.recordings import spool
from hotline.recordings.recordings import Recording, spoken_parts
from hotline.settings_file import PROJECT
from ivr.softphone.caller import Caller
from ivr.softphone.hearing import heard_prompts
from ivr.softphone.matching import likeness
from ivr.softphone.process import Dial
from ivr.softphone.report import numbers_heard
from ivr.softphone.sounds import SAMPLE_RATE, Audio, Prompt, load_prompts, read_audio
from tests.kit.instance import HotlineInstance

PROMPTS = load_prompts(PROJECT / "sounds")
STREET_LIGHT = PROJECT / "tests" / "asterisk" / "speech" / "street-light.wav"
PATIENCE = 30.0
VERY_QUIET, LOWEST = 39.0, 12.0
"""RMS in 16-bit units: a voice far from the telephone, and one that an idle line nearly drowns."""
FADES = 2.2
"""Seconds. The quiet part ends on a syllable, so it is known when the silence begins."""

Conversation = Callable[[Caller], None]


def part_of_speech(folder: Path, seconds: float, begin: float = 0.0) -> Path:
    """Some seconds of the speech, from ``begin`` on, as a WAV."""
    cut = folder / f"speech-{begin}-{seconds}.wav"
    with wave.open(str(STREET_LIGHT)) as whole, wave.open(str(cut), "wb") as part:
        part.setparams(whole.getparams())
        whole.setpos(int(begin * SAMPLE_RATE))
        part.writeframes(whole.readframes(int(seconds * SAMPLE_RATE)))
    return cut


def quieter(samples: Audio, rms: float) -> Audio:
    """The same speech, as quiet as that (16-bit units)."""
    return samples * np.float32(rms / np.sqrt((samples * samples).mean()))


def fading_speech(folder: Path) -> Path:
    """FADES seconds aloud, as many very quietly, and as many too low to be told from silence."""
    aloud, quiet, lowest = np.split(read_audio(STREET_LIGHT)[: 3 * int(FADES * SAMPLE_RATE)], 3)
    samples = np.concatenate([aloud, quieter(quiet, VERY_QUIET), quieter(lowest, LOWEST)])
    file = folder / "fading.wav"
    with wave.open(str(file), "wb") as sound:
        sound.setparams((1, 2, SAMPLE_RATE, 0, "NONE", ""))
        sound.writeframes(samples.astype("<i2").tobytes())
    return file


def hold_at_once(
    hotline: HotlineInstance, folder: Path, conversations: Mapping[str, Conversation]
) -> dict[str, Future[Caller]]:
    """Hold conversations at the same time, each from a number of its own."""

    def hold(conversation: Conversation, own_number: str, record_to: Path) -> Caller:
        dial = Dial(port=hotline.sip_port, own_number=own_number)
        with Caller(dial, PROMPTS, record_to) as caller:
            caller.is_answered(PATIENCE)
            conversation(caller)
        return caller

    with ThreadPoolExecutor(len(conversations)) as callers:
        return {
            name: callers.submit(hold, conversation, own_number(name), folder / f"{own_number(name)}.wav")
            for name, conversation in conversations.items()
        }


def own_number(name: str) -> str:
    """A telephone number for the caller of this name, no longer than the dialplan keeps any."""
    return "139" + "".join(f"{ord(letter) % 10}" for letter in name)[:15]


def go_to_the_tone(caller: Caller, *, language: str = "zh") -> None:
    """The quickest way to the tone: a key interrupts every prompt."""
    caller.begins_to_hear("welcome-closed", timeout=PATIENCE)
    if language == "en":
        caller.presses("9")
        caller.begins_to_hear("welcome-closed", timeout=PATIENCE)
    caller.presses("1")
    caller.begins_to_hear("message-ask", timeout=PATIENCE)
    caller.presses("1")
    caller.hears("beep", timeout=PATIENCE)


def hear_number(caller: Caller) -> str:
    """Hear the case number twice, and return it."""
    caller.begins_to_hear("goodbye-message", timeout=60)
    return number_heard(caller)


def number_heard(caller: Caller) -> str:
    """The case number that was heard; a busy machine may tear a digit of one of the two times."""
    [number] = set(numbers_heard(caller.heard()))
    return number


def recordings_from(hotline: HotlineInstance, caller_number: str) -> list[Recording]:
    """What was taken in from this caller."""
    with Database(hotline.settings.database_url).reading() as session:
        found = list(session.scalars(select(Recording).where(Recording.caller == caller_number)))
        session.expunge_all()
        return found


def recording_from(hotline: HotlineInstance, caller_number: str) -> Recording:
    """The one recording of this caller, waited for: it is taken in after the call."""
    give_up = time.monotonic() + PATIENCE
    while not (found := recordings_from(hotline, caller_number)) and time.monotonic() < give_up:
        time.sleep(0.2)
    [recording] = found
    return recording


def sound_of(hotline: HotlineInstance, recording: Recording) -> list[Audio]:
    """What is in force of a recording, part by part."""
    return [read_audio(hotline.settings.store_dir / part.store_key) for part in spoken_parts(recording)]


def says(recorded: Audio, speech: Path) -> bool:
    """Whether the recording holds a whole second of ``speech``, and not its first, as it was spoken.

    Which one does not matter: on a busy machine whoever speaks is late now and then, and that second is torn.
    """
    spoken = read_audio(speech)
    seconds = [spoken[begin : begin + SAMPLE_RATE] for begin in range(SAMPLE_RATE, len(spoken), SAMPLE_RATE)]
    whole = [each for each in seconds if len(each) == SAMPLE_RATE]
    return any(likeness(recorded, each).max(initial=0.0) > 0.9 for each in whole)


def hears(heard: Audio, speech: Path) -> bool:
    """Whether a telephone hears most of the second second of ``speech``: a busy machine may tear some."""
    sentence = Prompt("speech", "", _second_second(speech), 0.0)
    return any(each.whole for each in heard_prompts(heard, [sentence]))


def seconds_said(recorded: Audio, speech: Path) -> float:
    """How long the recording goes on after the beginning of ``speech`` in it."""
    begin = int(likeness(recorded, _second_second(speech)).argmax()) - SAMPLE_RATE
    return (len(recorded) - begin) / SAMPLE_RATE


def _second_second(speech: Path) -> Audio:
    return read_audio(speech)[SAMPLE_RATE : 2 * SAMPLE_RATE]


def wait_for_parts(hotline: HotlineInstance) -> list[spool.SpoolPart]:
    """What lies in the spool, waited for."""
    give_up = time.monotonic() + PATIENCE
    while not (calls := spool.calls(hotline.settings.spool_dir)) and time.monotonic() < give_up:
        time.sleep(0.1)
    return [part for parts in calls.values() for part in parts]
