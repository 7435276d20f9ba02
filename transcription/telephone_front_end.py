"""How telephone audio of 8 kHz reaches a model that was trained on 16 kHz.

A model of wideband speech never heard an empty band above 4 kHz, and proper resampling gives it just that.
Doubling by linear interpolation fills the band with the mirror image of the speech, and a little white noise
fills the rest; so few parts of the spectrum are left that the model knows nothing of. The noise only helps
when it is faint beside the voice, so the voice is brought to one level first. The figures are in
docs/performance.md; ``bench/transcription`` measures them again.
"""

import numpy as np
import numpy.typing as npt

from transcription.audio import Audio, Samples
from transcription.loudness import frame_levels

VOICE_LEVEL = 5500.0
"""Root mean square of the voice, in 16-bit units; see ``voice_level``."""
NOISE_SIGMA = 30.0
"""Standard deviation of the noise, in 16-bit units."""
LARGEST_GAIN = 16.0
"""24 dB: the quietest callers; more would turn the hum of an empty line into a voice."""
_VOICED_SHARE = 0.4
_SEED = 20160901  # any: the same recording must always give the same draft


def widen(audio: Audio, level: float = VOICE_LEVEL, sigma: float = NOISE_SIGMA) -> Audio:
    """Double the sample rate by linear interpolation, level the voice and add noise."""
    doubled = interpolate(audio.samples) * gain(audio, level)
    noise = np.random.default_rng(_SEED).standard_normal(len(doubled), dtype=np.float32) * np.float32(sigma)
    samples = np.clip(np.rint(doubled + noise), -32768, 32767).astype(np.int16)
    return Audio(samples, audio.rate * 2)


def interpolate(samples: Samples) -> npt.NDArray[np.float32]:
    """Twice as many samples: each one, and after it the middle between it and the next."""
    doubled = np.repeat(samples.astype(np.float32), 2)
    doubled[1:-1:2] = (doubled[1:-1:2] + doubled[2::2]) / 2
    return doubled


def gain(audio: Audio, level: float) -> np.float32:
    """The factor that brings the voice to ``level``."""
    return np.float32(min(level / max(voice_level(audio), 1.0), LARGEST_GAIN))


def voice_level(audio: Audio) -> float:
    """Root mean square, in 16-bit units, of the loudest frames, which are taken to be the voice."""
    levels = np.sort(frame_levels(audio))
    if not len(levels):
        return 0.0
    loudest = levels[-max(1, round(len(levels) * _VOICED_SHARE)) :]
    return float(np.sqrt(np.square(loudest).mean()))
