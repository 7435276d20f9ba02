"""Intervals of a sound, and what is left of them without others."""

from collections.abc import Sequence
from typing import NamedTuple


class Interval(NamedTuple):
    """From ``start`` to ``end``, in seconds of a sound."""

    start: float
    end: float


def without(wholes: Sequence[Interval], covered: Sequence[Interval]) -> list[Interval]:
    """The parts of the intervals that nothing covers, in order."""
    return [left for whole in wholes for left in _left(whole, covered)]


def _left(whole: Interval, covered: Sequence[Interval]) -> list[Interval]:
    left, at = [], whole.start
    for each in sorted(covered):
        if each.end <= at or each.start >= whole.end:
            continue
        if each.start > at:
            left.append(Interval(at, each.start))
        at = each.end
    return [*left, Interval(at, whole.end)] if at < whole.end else left
