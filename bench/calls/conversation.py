"""The conversations that are measured."""

import asyncio
from dataclasses import dataclass, field

from bench.calls.hotline import SOUNDS, SPEECH
from tests.kit.lines.landmarks import Landmark, a_law, landmarks
from tests.kit.lines.line import SipLine

PATIENCE = 30.0
LISTENS = 1.0  # seconds a caller hears of a prompt before pressing a key, and is silent before "#"
TONE_SECONDS = 0.25
KEYS = ("welcome-closed", "message-ask", "beep", "message-review", "number-is")


@dataclass
class Voices:
    """What is heard and what is said."""

    prompts: dict[str, Landmark] = field(default_factory=lambda: landmarks(SOUNDS, KEYS))
    speech: list[bytes] = field(default_factory=lambda: a_law(SPEECH))


async def greet_and_record(line: SipLine, voices: Voices, frames: int) -> dict[str, float]:
    """To the tone, and from its end on speak for so many frames.

    Returns the responses to the two keys, in seconds, by the prompt that followed.
    """
    await line.hears(voices.prompts["welcome-closed"], PATIENCE)
    responses = {}
    for following in ("message-ask", "beep"):
        await asyncio.sleep(LISTENS)
        responses[following] = await _response(line, "1", voices.prompts[following])
    await asyncio.sleep(TONE_SECONDS)
    await line.speaks(voices.speech[:frames])
    return responses


async def leave_message(line: SipLine, voices: Voices, frames: int) -> dict[str, float]:
    """The same, then ``#``, and submit after the menu: four responses, and the call's end by the hotline."""
    responses = await greet_and_record(line, voices, frames)
    for key, following in (("#", "message-review"), ("1", "number-is")):
        await asyncio.sleep(LISTENS)
        responses[following] = await _response(line, key, voices.prompts[following])
    await asyncio.wait_for(line.over.wait(), 3 * PATIENCE)
    return responses


async def _response(line: SipLine, key: str, following: Landmark) -> float:
    """Seconds from a key's release to the beginning of the prompt that follows."""
    hearing = asyncio.create_task(line.hears(following, PATIENCE))
    await asyncio.sleep(0)
    released = await line.presses(key)
    return await hearing - released
