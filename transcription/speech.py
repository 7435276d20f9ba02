"""Where somebody speaks in a recording, whichever engine transcribes it.

By Silero's voice activity detection (MIT), which comes with faster-whisper; Whisper listens by it, too.
Music, tones, keys, traffic and hum are no speech to it, while energy alone takes each of them for a voice. It
is given levelled sound as the engines are, and is asked for less certainty than Whisper asks of it (0.5):
what Whisper does not listen to because of it would else be missing here as well.
"""

from importlib.util import find_spec

import numpy as np
import numpy.typing as npt

from transcription import loudness
from transcription.audio import Audio
from transcription.intervals import Interval

CERTAINTY = 0.3
PAUSE_SECONDS = 0.3
"""A gap this short between two words belongs to the speech."""
SHORTEST_SECONDS = 0.1
PADDING_SECONDS = 0.2
"""Before and after: it hears a soft beginning late, and a person who listens wants to hear it."""
ECHO = 0.03
"""Of its own voice (30 dB below): so faint in one side of a talk is the other side, or a room behind."""
_AT_ONCE_SECONDS = 600
"""A long call is looked at in pieces, so that it takes no more memory than a message."""


def is_known() -> bool:
    """Whether the detector is installed here; without faster-whisper nobody knows where there is speech."""
    return find_spec("faster_whisper") is not None


def intervals(audio: Audio) -> list[Interval]:
    """Where there is speech, in order; nothing where the detector is not installed."""
    if not is_known():
        return []
    samples, step = loudness.levelled(audio).samples, _AT_ONCE_SECONDS * audio.rate
    found: list[Interval] = []
    for at in range(0, len(samples), step):
        begin = at / audio.rate
        piece = _in_piece(Audio(samples[at : at + step], audio.rate))
        found += [Interval(begin + each.start, begin + each.end) for each in piece]
    return found


def without_echo(audio: Audio, found: list[Interval]) -> list[Interval]:
    """Those of the intervals in which this side of a talk speaks itself. A message has no other side."""
    levels, least = loudness.frame_levels(audio), ECHO * loudness.voice_level(audio)
    return [each for each in found if _level(levels, each) >= least]


def _level(levels: npt.NDArray[np.float32], within: Interval) -> float:
    first, stop = (round(second / loudness.FRAME_SECONDS) for second in within)
    frames = levels[first:stop]
    return float(np.sqrt(np.square(frames).mean())) if len(frames) else 0.0


def _in_piece(audio: Audio) -> list[Interval]:
    from faster_whisper.vad import VadOptions, get_speech_timestamps

    from transcription.resampling import RATE, resample

    options = VadOptions(
        threshold=CERTAINTY,
        min_speech_duration_ms=round(SHORTEST_SECONDS * 1000),
        min_silence_duration_ms=round(PAUSE_SECONDS * 1000),
        speech_pad_ms=round(PADDING_SECONDS * 1000),
    )
    found = get_speech_timestamps(resample(audio), options, RATE)
    return [Interval(each["start"] / RATE, min(each["end"] / RATE, audio.seconds)) for each in found]
