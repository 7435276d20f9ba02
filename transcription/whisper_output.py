"""What Whisper writes, window by window."""

from collections.abc import Mapping
from dataclasses import dataclass

from transcription import text
from transcription.draft import Word


@dataclass(frozen=True)
class Passage:
    """Words that the engine wrote at once, and what it thinks of them; times in seconds of the message."""

    words: tuple[Word, ...]
    start: float
    end: float
    log_probability: float
    no_speech: float

    @property
    def text(self) -> str:
        return text.join(word.text for word in self.words)


@dataclass(frozen=True)
class Window:
    """What the engine was given at once: its passages, and how probable each language is in it."""

    start: float
    end: float
    passages: tuple[Passage, ...]
    languages: Mapping[str, float]

    @property
    def seconds(self) -> float:
        return self.end - self.start

    @property
    def no_speech(self) -> float:
        """How probable it is that nobody speaks in it."""
        return self.passages[0].no_speech if self.passages else 1.0
