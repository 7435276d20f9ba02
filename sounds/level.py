"""Telephone audio: 8 kHz, mono, 16 bit, evenly loud, with a short silence at both ends."""

import wave
from pathlib import Path
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

RATE = 8000
LOUDNESS = -19.0  # dBFS, RMS of the parts with speech
PEAK = -3.0  # dBFS; louder would distort in a gateway's A-law coder
EDGE = 0.08  # seconds of silence kept at both ends
FRAME = 0.02  # seconds
GATE = 30.0  # dB below the loudest frame is no longer speech
FAINT = 42.0  # dB below the loudest frame is silence

Samples = NDArray[np.float64]  # full scale is 1.0
Sound = TypeVar("Sound", NDArray[np.float64], NDArray[np.float32])


def decibels(power: float) -> float:
    return float(10 * np.log10(power + 1e-12))


def frame_powers(samples: NDArray[np.floating], rate: int = RATE) -> Samples:
    size = int(FRAME * rate)
    whole = len(samples) // size * size
    return np.asarray((samples[:whole].reshape(-1, size) ** 2).mean(axis=1))


def _spoken(powers: Samples, gate: float = GATE) -> NDArray[np.bool_]:
    return np.asarray(powers > powers.max() * 10 ** (-gate / 10))


def loudness(samples: Samples, rate: int = RATE) -> float:
    """RMS of the frames that hold speech, in dBFS."""
    powers = frame_powers(samples, rate)
    return decibels(float(powers[_spoken(powers)].mean()))


def peak(samples: Samples) -> float:
    """The highest sample, in dBFS."""
    return decibels(float(np.abs(samples).max() ** 2))


def trim(samples: Sound, rate: int = RATE) -> Sound:
    """Cut to the speech, leaving EDGE seconds of faded silence at both ends."""
    frames = np.flatnonzero(_spoken(frame_powers(samples, rate), FAINT))
    size, edge = int(FRAME * rate), int(EDGE * rate)
    start, end = int(frames[0]) * size - edge, (int(frames[-1]) + 1) * size + edge
    room = np.pad(samples, edge)[start + edge : end + edge].copy()  # the voice may start at the first sample
    fade = np.linspace(0, 1, edge // 2)
    room[: len(fade)] *= fade
    room[-len(fade) :] *= fade[::-1]
    return room


def limit(samples: Samples) -> Samples:
    """Bend peaks over smoothly, so that none exceeds PEAK."""
    knee, top = 10 ** ((PEAK - 4) / 20), 10 ** (PEAK / 20)
    over = np.maximum(np.abs(samples) - knee, 0)
    bent = knee + (top - knee) * np.tanh(over / (top - knee))
    return np.where(over > 0, np.sign(samples) * bent, samples)


def even(samples: Samples) -> Samples:
    """Bring 8 kHz speech to LOUDNESS, with no peak above PEAK."""
    for _ in range(3):  # limiting takes a little away, which the next round gives back
        samples = limit(samples * 10 ** ((LOUDNESS - loudness(samples)) / 20))
    return samples


def tone(hertz: float = 1000, seconds: float = 0.25, dbfs: float = -15) -> Samples:
    """A sine with soft edges; ``dbfs`` is its RMS."""
    time = np.arange(int(seconds * RATE)) / RATE
    edges = np.clip(np.minimum(time, seconds - time) / 0.01, 0, 1)
    return np.asarray(np.sqrt(2) * 10 ** (dbfs / 20) * np.sin(2 * np.pi * hertz * time) * edges)


def write(path: Path, samples: Samples) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes(np.round(samples * 32767).astype("<i2").tobytes())


def read(path: Path) -> Samples:
    """The samples of a prompt. Raises ValueError when it is not 8 kHz, mono, 16 bit."""
    with wave.open(str(path), "rb") as file:
        if file.getparams()[:3] != (1, 2, RATE):
            raise ValueError(f"{path}: must be mono, 16 bit, {RATE} Hz")
        return np.frombuffer(file.readframes(file.getnframes()), "<i2") / 32768
