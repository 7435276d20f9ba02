"""The optional second engine: Whisper, run by faster-whisper with weights of 8 bits.

Its telephone audio is levelled and resampled properly: the front-end of Vosk makes it hear no better.
"""

from collections.abc import Mapping
from importlib.metadata import version
from pathlib import Path
from typing import Any

import ctranslate2
import numpy as np
import numpy.typing as npt
from faster_whisper import WhisperModel
from faster_whisper.transcribe import Segment
from faster_whisper.vad import VadOptions, get_speech_timestamps
from opencc import OpenCC

from transcription import loudness, passages, windows
from transcription.audio import Audio
from transcription.draft import Draft, Word
from transcription.intervals import Interval
from transcription.resampling import RATE, Sound, resample
from transcription.whisper_output import Passage, Window

NAME = "whisper"
_VOICE = VadOptions(
    min_silence_duration_ms=500, speech_pad_ms=200, max_speech_duration_s=windows.LONGEST_SECONDS
)
_TOKENS, _TOKENS_A_SECOND = 30, 15
"""What the fastest speaker needs; an engine that repeats itself without end is stopped there."""
_MOST_TOKENS = 440
"""What the model has room for at once, beside its own marks."""


class WhisperEngine:
    """One model for each process: its threads do not survive a fork."""

    def __init__(self, directory: Path, threads: int = 2) -> None:
        self._model = _Model(str(directory), device="cpu", compute_type="int8", cpu_threads=threads)
        self._name = directory.name
        self._spelt = OpenCC("t2s").convert  # it mixes traditional characters in; others have none of these

    def transcribe(self, audio: Audio, language: str = "zh") -> Draft:
        """Hear a message in ``language``.

        Whisper is given the stretches with a voice (voice activity detection) and no silence, because it
        invents text for that; what it left without words is heard again by itself. There is no prompt,
        neither ours nor the sentence before: after short messages it makes Whisper repeat itself without
        end. The temperature is 0, so that the same recording always gives the same draft.
        """
        sound = resample(loudness.levelled(audio))
        voiced = [
            Interval(each["start"] / RATE, each["end"] / RATE)
            for each in get_speech_timestamps(sound, _VOICE)
        ]
        heard: list[Window] = []
        for longest, least in windows.ROUNDS:
            covered = passages.covered(heard, language)
            left = windows.windows(windows.unheard(voiced, covered, least), longest, covered)
            tried = {(each.start, each.end) for each in heard}  # the same sound gives the same words
            again = [self._hear(sound, each, language) for each in left if each not in tried]
            heard = passages.with_second_try(heard, again, language)
        words, doubtful = passages.put_together(heard, language)
        return Draft(words, NAME, self._name, _settings(language), doubtful=doubtful)

    def _hear(self, sound: Sound, window: Interval, language: str) -> Window:
        """What Whisper writes for one window, and the languages it hears there."""
        start, end = window
        most = min(round(_TOKENS + _TOKENS_A_SECOND * (end - start)), _MOST_TOKENS)
        segments, _ = self._model.transcribe(
            sound[round(start * RATE) : round(end * RATE)],
            language=language,
            beam_size=5,
            temperature=0.0,
            repetition_penalty=1.1,
            word_timestamps=True,
            condition_on_previous_text=False,
            no_speech_threshold=None,  # it would leave out all of a window in silence
            max_new_tokens=most,
        )
        self._model.languages.clear()
        found: list[Passage] = []
        tokens = 0
        for segment in segments:
            found.append(self._passage(segment, start))
            tokens += len(segment.tokens)
            if tokens > most:
                break
        languages = next(iter(self._model.languages), {})
        return Window(start, end, tuple(found), languages)

    def _passage(self, segment: Segment, begins: float) -> Passage:
        words = tuple(
            Word(
                self._spelt(word.word.strip()),
                round(float(word.start) + begins, 3),
                round(float(word.end) + begins, 3),
                round(float(word.probability), 3),
            )
            for word in segment.words or ()
            if word.word.strip()
        )
        start, end = float(segment.start) + begins, float(segment.end) + begins
        return Passage(words, start, end, segment.avg_logprob, segment.no_speech_prob)


class _Model(WhisperModel):  # type: ignore[misc]
    """Whisper that keeps which languages it heard: how probable each one was, for each time it listened."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.languages: list[Mapping[str, float]] = []

    def encode(self, features: npt.NDArray[np.float32]) -> ctranslate2.StorageView:
        encoded = super().encode(features)
        (found,) = self.model.detect_language(encoded)
        self.languages.append({token.strip("<|>"): float(probability) for token, probability in found})
        return encoded


def _settings(language: str) -> dict[str, str | float]:
    return {
        "version": version("faster-whisper"),
        "compute_type": "int8",
        "language": language,
        "script": "t2s",
        "voice_level": loudness.VOICE_LEVEL,
        "window_seconds": windows.LONGEST_SECONDS,
    }
