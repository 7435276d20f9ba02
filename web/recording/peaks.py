"""The outline of a sound, reckoned here so that the waveform is there at once and nothing is downloaded."""

from collections.abc import Iterator
from functools import lru_cache
from typing import Any

import numpy as np

from web.recording.sound import FileStretch, JoinedSound, MixedSides

BARS = 600
SEEN_OF_A_BAR = 1 << 17
"""Bytes. Up to 80 minutes at 8 kHz every sample is seen; of a longer sound, the beginning of each bar."""
_TYPES: dict[int, np.dtype[Any]] = {1: np.dtype("u1"), 2: np.dtype("<i2"), 4: np.dtype("<i4")}


@lru_cache(maxsize=64)
def outline(sound: JoinedSound, bars: int = BARS) -> tuple[float, ...]:
    """The loudest sample of each of ``bars`` equal stretches, 0 … 1; fewer bars for a shorter sound."""
    width, frame = sound.format.width, sound.format.channels * sound.format.width
    if width not in _TYPES:
        return ()
    bar_bytes = max(1, -(-sound.data_bytes // frame // bars)) * frame
    return tuple(
        _loudest(raw, width) for stretch in sound.stretches for raw in _beginnings(stretch, bar_bytes)
    )


def _beginnings(stretch: FileStretch | MixedSides, bar_bytes: int) -> Iterator[bytes]:
    """What is looked at of each bar; never more than one is in memory."""
    for begin in range(0, stretch.length, bar_bytes):
        yield stretch.read(begin, min(bar_bytes, SEEN_OF_A_BAR, stretch.length - begin))


def _loudest(raw: bytes, width: int) -> float:
    samples = np.frombuffer(raw[: len(raw) // width * width], dtype=_TYPES[width])
    if not len(samples):
        return 0.0
    middle = 128 if width == 1 else 0
    highest = max(int(samples.max()) - middle, middle - int(samples.min()))
    return round(highest / float(2 ** (8 * width - 1)), 3)
