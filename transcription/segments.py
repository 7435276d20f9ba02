"""Cutting a draft into the stretches that a clerk reads and corrects one at a time."""

from collections.abc import Sequence

from hotline.recordings import digits
from transcription.draft import DoubtfulStretch, Word

PAUSE_SECONDS = 0.8
"""A pause between sentences; inside one, pauses on the telephone are mostly shorter."""
BREATH_SECONDS = 0.25
LONG_SECONDS = 12.0
"""From this length on, a breath is enough to begin the next stretch: a textarea of three lines."""
LONGEST_SECONDS = 20.0
NUMBER_PAUSE_SECONDS = 3.0
"""Numbers are dictated in groups: a number that is cut in the middle can be neither read nor checked."""
_SENTENCE_ENDS = "。？！.?!"


def cut(words: Sequence[Word], doubtful: Sequence[DoubtfulStretch] = ()) -> list[DoubtfulStretch]:
    """The stretches of a draft, in order, every word in exactly one; ``doubtful`` ones stay as they are."""
    stretches: list[DoubtfulStretch] = []
    at = 0
    for each in doubtful:
        stretches += _spoken(words, at, each.first)
        stretches.append(each)
        at = each.stop
    return stretches + _spoken(words, at, len(words))


def _spoken(words: Sequence[Word], first: int, stop: int) -> list[DoubtfulStretch]:
    """The words from ``first`` to before ``stop`` as stretches between pauses."""
    stretches = []
    for at in range(first + 1, stop + 1):
        if at == stop or _begins(words, first, at):
            stretches.append(DoubtfulStretch(first, at, words[first].start, words[at - 1].end))
            first = at
    return stretches


def _begins(words: Sequence[Word], first: int, at: int) -> bool:
    """Whether a stretch that began with ``first`` ends before the word ``at``."""
    pause = words[at].start - words[at - 1].end
    length = words[at - 1].end - words[first].start
    in_number = digits.go_on(words[at - 1].text, words[at].text) and pause < NUMBER_PAUSE_SECONDS
    if words[at].end - words[first].start > LONGEST_SECONDS or (pause >= PAUSE_SECONDS and not in_number):
        return True
    ends = words[at - 1].text.endswith(tuple(_SENTENCE_ENDS))
    return length >= LONG_SECONDS and not in_number and (ends or pause >= BREATH_SECONDS)
