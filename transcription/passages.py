"""From what Whisper writes, window by window, to the words of a draft and the stretches that are in doubt."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from hotline.recordings.transcripts import Doubt
from transcription import doubts, text, unheard
from transcription.draft import Stretch, Word

TOGETHER_SECONDS = 2.0
"""Stretches of one doubt with a shorter pause between them are listened to as one."""
LEAST_LANGUAGE_SECONDS = 3.0
"""In less than that a language is not known for sure."""


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


@dataclass(frozen=True)
class Judged:
    """A passage, and why its words are no draft."""

    passage: Passage
    doubt: Doubt | None


def covered(windows: Iterable[Window]) -> list[tuple[float, float]]:
    """The seconds in which something was heard; a word that is said too long stands for what was left out."""
    return [
        (word.start, min(word.end, word.start + unheard.LONGEST_WORD_SECONDS))
        for each in windows
        for passage in each.passages
        for word in passage.words
    ]


def put_together(windows: Sequence[Window], told: str) -> tuple[list[Word], list[Stretch]]:
    """All words in their order, and the stretches of them that are in doubt."""
    words: list[Word] = []
    doubtful: list[Stretch] = []
    for each in sorted(_pieces(_judged(windows, told)), key=lambda piece: piece.passage.start):
        first = len(words)
        words += each.passage.words
        if each.doubt:
            passage = each.passage
            _add(doubtful, Stretch(first, len(words), passage.start, passage.end, each.doubt))
    return words, doubtful


def _judged(windows: Sequence[Window], told: str) -> list[Judged]:
    """Every passage with its doubt; the message as a whole knows its language and its repetitions."""
    everywhere = language_of_message(windows, told)
    judged = [
        Judged(passage, doubt or _doubt(passage))
        for window in windows
        for doubt in (everywhere or _doubt_of_window(window, told),)
        for passage in window.passages
    ]
    judged.sort(key=lambda each: each.passage.start)
    repeated = doubts.repeated_stretches([each.passage.text for each in judged])
    return [
        replace(each, doubt=Doubt.LOOP) if at in repeated and not each.doubt else each
        for at, each in enumerate(judged)
    ]


def language_of_message(windows: Sequence[Window], told: str) -> Doubt | None:
    """Whether the message as a whole is perhaps in another language than the engine was told."""
    seconds = sum(window.seconds for window in windows if window.languages)
    if seconds < LEAST_LANGUAGE_SECONDS:
        return None
    share: dict[str, float] = {}
    no_speech = sum(each.no_speech * each.seconds for each in windows if each.languages) / seconds
    for window in windows:
        for language, probability in window.languages.items():
            share[language] = share.get(language, 0.0) + probability * window.seconds / seconds
    return doubts.of_language(told, share, no_speech)


def _doubt_of_window(window: Window, told: str) -> Doubt | None:
    found = doubts.of_words("".join(passage.text for passage in window.passages), window.seconds)
    if found is None and window.seconds >= LEAST_LANGUAGE_SECONDS:
        found = doubts.of_language(told, window.languages, window.no_speech)
    return found


def _doubt(passage: Passage) -> Doubt | None:
    return doubts.of_words(passage.text, passage.end - passage.start) or doubts.of_probability(
        passage.log_probability, passage.no_speech
    )


def _pieces(judged: Iterable[Judged]) -> Iterator[Judged]:
    """Words by themselves, so that what was heard in a second try takes its place among them; those in
    doubt stay together."""
    for each in judged:
        if each.doubt:
            yield each
            continue
        for word in each.passage.words:
            yield Judged(replace(each.passage, words=(word,), start=word.start, end=word.end), None)


def _add(doubtful: list[Stretch], new: Stretch) -> None:
    last = doubtful[-1] if doubtful else None
    if (
        last
        and last.doubt == new.doubt
        and last.stop == new.first
        and new.start - last.end < TOGETHER_SECONDS
    ):
        doubtful[-1] = replace(last, stop=new.stop, end=max(last.end, new.end))
    else:
        doubtful.append(new)
