"""Cutting a draft into the stretches that a clerk reads and corrects one at a time."""

from collections.abc import Sequence
from dataclasses import dataclass

from transcription.draft import Word

PAUSE_SECONDS = 0.8
"""A pause between sentences; inside one, pauses on the telephone are mostly shorter."""
BREATH_SECONDS = 0.25
LONG_SECONDS = 12.0
"""From this length on, a breath is enough to begin the next stretch: a textarea of three lines."""
LONGEST_SECONDS = 20.0
_SENTENCE_ENDS = "。？！.?!"


@dataclass(frozen=True)
class Span:
    """Words from ``first`` to ``last``, the last one included."""

    first: int
    last: int


def cut(words: Sequence[Word]) -> list[Span]:
    """The stretches of a draft, in order, every word in exactly one."""
    spans: list[Span] = []
    first = 0
    for at in range(1, len(words) + 1):
        if at == len(words) or _begins(words, first, at):
            spans.append(Span(first, at - 1))
            first = at
    return spans


def _begins(words: Sequence[Word], first: int, at: int) -> bool:
    """Whether a stretch that began with ``first`` ends before the word ``at``."""
    pause = words[at].start - words[at - 1].end
    length = words[at - 1].end - words[first].start
    if words[at].end - words[first].start > LONGEST_SECONDS or pause >= PAUSE_SECONDS:
        return True
    ends = words[at - 1].text.endswith(tuple(_SENTENCE_ENDS))
    return length >= LONG_SECONDS and (ends or pause >= BREATH_SECONDS)
