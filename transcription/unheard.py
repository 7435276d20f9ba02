"""Speech without words: the seconds in which somebody spoke and the draft says nothing."""

from collections.abc import Sequence

from transcription.draft import Word
from transcription.intervals import Interval, without

EDGE_SECONDS = 0.5
"""The times of words are not right to the tenth of a second, and speech is padded: so far a word reaches."""
LONGEST_WORD_SECONDS = 2.0
"""Whisper lets the last word before what it left out last until the next one; nobody says a word so long."""
PAUSE_SECONDS = 2.0
"""Speech without words goes on after a shorter pause: one row to listen to, and not one for each breath."""
LEAST_SECONDS = 1.0
"""A breath, a cough, an "mm": a clerk who is sent to listen to these soon listens to nothing."""


def intervals(speech: Sequence[Interval], covered: Sequence[Interval]) -> list[Interval]:
    """The intervals of speech that nothing covers, in order, with ``LEAST_SECONDS`` of speech in each."""
    rows: list[list[Interval]] = []
    for each in without(speech, covered):
        if rows and _goes_on(rows[-1][-1], each, covered):
            rows[-1].append(each)
        else:
            rows.append([each])
    return [Interval(row[0].start, row[-1].end) for row in rows if _seconds(row) >= LEAST_SECONDS]


def around(word: Word) -> Interval:
    """What a word covers."""
    return Interval(
        word.start - EDGE_SECONDS, min(word.end, word.start + LONGEST_WORD_SECONDS) + EDGE_SECONDS
    )


def _goes_on(one: Interval, other: Interval, covered: Sequence[Interval]) -> bool:
    """Whether one goes on as the other, after a pause without any word."""
    between = (each for each in covered if each.start < other.start and each.end > one.end)
    return other.start - one.end < PAUSE_SECONDS and next(between, None) is None


def _seconds(row: Sequence[Interval]) -> float:
    return sum(each.end - each.start for each in row)
