"""Numbers in a segment: where each is heard, whether it can be right, and the caller's own beside it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext, lazy_gettext

from hotline import telephone_numbers
from hotline.recordings import digits, number_checks
from hotline.recordings.digits import HeardDigits
from hotline.recordings.number_checks import LONGEST_NUMBER, NumberCheck, NumberKind

KINDS = {
    NumberKind.MOBILE: lazy_gettext("mobile number"),
    NumberKind.FIXED: lazy_gettext("telephone number"),
    NumberKind.IDENTITY: lazy_gettext("identity number"),
    NumberKind.CASE: lazy_gettext("case number"),
    NumberKind.OTHER: lazy_gettext("number"),
}
_CALLED_BY = (NumberKind.MOBILE, NumberKind.FIXED, NumberKind.OTHER)


@dataclass(frozen=True)
class NumberInText:
    """A number in the text as it reads now; ``start`` and ``end`` in seconds of the recording."""

    digits: str
    begin: int
    """Where it stands in the text, in characters."""
    as_written: str
    """What stands there: a clerk may have put spaces between the digits."""
    check: NumberCheck
    start: float
    end: float
    offered: str
    """The caller's number, where this may be meant for it and is another one."""
    is_callers: bool

    @property
    def sentence(self) -> str:
        """What a clerk reads of it."""
        return said(self.digits, self.check)


def in_text(
    text: str, words: Sequence[Mapping[str, Any]], within: tuple[float, float], caller: str
) -> list[NumberInText]:
    """The numbers of a segment's text that are long enough to be checked. ``words``: what was heard in it.

    Where a clerk changed how many there are, each is heard ``within`` the whole segment.
    """
    heard, runs = digits.heard([str(word["text"]) for word in words]), digits.runs(text)
    times = [_times(words, each) for each in heard] if len(heard) == len(runs) else [within] * len(runs)
    own = telephone_numbers.normal(caller)
    found = []
    for run, (start, end) in zip(runs, times, strict=True):
        if len(run.digits) < number_checks.SHORTEST_CHECKED:
            continue
        check = number_checks.check(run.digits, text[: run.begin])
        is_callers = bool(own) and telephone_numbers.normal(run.digits) == own
        offered = own if check.kind in _CALLED_BY and not is_callers else ""
        as_written = text[run.begin : run.end]
        found.append(NumberInText(run.digits, run.begin, as_written, check, start, end, offered, is_callers))
    return found


def of_digits(words: Sequence[Mapping[str, Any]]) -> frozenset[int]:
    """Which of these words belong to a run of digits: they are marked, however sure the engine was."""
    runs = digits.heard([str(word["text"]) for word in words])
    return frozenset(at for run in runs for at in range(run.first, run.last + 1))


def said(number: str, check: NumberCheck) -> str:
    """Whether the number can be right, in one sentence."""
    kind, count = str(KINDS[check.kind]), len(number)
    if check.fits is None:
        return gettext("Perhaps a telephone number without its area code; nothing tells whether it is right")
    if check.fits:
        return kind if check.kind in _CALLED_BY else gettext("%(kind)s, its check digit fits", kind=kind)
    counted = {"count": count, "length": check.length, "kind": kind}
    if check.length and count < check.length:
        return gettext("Check the number: %(count)d of %(length)d digits (%(kind)s)", **counted)
    if check.length and count > check.length:
        return gettext("Check the number: %(count)d digits instead of %(length)d (%(kind)s)", **counted)
    if check.length:
        return gettext("Check the number: its check digit does not fit (%(kind)s)", kind=kind)
    if count > LONGEST_NUMBER:
        return gettext("Check the number: %(count)d digits; the engine probably repeated itself", count=count)
    return gettext("Check the number: %(count)d digits fit no kind of number", count=count)


def _times(words: Sequence[Mapping[str, Any]], run: HeardDigits) -> tuple[float, float]:
    return words[run.first]["start"], words[run.last]["end"]
