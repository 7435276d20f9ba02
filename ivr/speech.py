"""How long somebody speaks in a recording, by its energy alone: enough to tell a message from silence."""

from pathlib import Path

import numpy as np

from ivr import wav_samples

FRAME_SECONDS = 0.02
OVER_NOISE = 3.0
"""A frame is speech from this many times the noise floor on (about 10 dB)."""
QUIETEST = 40.0
"""RMS in 16-bit units below which nothing is speech: an idle A-law line has 8, a whisper 50."""
LOUDEST_NOISE = 700.0
"""RMS above which a floor is taken for speech without a pause rather than for noise."""
FLOOR_PERCENTILE = 10
PAUSE_FRAMES = 15
"""A gap this short (0.3 s) between two words belongs to the speech."""


def speech_seconds(path: Path) -> float:
    """Seconds of speech in a WAV file; 0.0 for one that cannot be read, whatever is in it."""
    try:
        sound = wav_samples.read(path)
    except (wav_samples.NotReadable, OSError):
        return 0.0
    return _spoken_frames(sound.samples, int(sound.rate * FRAME_SECONDS)) * FRAME_SECONDS


def _spoken_frames(samples: "np.ndarray[tuple[int], np.dtype[np.int16]]", size: int) -> int:
    count = len(samples) // size
    if count == 0:
        return 0
    frames = samples[: count * size].reshape(count, size).astype(np.float32)
    energy = np.sqrt((frames * frames).mean(axis=1))
    floor = min(float(np.percentile(energy, FLOOR_PERCENTILE)), LOUDEST_NOISE / OVER_NOISE)
    loud = np.flatnonzero(energy >= max(QUIETEST, floor * OVER_NOISE))
    steps = np.diff(loud)
    return int(steps[steps <= PAUSE_FRAMES].sum() + (steps > PAUSE_FRAMES).sum()) + bool(len(loud))
