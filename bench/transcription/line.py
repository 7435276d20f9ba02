"""A telephone line: what is left of a voice after 8 kHz and A-law, spoken loudly or quietly."""

import numpy as np

from hotline.recordings import g711
from transcription.audio import Audio

_LEVELS = np.sort(g711.from_alaw(bytes(range(256)))).astype(np.float32)
_BORDERS = (_LEVELS[1:] + _LEVELS[:-1]) / 2


def through(audio: Audio, decibels: float = 0.0) -> Audio:
    """The audio as it comes out of a line that clips what is too loud."""
    narrow = resampled(louder(audio, decibels), 8000)
    samples = _LEVELS[np.searchsorted(_BORDERS, narrow.samples)]
    return Audio(samples.astype(np.int16), 8000)


def louder(audio: Audio, decibels: float) -> Audio:
    """The audio raised or lowered, and clipped."""
    scaled = np.rint(audio.samples * 10 ** (decibels / 20))
    return Audio(np.clip(scaled, -32768, 32767).astype(np.int16), audio.rate)


def resampled(audio: Audio, rate: int) -> Audio:
    """The audio at another rate, with exactly the frequencies that both rates can hold (by Fourier)."""
    length = round(len(audio.samples) * rate / audio.rate)
    spectrum = np.fft.rfft(audio.samples)[: length // 2 + 1]
    samples = np.fft.irfft(spectrum, length) * (rate / audio.rate)
    return Audio(np.clip(np.rint(samples), -32768, 32767).astype(np.int16), rate)
