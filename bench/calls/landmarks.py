"""Prompts as a line hears them: one frame of each, by which it is known, and where that frame stands."""

import audioop
import wave
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from bench.calls.rtp import FRAME, FRAME_SECONDS

LOUD = 500


@dataclass(frozen=True)
class Landmark:
    """The first frame of a prompt that is loud enough to be like no other, ``offset`` seconds into it."""

    frame: bytes
    offset: float


def a_law(file: Path) -> list[bytes]:
    """A WAV of 16-bit mono at 8 kHz in A-law frames of 20 ms."""
    with wave.open(str(file)) as sound:
        linear = sound.readframes(sound.getnframes())
    coded = audioop.lin2alaw(linear, 2)
    return [coded[begin : begin + FRAME] for begin in range(0, len(coded) - FRAME + 1, FRAME)]


def landmark(file: Path) -> Landmark:
    """The landmark of a prompt."""
    frames = a_law(file)
    first = next(
        number for number, frame in enumerate(frames) if audioop.rms(audioop.alaw2lin(frame, 2), 2) > LOUD
    )
    return Landmark(frames[first], first * FRAME_SECONDS)


def landmarks(folder: Path, keys: Iterable[str]) -> dict[str, Landmark]:
    """The landmarks of prompts, by key."""
    return {key: landmark(folder / f"{key}.wav") for key in keys}
