"""The conversations that are measured."""

import asyncio
from dataclasses import dataclass, field

from bench.calls.hotline import SOUNDS, SPEECH
from bench.calls.landmarks import Landmark, a_law, landmarks
from bench.calls.line import Line

PATIENCE = 30.0
LISTENS = 1.0  # seconds a caller hears of a prompt before pressing a key
KEYS = ("welcome-closed", "message-ask", "beep", "message-review", "number-is")


@dataclass
class Voices:
    """What is heard and what is said."""

    prompts: dict[str, Landmark] = field(default_factory=lambda: landmarks(SOUNDS, KEYS))
    speech: list[bytes] = field(default_factory=lambda: a_law(SPEECH))


async def greet_and_record(line: Line, voices: Voices, frames: int) -> list[float]:
    """To the tone, and speak for so many frames. Returns the responses to the two keys, in seconds."""
    await line.hears(voices.prompts["welcome-closed"], PATIENCE)
    responses = []
    for following in ("message-ask", "beep"):
        await asyncio.sleep(LISTENS)
        responses.append(await _response(line, "1", voices.prompts[following]))
    await line.speaks(voices.speech[:frames])
    return responses


async def leave_message(line: Line, voices: Voices, frames: int) -> list[float]:
    """The same, then ``#``, and submit after the menu: three responses, and the call's end by the hotline."""
    responses = await greet_and_record(line, voices, frames)
    responses.append(await _response(line, "#", voices.prompts["message-review"]))
    await asyncio.sleep(LISTENS)
    await line.presses("1")
    await line.hears(voices.prompts["number-is"], PATIENCE)
    await asyncio.wait_for(line.over.wait(), 3 * PATIENCE)
    return responses


async def _response(line: Line, key: str, following: Landmark) -> float:
    """Seconds from a key's release to the beginning of the prompt that follows."""
    hearing = asyncio.create_task(line.hears(following, PATIENCE))
    await asyncio.sleep(0)
    released = await line.presses(key)
    return await hearing - released
