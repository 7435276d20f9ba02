"""Telephone audio at the rate of models that were trained on wideband speech. Needs the extra ``whisper``."""

import av
import numpy as np
import numpy.typing as npt

from transcription.audio import Audio

RATE = 16000

Sound = npt.NDArray[np.float32]


def resample(audio: Audio) -> Sound:
    """The audio at 16 kHz, from -1 to 1, with nothing above what it held before."""
    samples = audio.samples
    if audio.rate != RATE and len(samples):
        resampler = av.AudioResampler(format="s16", layout="mono", rate=RATE)
        frame = av.AudioFrame.from_ndarray(samples[np.newaxis, :], format="s16", layout="mono")
        frame.sample_rate = audio.rate
        frames = [*resampler.resample(frame), *resampler.resample(None)]
        samples = np.concatenate([samples[:0], *(each.to_ndarray()[0] for each in frames)])
    return samples.astype(np.float32) / np.float32(32768)
