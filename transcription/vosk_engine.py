"""The Vosk engine (Kaldi). Its model is loaded once and shared by the processes forked afterwards.

A Kaldi error can end the process, so recognising belongs into worker processes.
"""

import json
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path

import vosk

from transcription import loudness, telephone_front_end
from transcription.audio import Audio
from transcription.draft import Draft, Word

NAME = "vosk"
_RATE = 16000
_CHUNK_SAMPLES = 4000


class VoskEngine:
    """One shared model, one recogniser for each recording."""

    def __init__(self, directory: Path) -> None:
        vosk.SetLogLevel(-1)
        self._model = vosk.Model(str(directory))
        self._name = directory.name

    def transcribe(self, audio: Audio, language: str = "zh") -> Draft:
        """Hear a message in the model's own language, whatever ``language`` says."""
        widened = telephone_front_end.widen(audio) if audio.rate < _RATE else audio
        words = tuple(self.recognise(widened))
        return Draft(words, NAME, self._name, _settings(widened is not audio))

    def recognise(self, audio: Audio) -> Iterator[Word]:
        """The words of an audio that is given to Kaldi as it is."""
        recogniser = vosk.KaldiRecognizer(self._model, audio.rate)
        recogniser.SetWords(True)  # and never SetMaxAlternatives, which takes the confidence away
        for at in range(0, len(audio.samples), _CHUNK_SAMPLES):
            if recogniser.AcceptWaveform(audio.samples[at : at + _CHUNK_SAMPLES].tobytes()):
                yield from _parsed(recogniser.Result())
        yield from _parsed(recogniser.FinalResult())


def _parsed(result: str) -> Iterator[Word]:
    for word in json.loads(result).get("result", ()):
        yield Word(word["word"], word["start"], word["end"], word["conf"])


def _settings(front_end: bool) -> dict[str, str | float]:
    used: dict[str, str | float] = {"version": version("vosk")}
    if front_end:
        used |= {
            "front_end": "telephone",
            "voice_level": loudness.VOICE_LEVEL,
            "noise_sigma": telephone_front_end.NOISE_SIGMA,
        }
    return used
