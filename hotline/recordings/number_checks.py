"""Whether a run of digits can be the number it looks like, by its length and its check digit.

Sources: mobile and fixed numbers, the numbering plan of China (电信网编号计划, 2017), as in
``hotline.telephone_numbers``; identity numbers, GB 11643-1999: region, day of birth, ISO 7064 MOD 11-2;
case numbers, ``hotline.cases.case_number``. What is heard one digit short passes for nothing here.
"""

import re
from dataclasses import dataclass
from enum import StrEnum

from stdnum.cn import ric
from stdnum.exceptions import ValidationError
from stdnum.iso7064 import mod_11_2

from hotline import telephone_numbers
from hotline.cases import case_number


class NumberKind(StrEnum):
    """What a run of digits looks like."""

    MOBILE = "mobile"
    FIXED = "fixed"
    IDENTITY = "identity"
    CASE = "case"
    OTHER = "other"


LENGTHS = {NumberKind.MOBILE: 11, NumberKind.IDENTITY: 18, NumberKind.CASE: case_number.LENGTH}
LONGEST_NUMBER = 20
"""No number that people tell has more digits; an engine that repeats itself writes a hundred sevens."""
SHORTEST_CHECKED = 7
"""Digits from which on a run is asked what it is: shorter ones are years, rooms, amounts and postcodes."""

_MOBILE = re.compile(r"1[3-9]\d{9}", re.ASCII)
_FIXED = re.compile(r"0[1-9]\d{8,10}|[48]00\d{7}", re.ASCII)
"""With its area code; and 400 and 800 numbers."""
_LOCAL = re.compile(r"[2-9]\d{6,7}", re.ASCII)
"""Without its area code: any seven or eight digits of a longer number look like that, too."""
_LIKE_A_CASE = re.compile(r"(?:2[6-9]|3\d)00\d{4,8}|[23]\d{9}", re.ASCII)
"""The year (this hotline has existed since 2026) and a running number that has not come far; or as long."""
_CONTEXT = (
    (re.compile(r"身份|证件"), NumberKind.IDENTITY),
    (re.compile(r"信访|编号|受理|case", re.I), NumberKind.CASE),
    (re.compile(r"手机"), NumberKind.MOBILE),
)
"""What is said before a number tells which one follows."""


@dataclass(frozen=True)
class NumberCheck:
    """What a run looks like, and whether it can be that; None where nothing tells.

    ``length`` is how many digits its kind has, where that is one length.
    """

    kind: NumberKind
    fits: bool | None
    length: int | None = None


def check(digits: str, before: str = "") -> NumberCheck:
    """Check a run of ASCII digits, of which the last may be an X. ``before``: the words in front of it."""
    if exact := _exactly(digits):
        return NumberCheck(exact, True, LENGTHS.get(exact))
    if len(digits) < SHORTEST_CHECKED:
        return NumberCheck(NumberKind.OTHER, None)
    meant = _meant(digits, before)
    if meant == NumberKind.OTHER and _LOCAL.fullmatch(digits):
        return NumberCheck(NumberKind.FIXED, None)
    return NumberCheck(meant, False, LENGTHS.get(meant))


def _exactly(digits: str) -> NumberKind | None:
    """The kind whose length and check digit these digits have."""
    if _MOBILE.fullmatch(telephone_numbers.normal(digits)):
        return NumberKind.MOBILE
    if _is_identity(digits):
        return NumberKind.IDENTITY
    if case_number.is_valid(digits):
        return NumberKind.CASE
    return NumberKind.FIXED if _FIXED.fullmatch(digits) else None


def _is_identity(digits: str) -> bool:
    if len(digits) != LENGTHS[NumberKind.IDENTITY] or not mod_11_2.is_valid(digits):
        return False
    try:
        return bool(ric.get_birth_date(digits))
    except ValidationError:
        return False


def _meant(digits: str, before: str) -> NumberKind:
    """The kind that was meant, by the words before and by how the digits begin."""
    if not SHORTEST_CHECKED <= len(digits) <= LONGEST_NUMBER:
        return NumberKind.OTHER
    for words, kind in _CONTEXT:
        if words.search(before[-8:]):
            return kind
    if len(digits) >= 15:
        return NumberKind.IDENTITY
    if digits[0] == "0":
        return NumberKind.FIXED
    if digits[0] == "1" and digits[1] in "3456789":
        return NumberKind.MOBILE
    return NumberKind.CASE if _LIKE_A_CASE.fullmatch(digits) else NumberKind.OTHER
