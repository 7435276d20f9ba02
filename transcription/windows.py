"""Which stretches of a message an engine is given at once, and which of its voice it left without words.

Whisper is given up to 30 seconds and may come to an end after the first sentence: where it writes one time
at the end of its text, it means that nothing is said after it, and where it takes all of a window for no
speech, it writes nothing. So windows end in pauses, and what was left out is heard again by itself.
"""

from collections.abc import Sequence

from transcription.intervals import Interval, without

ROUNDS = ((28.0, 0.0), (15.0, 1.0), (8.0, 1.0))
"""In each round the longest window, and the least voice to be heard, in seconds. With more around them
sentences are understood better (in windows of 15 s more is misheard), in shorter ones few are lost."""
LONGEST_SECONDS = ROUNDS[0][0]


def windows(voiced: Sequence[Interval], longest: float, heard: Sequence[Interval] = ()) -> list[Interval]:
    """The stretches of voice put together, with their pauses, to windows that are not longer.

    A stretch that is longer by itself is a window by itself; what was ``heard`` already is in none.
    """
    joined: list[Interval] = []
    for start, end in voiced:
        if joined and end - joined[-1].start <= longest and not _any_between(heard, joined[-1].end, start):
            joined[-1] = Interval(joined[-1].start, end)
        else:
            joined.append(Interval(start, end))
    return joined


def _any_between(heard: Sequence[Interval], start: float, end: float) -> bool:
    return any(begin < end and stop > start for begin, stop in heard)


def unheard(voiced: Sequence[Interval], heard: Sequence[Interval], least: float) -> list[Interval]:
    """The parts of the stretches of voice, of ``least`` seconds and more, in which nothing was heard."""
    return [each for each in without(voiced, heard) if each.end - each.start >= least]
