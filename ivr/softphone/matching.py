"""Where a prompt is heard: normalised cross-correlation of short stretches of it with telephone audio."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from ivr.softphone.sounds import QUIET, SAMPLE_RATE, Audio, Prompt

OPENING = SAMPLE_RATE * 3 // 10
BLOCK = 16384  # samples correlated at once: small enough for the processor's cache
SURE = 0.85  # after A-law a prompt is 0.99 like itself; different speech stays below 0.8


def likeness(audio: Audio, pattern: Audio) -> Audio:
    """How like ``pattern`` the audio is, -1 to 1, at every place where it could begin."""
    places = len(audio) - len(pattern) + 1
    if places < 1:
        return np.zeros(0, np.float32)
    size = 1 << (len(audio) + len(pattern)).bit_length()
    products = np.fft.irfft(np.fft.rfft(audio, size) * np.conj(np.fft.rfft(pattern, size)), size)[:places]
    return np.asarray(products / (_loudness(audio, len(pattern)) * np.sqrt(np.sum(pattern**2))), np.float32)


def _loudness(audio: Audio, length: int) -> Audio:
    """The root of the energy of the ``length`` samples from every place on, never less than that of quiet."""
    energy = np.concatenate(([0.0], np.cumsum(audio.astype(np.float64) ** 2)))
    floor = length * QUIET**2  # else the quotient of two silences is anything
    return np.asarray(np.sqrt(np.maximum(energy[length:] - energy[:-length], floor)), np.float32)


@dataclass(frozen=True)
class Anchor:
    """A stretch of a prompt, ``offset`` samples from its beginning, by which it is found."""

    prompt: Prompt
    offset: int

    def spectrum(self) -> NDArray[np.complex64]:
        """What a block's spectrum is multiplied with."""
        pattern = self.prompt.audio[self.offset :][:OPENING]
        return np.conj(np.fft.rfft(_unit(pattern), BLOCK)).astype(np.complex64)


@lru_cache(maxsize=64)  # the same are looked for several times a second, and all of them take 40 MB
def _anchors(prompts: tuple[Prompt, ...]) -> tuple[list[Anchor], NDArray[np.complex64]]:
    """Two for each prompt, as packets may be lost and the jitter buffer may tear one; and their spectra."""
    anchors = [
        Anchor(prompt, offset)
        for prompt in prompts
        for offset in sorted({0, min(OPENING, max(0, len(prompt.audio) - OPENING))})
    ]
    return anchors, np.stack([anchor.spectrum() for anchor in anchors])


def find(audio: Audio, prompts: Iterable[Prompt]) -> list[tuple[Anchor, int]]:
    """Every anchor found, and the sample at which its prompt began (below 0: before the audio did)."""
    if not (prompts := tuple(prompts)):
        return []
    anchors, spectra = _anchors(prompts)
    padded = np.concatenate((audio, np.zeros(BLOCK, np.float32)))
    loudness = _loudness(padded, OPENING)
    found = []
    step = BLOCK - OPENING
    for begin in range(0, len(audio), step):
        block = padded[begin : begin + BLOCK]
        if len(block) < BLOCK or np.abs(block).max() < QUIET:
            continue
        like = np.fft.irfft(np.fft.rfft(block) * spectra, axis=1)[:, :step] / loudness[begin : begin + step]
        for number in np.flatnonzero(like.max(axis=1) >= SURE):
            anchor = anchors[number]
            found += [(anchor, begin + place - anchor.offset) for place in _peaks(like[number])]
    return found


def _peaks(like: Audio) -> list[int]:
    """Places above SURE, best first, none closer than OPENING to a better one."""
    peaks: list[int] = []
    for place in np.argsort(like)[::-1]:
        if like[place] < SURE:
            break
        if all(abs(int(place) - other) >= OPENING for other in peaks):
            peaks.append(int(place))
    return peaks


def _unit(pattern: Audio) -> Audio:
    """A pattern of OPENING samples and energy 1."""
    filled = np.pad(pattern, (0, OPENING - len(pattern)))
    return np.asarray(filled / np.sqrt(np.sum(filled**2)), np.float32)


def nearest(like: Audio, expected: int) -> int:
    """The place of the greatest likeness; of equal ones, as in a tone, the one nearest to ``expected``."""
    equal = np.flatnonzero(like > like.max() * 0.98)
    return int(equal[np.abs(equal - expected).argmin()])
