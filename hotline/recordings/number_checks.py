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


class Kind(StrEnum):
    """What a run of digits looks like."""

    MOBILE = "mobile"
    FIXED = "fixed"
    IDENTITY = "identity"
    CASE = "case"
    OTHER = "other"


LENGTHS = {Kind.MOBILE: 11, Kind.IDENTITY: 18, Kind.CASE: case_number.LENGTH}
LONGEST = 20
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
    (re.compile(r"身份|证件"), Kind.IDENTITY),
    (re.compile(r"信访|编号|受理|case", re.I), Kind.CASE),
    (re.compile(r"手机"), Kind.MOBILE),
)
"""What is said before a number tells which one follows."""


@dataclass(frozen=True)
class Check:
    """What a run looks like, and whether it can be that; None where nothing tells.

    ``length`` is how many digits its kind has, where that is one length.
    """

    kind: Kind
    fits: bool | None
    length: int | None = None


def check(digits: str, before: str = "") -> Check:
    """Check a run of ASCII digits, of which the last may be an X. ``before``: the words in front of it."""
    if exact := _exactly(digits):
        return Check(exact, True, LENGTHS.get(exact))
    if len(digits) < SHORTEST_CHECKED:
        return Check(Kind.OTHER, None)
    meant = _meant(digits, before)
    if meant == Kind.OTHER and _LOCAL.fullmatch(digits):
        return Check(Kind.FIXED, None)
    return Check(meant, False, LENGTHS.get(meant))


def _exactly(digits: str) -> Kind | None:
    """The kind whose length and check digit these digits have."""
    if _MOBILE.fullmatch(telephone_numbers.normal(digits)):
        return Kind.MOBILE
    if _is_identity(digits):
        return Kind.IDENTITY
    if case_number.is_valid(digits):
        return Kind.CASE
    return Kind.FIXED if _FIXED.fullmatch(digits) else None


def _is_identity(digits: str) -> bool:
    if len(digits) != LENGTHS[Kind.IDENTITY] or not mod_11_2.is_valid(digits):
        return False
    try:
        return bool(ric.get_birth_date(digits))
    except ValidationError:
        return False


def _meant(digits: str, before: str) -> Kind:
    """The kind that was meant, by the words before and by how the digits begin."""
    if not SHORTEST_CHECKED <= len(digits) <= LONGEST:
        return Kind.OTHER
    for words, kind in _CONTEXT:
        if words.search(before[-8:]):
            return kind
    if len(digits) >= 15:
        return Kind.IDENTITY
    if digits[0] == "0":
        return Kind.FIXED
    if digits[0] == "1" and digits[1] in "3456789":
        return Kind.MOBILE
    return Kind.CASE if _LIKE_A_CASE.fullmatch(digits) else Kind.OTHER
