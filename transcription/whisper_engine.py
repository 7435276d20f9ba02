"""The optional second engine: Whisper, run by faster-whisper with weights of 8 bits.

Its telephone audio is levelled and resampled properly: the front-end of Vosk makes it hear no better.
"""

from importlib.metadata import version
from pathlib import Path

import av
import numpy as np
import numpy.typing as npt
from faster_whisper import WhisperModel
from opencc import OpenCC

from transcription import loudness
from transcription.audio import Audio
from transcription.draft import Draft, Word

NAME = "whisper"
_RATE = 16000


class WhisperEngine:
    """One model for each process: its threads do not survive a fork."""

    def __init__(self, directory: Path, threads: int = 2) -> None:
        self._model = WhisperModel(str(directory), device="cpu", compute_type="int8", cpu_threads=threads)
        self._name = directory.name
        self._spelt = OpenCC("t2s").convert  # it mixes traditional characters in; others have none of these

    def transcribe(self, audio: Audio, language: str = "zh") -> Draft:
        """Hear a message in ``language``.

        Silence is taken out first (voice activity detection), because Whisper invents text for it. There is
        no prompt, neither ours nor the sentence before: after short messages it makes Whisper repeat itself
        without end. The temperature is 0, so that the same recording always gives the same draft.
        """
        segments, _ = self._model.transcribe(
            resample(loudness.levelled(audio)),
            language=language,
            beam_size=5,
            temperature=0.0,
            repetition_penalty=1.1,
            word_timestamps=True,
            vad_filter=True,
            condition_on_previous_text=False,
        )
        words = tuple(
            Word(
                self._spelt(word.word.strip()),
                *(round(float(x), 3) for x in (word.start, word.end, word.probability)),
            )
            for segment in segments
            for word in segment.words or ()
        )
        settings: dict[str, str | float] = {
            "version": version("faster-whisper"),
            "compute_type": "int8",
            "language": language,
            "script": "t2s",
            "voice_level": loudness.VOICE_LEVEL,
        }
        return Draft(words, NAME, self._name, settings)


def resample(audio: Audio) -> npt.NDArray[np.float32]:
    """The audio at 16 kHz, from -1 to 1, with nothing above what it held before."""
    samples = audio.samples
    if audio.rate != _RATE and len(samples):
        resampler = av.AudioResampler(format="s16", layout="mono", rate=_RATE)
        frame = av.AudioFrame.from_ndarray(samples[np.newaxis, :], format="s16", layout="mono")
        frame.sample_rate = audio.rate
        frames = [*resampler.resample(frame), *resampler.resample(None)]
        samples = np.concatenate([samples[:0], *(each.to_ndarray()[0] for each in frames)])
    return samples.astype(np.float32) / np.float32(32768)
