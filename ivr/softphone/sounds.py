"""Telephone audio and the prompts that may be heard in it: mono, 8000 samples a second, as float32 arrays."""

import wave
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

Audio = NDArray[np.float32]

SAMPLE_RATE = 8000
QUIET = 60.0  # 16-bit units: below this an A-law line carries nothing but its own noise
WAV_HEADER_BYTES = 44
SAMPLE_WIDTH = 2


@dataclass(frozen=True, eq=False)
class Prompt:
    """One prompt's audio, without the silence at both ends; ``lead`` seconds were taken off its beginning."""

    key: str
    language: str
    audio: Audio
    lead: float

    @property
    def seconds(self) -> float:
        return len(self.audio) / SAMPLE_RATE


def read_audio(file: Path) -> Audio:
    """The samples of a WAV of 16-bit mono at 8 kHz, even of one still being written. No file: no samples."""
    if not file.exists():
        return np.zeros(0, np.float32)
    samples = file.read_bytes()[WAV_HEADER_BYTES:]
    return np.frombuffer(samples[: len(samples) // 2 * 2], "<i2").astype(np.float32)


def recorded_seconds(file: Path) -> float:
    """The length of the same WAV."""
    size = file.stat().st_size if file.exists() else 0
    return max(0, size - WAV_HEADER_BYTES) / SAMPLE_WIDTH / SAMPLE_RATE


def load_prompts(
    sounds: Path, languages: Iterable[str] = ("zh", "en"), *, units: bool = False
) -> list[Prompt]:
    """Every prompt of ``sounds/<language>/``. One that two languages share belongs to the first.

    The names of the ``units`` are many, and nobody waits to hear one.
    """
    prompts: dict[bytes, Prompt] = {}
    for language in languages:
        for file in sorted((sounds / language).glob("**/*.wav" if units else "*.wav")):
            key = file.relative_to(sounds / language).with_suffix("").as_posix()
            prompt = _read_prompt(file, key, language)
            if len(prompt.audio):
                prompts.setdefault(prompt.audio.tobytes(), prompt)
    return list(prompts.values())


def _read_prompt(file: Path, key: str, language: str) -> Prompt:
    with wave.open(str(file), "rb") as sound:
        if (sound.getframerate(), sound.getnchannels(), sound.getsampwidth()) != (SAMPLE_RATE, 1, 2):
            raise ValueError(f"{file} is not 16-bit mono at 8 kHz")
        audio = np.frombuffer(sound.readframes(sound.getnframes()), "<i2").astype(np.float32)
    loud = np.flatnonzero(np.abs(audio) > QUIET)
    first, last = (int(loud[0]), int(loud[-1]) + 1) if len(loud) else (0, 0)
    return Prompt(key, language, audio[first:last], first / SAMPLE_RATE)
