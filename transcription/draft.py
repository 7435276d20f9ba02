"""The engine protocol: audio in, a draft out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from hotline.recordings.transcripts import Doubt
from transcription.audio import Audio


@dataclass(frozen=True)
class Word:
    """One word as the engine gave it: start and end in seconds of the audio, confidence 0 … 1."""

    text: str
    start: float
    end: float
    confidence: float


@dataclass(frozen=True)
class DoubtfulStretch:
    """Words from ``first`` up to, without, ``stop``, and the seconds in which they were said.

    With a ``doubt`` they are no draft of these seconds, and there may be none of them.
    """

    first: int
    stop: int
    start: float
    end: float
    doubt: Doubt | None = None


@dataclass(frozen=True)
class Draft:
    """What an engine heard. No words are an empty result: an engine that failed raises instead.

    ``doubtful`` are stretches of it, in their order, for which a person has to listen instead.
    ``note`` says why nothing was heard where no engine could hear it; a person has to listen.
    """

    words: Sequence[Word]
    engine: str
    model: str
    settings: Mapping[str, str | int | float] = field(default_factory=dict)
    note: str = ""
    doubtful: Sequence[DoubtfulStretch] = ()


class Engine(Protocol):
    """A speech engine with its model, loaded once and used for many recordings."""

    def transcribe(self, audio: Audio, language: str = "zh") -> Draft:
        """Hear a whole message. ``language`` (ISO 639-1) is a hint that engines of one language ignore.

        Raises whatever the engine raises; an engine may also abort the process.
        """
        ...
