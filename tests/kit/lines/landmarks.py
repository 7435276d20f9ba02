"""Prompts as a line hears them: one frame of each, by which it is known, and where that frame stands."""

import wave
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from tests.kit.lines.rtp import FRAME, FRAME_SECONDS

LOUD = 500
SEGMENT_ENDS = np.array([0x1F, 0x3F, 0x7F, 0xFF, 0x1FF, 0x3FF, 0x7FF])


@dataclass(frozen=True)
class Landmark:
    """The first frame of a prompt that is loud enough to be like no other, ``offset`` seconds into it."""

    frame: bytes
    offset: float


def coded(samples: NDArray[np.int16]) -> bytes:
    """16-bit samples in A-law (ITU-T G.711), as an exchange codes them."""
    value = samples.astype(np.int32) >> 3
    size = np.where(value < 0, -value - 1, value)
    segment = np.searchsorted(SEGMENT_ENDS, size)
    code = segment << 4 | (size >> np.maximum(segment, 1)) & 0xF
    return (code ^ np.where(value < 0, 0x55, 0xD5)).astype(np.uint8).tobytes()


def linear_samples(file: Path) -> NDArray[np.int16]:
    """The samples of a WAV of 16-bit mono at 8 kHz."""
    with wave.open(str(file)) as sound:
        return np.frombuffer(sound.readframes(sound.getnframes()), "<i2")


def linear_frames(file: Path) -> NDArray[np.int16]:
    """The same in whole frames of 20 ms, one a row."""
    samples = linear_samples(file)
    return samples[: len(samples) // FRAME * FRAME].reshape(-1, FRAME)


def a_law(file: Path) -> list[bytes]:
    """The same in A-law."""
    return [coded(frame) for frame in linear_frames(file)]


def landmark(file: Path) -> Landmark:
    """The landmark of a prompt."""
    frames = linear_frames(file)
    loudness = np.sqrt(np.mean(frames.astype(np.float64) ** 2, axis=1))
    first = int(np.flatnonzero(loudness > LOUD)[0])
    return Landmark(coded(frames[first]), first * FRAME_SECONDS)


def landmarks(folder: Path, keys: Iterable[str]) -> dict[str, Landmark]:
    """The landmarks of prompts, by key."""
    return {key: landmark(folder / f"{key}.wav") for key in keys}
