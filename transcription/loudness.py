"""Whether a recording holds any sound worth hearing."""

import numpy as np

from transcription.audio import Audio

AUDIBLE_LEVEL = 100.0
"""Root mean square in 16-bit units (-50 dB of full scale): a whisper on a poor line; hiss is below."""
AUDIBLE_SECONDS = 0.4
_FRAME_SECONDS = 0.02


def has_sound(audio: Audio) -> bool:
    """Whether at least ``AUDIBLE_SECONDS`` of it are louder than the hiss of a line."""
    levels = frame_levels(audio)
    return bool(np.count_nonzero(levels > AUDIBLE_LEVEL) * _FRAME_SECONDS >= AUDIBLE_SECONDS)


def frame_levels(audio: Audio) -> np.typing.NDArray[np.float32]:
    """Root mean square of each 20 ms, in 16-bit units; what is left at the end does not count."""
    frame = round(audio.rate * _FRAME_SECONDS)
    whole = len(audio.samples) // frame * frame
    power = np.square(audio.samples[:whole].astype(np.float32)).reshape(-1, frame).mean(axis=1)
    return np.asarray(np.sqrt(power), np.float32)
