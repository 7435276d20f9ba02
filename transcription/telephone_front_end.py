"""How telephone audio of 8 kHz reaches a model that was trained on 16 kHz.

A model of wideband speech never heard an empty band above 4 kHz, and proper resampling gives it just that.
Doubling by linear interpolation fills the band with the mirror image of the speech, and a little white noise
fills the rest. The noise only helps when it is faint beside the voice, so the voice is brought to one level
first. The figures are in docs/performance.md; ``bench/transcription`` measures them again.
"""

import numpy as np

from transcription import loudness
from transcription.audio import Audio, Samples

NOISE_SIGMA = 15.0
"""Standard deviation of the noise in 16-bit units, beside a voice of ``loudness.VOICE_LEVEL``."""
_SEED = 20160901  # any: the same recording always gives the same samples


def widen(audio: Audio, level: float = loudness.VOICE_LEVEL, sigma: float = NOISE_SIGMA) -> Audio:
    """Level the voice, double the sample rate by linear interpolation, add noise."""
    doubled = interpolate(loudness.levelled(audio, level).samples)
    noise = np.random.default_rng(_SEED).standard_normal(len(doubled), np.float32) * np.float32(sigma)
    samples = np.clip(np.rint(doubled + noise), -32768, 32767).astype(np.int16)
    return Audio(samples, audio.rate * 2)


def interpolate(samples: Samples) -> Samples:
    """Twice as many samples: each one, and after it the middle between it and the next."""
    doubled = np.repeat(samples, 2)
    doubled[1:-1:2] = (doubled[1:-1:2].astype(np.int32) + doubled[2::2]) // 2
    return doubled
