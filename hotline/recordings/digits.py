"""Runs of digits in what was said – telephone, identity and case numbers – found, and written one way.

An engine writes 13800001234 as ``一三八零零零零幺二三四``, ``138 0000 1234`` or ``13 800 12 34``; a clerk
reads and copies ASCII digits with nothing between them. Values (二十三万六千五百), ordinary words (一起)
and names of places (三道沟镇) are no runs: those have four digits at least, and no ten or hundred among them.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from hotline.recordings import number_checks
from hotline.recordings.number_checks import NumberKind

SHORTEST_RUN = 4
"""Digits of a run: what is shorter, such as 501室 or 三道沟, is no number that somebody is called by."""
SHORTEST_IN_GROUPS = 7
"""Digits from which on groups with spaces between them are one number: "2 3" of something may be two."""

_VALUES = {each: value for value, each in enumerate("零一二三四五六七八九")}
_VALUES |= {each: value for value, each in enumerate("０１２３４５６７８９")}
_VALUES |= {str(value): value for value in range(10)} | {"〇": 0, "○": 0, "两": 2}
_VALUES |= dict.fromkeys("幺要腰药由妖有以摇", 1)
"""幺 is how a one is said on the telephone; the others are how an engine hears it."""

_SURE = frozenset("0123456789零〇○一二三四五六七八九幺")
_DIGIT = r"(?:[0-9０-９零〇○二三四五六七八九幺]|一(?![直起个下共定样般点些次天旦并切边时带同路]))"
"""一 before these characters makes a word: the number ends in front of it."""
_HEARD = r"[0-9０-９零〇○一二三四五六七八九幺两要腰药由妖有以摇]"
_LOOSE = " ?[,，、–-]? ?"
_BEGIN = rf"(?<!{_DIGIT})[1１一幺要腰药由妖有以摇]{_LOOSE}[3-9３-９三四五六七八九]"
_MOBILE = rf"{_BEGIN}(?:{_LOOSE}{_HEARD}){{9}}(?<={_DIGIT})(?!{_LOOSE}{_DIGIT})"
"""A whole mobile number, in which 两 is a two and what sounds like 幺 a one; anywhere else they are words."""
_BETWEEN = r"(?: ?[,，、–-] ?| )"
_GROUPS = rf"(?<!{_DIGIT})(?<![十百千万亿点]){_DIGIT}+(?:{_BETWEEN}{_DIGIT}+)*"
_CANDIDATE = re.compile(rf"{_MOBILE}|{_GROUPS}")
_PAUSE = re.compile(r" ?[,，、] ?")
_GAP = re.compile(r" ?[–-] ?| ")
"""Whisper groups the digits of one number so: ``17 70 - 4 18 - 8 26``."""
_TWO_NUMBERS = re.compile(r"(?:19|20)\d\d ?[–-] ?\d\d? ?[–-] ?\d\d?|\d{4} ?[–-] ?\d{4}", re.ASCII)
"""A date, and from one amount or year to another."""
_NO_NUMBERS = ("七七八八", "一二三四五六七八九")
"""What is said of things: nearly all of them, and 五六七八个, about so many."""
_X = re.compile(r" ?[Xx×叉]")
_STANDS_FOR_ITSELF = (NumberKind.MOBILE, NumberKind.IDENTITY, NumberKind.CASE)


@dataclass(frozen=True)
class DigitRun:
    """Where a run stands in a text (``end`` is behind it), and its digits in ASCII; the last may be an X."""

    begin: int
    end: int
    digits: str


@dataclass(frozen=True)
class HeardDigits:
    """A run as an engine heard it: its digits, and its words from ``first`` to ``last``, included."""

    digits: str
    first: int
    last: int


def go_on(before: str, after: str) -> bool:
    """Whether a number may go on from one word to the next: a digit ends the one and begins the other."""
    return before.rstrip(",，、–- ")[-1:] in _SURE and after[:1] in _SURE


def heard(words: Sequence[str]) -> list[HeardDigits]:
    """The runs in the words of an engine, in order."""
    text, owners = "", list[int]()
    for position, word in enumerate(words):
        between = " " if text[-1:].isascii() and word.isascii() and text else ""
        text += between + word
        owners += [position] * len(between + word)
    return [HeardDigits(run.digits, owners[run.begin], owners[run.end - 1]) for run in runs(text)]


def written(text: str) -> str:
    """The text with every run in ASCII digits, leading zeros kept; all else is left as it is."""
    pieces, at = [], 0
    for run in runs(text):
        pieces += [text[at : run.begin], run.digits]
        at = run.end
    return "".join([*pieces, text[at:]])


def runs(text: str) -> list[DigitRun]:
    """The runs in a text, in order."""
    found = [run for match in _CANDIDATE.finditer(text) for run in _runs_in(text, match.start(), match.end())]
    return [run for run in found if not any(text[run.begin : run.end] in each for each in _NO_NUMBERS)]


def _runs_in(text: str, begin: int, end: int) -> Iterator[DigitRun]:
    """One run, or several where pauses and spaces stand between numbers and not within one."""
    if text[end : end + 1] in tuple("十百千万亿") and not text[end - 1].isascii():
        end -= 1  # the last digit begins a value
    whole = _run(text, begin, end)
    if not _PAUSE.search(text, begin, end):
        several = len(whole.digits) < SHORTEST_IN_GROUPS or _TWO_NUMBERS.fullmatch(text, begin, end)
        yield from _apart(text, begin, end) if several else (whole,)
    elif _is_one_number(whole.digits):
        yield whole
    else:
        for first, last in _split(_PAUSE, text, begin, end):
            yield from _runs_in(text, first, last)


def _is_one_number(digits: str) -> bool:
    """Whether groups with pauses between them are one number: a whole one, or nearly a mobile number."""
    found = number_checks.check(digits)
    if found.fits:
        return found.kind in _STANDS_FOR_ITSELF or digits[0] == "0"
    return found.kind == NumberKind.MOBILE and 9 <= len(digits) <= 12


def _apart(text: str, begin: int, end: int) -> Iterator[DigitRun]:
    for first, last in _split(_GAP, text, begin, end):
        if last - first >= SHORTEST_RUN:
            yield _run(text, first, last)


def _split(between: re.Pattern[str], text: str, begin: int, end: int) -> Iterator[tuple[int, int]]:
    at = begin
    for match in between.finditer(text, begin, end):
        yield at, match.start()
        at = match.end()
    yield at, end


def _run(text: str, begin: int, end: int) -> DigitRun:
    digits = "".join(str(_VALUES[each]) for each in text[begin:end] if each in _VALUES)
    tail = _X.match(text, end) if len(digits) == number_checks.LENGTHS[NumberKind.IDENTITY] - 1 else None
    return DigitRun(begin, tail.end(), digits + "X") if tail else DigitRun(begin, end, digits)
