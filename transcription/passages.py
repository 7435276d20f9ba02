"""From what Whisper writes, window by window, to the words of a draft and the stretches that are in doubt."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from hotline.recordings.transcripts import Doubt
from transcription import unheard
from transcription.draft import DoubtfulStretch, Word
from transcription.intervals import Interval
from transcription.judging import JudgedPassage, judged
from transcription.whisper_output import Passage, Window

TOGETHER_SECONDS = 2.0
"""Stretches of one doubt with a shorter pause between them are listened to as one."""


def covered(windows: Sequence[Window], told: str) -> list[Interval]:
    """The seconds in which something was heard; a word that is said too long stands for what was left out.

    A loop is nothing that was heard: in a shorter window there may be words.
    """
    return [
        _time(word)
        for each in judged(windows, told)
        if each.doubt is not Doubt.LOOP
        for word in each.passage.words
    ]


def _time(word: Word) -> Interval:
    return Interval(word.start, min(word.end, word.start + unheard.LONGEST_WORD_SECONDS))


def with_second_try(before: Sequence[Window], again: Sequence[Window], told: str) -> list[Window]:
    """What was heard in one round and in the next, which takes the place of the loops it has words for."""
    words = [word for window in again for passage in window.passages for word in passage.words]
    gone = {
        each.passage
        for each in judged(before, told)
        if each.doubt is Doubt.LOOP and any(_meets(each.passage, word) for word in words)
    }
    kept = [_without(window, gone) for window in before]
    return [*(each for each in kept if each), *again]


def _meets(passage: Passage, word: Word) -> bool:
    return word.start < passage.end and word.end > passage.start


def _without(window: Window, gone: set[Passage]) -> Window | None:
    """A window whose passages are all gone does not tell its language twice."""
    left = tuple(each for each in window.passages if each not in gone)
    return replace(window, passages=left) if left or not window.passages else None


def put_together(windows: Sequence[Window], told: str) -> tuple[list[Word], list[DoubtfulStretch]]:
    """All words in their order, and the stretches of them that are in doubt."""
    words: list[Word] = []
    doubtful: list[DoubtfulStretch] = []
    for each in sorted(_pieces(judged(windows, told)), key=lambda piece: piece.passage.start):
        first = len(words)
        words += each.passage.words
        if each.doubt:
            passage = each.passage
            _add(doubtful, DoubtfulStretch(first, len(words), passage.start, passage.end, each.doubt))
    return words, doubtful


def _pieces(judged: Iterable[JudgedPassage]) -> Iterator[JudgedPassage]:
    """Words by themselves, so that what was heard in a second try takes its place among them; those in
    doubt stay together."""
    for each in judged:
        if each.doubt:
            yield each
            continue
        for word in each.passage.words:
            yield JudgedPassage(replace(each.passage, words=(word,), start=word.start, end=word.end), None)


def _add(doubtful: list[DoubtfulStretch], new: DoubtfulStretch) -> None:
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
