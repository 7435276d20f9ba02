"""The outline of a sound, reckoned here so that the waveform is there at once and nothing is downloaded."""

from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from web.recording.sound import Sound

BARS = 600
_TYPES: dict[int, np.dtype[Any]] = {1: np.dtype("u1"), 2: np.dtype("<i2"), 4: np.dtype("<i4")}


@lru_cache(maxsize=64)
def outline(sound: Sound, bars: int = BARS) -> tuple[float, ...]:
    """The loudest sample of each of ``bars`` equal stretches, 0 … 1; fewer bars for a shorter sound."""
    frame = sound.format.channels * sound.format.width
    if sound.format.width not in _TYPES:
        return ()
    bar_bytes = max(1, -(-sound.data_bytes // frame // bars)) * frame
    loudest: list[float] = []
    for stretch in sound.stretches:
        samples = _samples(stretch.path, stretch.at, stretch.length, sound.format.width)
        step = bar_bytes // sound.format.width
        starts = np.arange(0, len(samples), step)
        loudest.extend(np.maximum.reduceat(samples, starts).tolist() if len(samples) else [])
    return tuple(round(each, 3) for each in loudest)


def _samples(path: Path, at: int, length: int, width: int) -> NDArray[np.float32]:
    raw = np.fromfile(path, dtype=_TYPES[width], offset=at, count=length // width).astype(np.float32)
    middle, full = (128.0, 128.0) if width == 1 else (0.0, float(2 ** (8 * width - 1)))
    loudness: NDArray[np.float32] = np.abs(raw - np.float32(middle)) / np.float32(full)
    return loudness
