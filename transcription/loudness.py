"""How loud a recording is: whether there is any sound in it, and bringing the voice to one level."""

import numpy as np
import numpy.typing as npt

from transcription.audio import Audio

AUDIBLE_LEVEL = 100.0
"""Root mean square in 16-bit units (-50 dB of full scale): a whisper on a poor line; hiss is below."""
AUDIBLE_SECONDS = 0.4
VOICE_LEVEL = 3000.0
"""Root mean square of the voice in 16-bit units that the engines are given."""
LARGEST_GAIN = 16.0
"""24 dB, for the quietest callers; more would turn the hum of an empty line into a voice."""
FRAME_SECONDS = 0.02
_VOICED_SHARE = 0.4


def has_sound(audio: Audio) -> bool:
    """Whether at least ``AUDIBLE_SECONDS`` of it are louder than the hiss of a line."""
    return bool(np.count_nonzero(frame_levels(audio) > AUDIBLE_LEVEL) * FRAME_SECONDS >= AUDIBLE_SECONDS)


def levelled(audio: Audio, level: float = VOICE_LEVEL) -> Audio:
    """The audio with its voice brought to ``level``; clipped where a crack is much louder than the voice."""
    gain = np.float32(min(level / max(voice_level(audio), 1.0), LARGEST_GAIN))
    samples = np.clip(np.rint(audio.samples * gain), -32768, 32767)
    return Audio(samples.astype(np.int16), audio.rate)


def voice_level(audio: Audio) -> float:
    """Root mean square, in 16-bit units, of the loudest frames, which are taken to be the voice."""
    levels = np.sort(frame_levels(audio))
    if not len(levels):
        return 0.0
    loudest = levels[-max(1, round(len(levels) * _VOICED_SHARE)) :]
    return float(np.sqrt(np.square(loudest).mean()))


def frame_levels(audio: Audio) -> npt.NDArray[np.float32]:
    """Root mean square of each 20 ms, in 16-bit units; what is left at the end does not count."""
    frame = round(audio.rate * FRAME_SECONDS)
    whole = len(audio.samples) // frame * frame
    power = np.square(audio.samples[:whole].astype(np.float32)).reshape(-1, frame).mean(axis=1)
    return np.asarray(np.sqrt(power), np.float32)
