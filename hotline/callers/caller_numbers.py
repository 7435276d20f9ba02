"""One telephone, several ways to write its number: 138…, 0138…, +86138…, 0086138…

Source: numbering plan of China (电信网编号计划, 2017): mobile numbers have eleven digits and begin with 13 to
19; a 0 is dialled before a mobile number of another city, 86 is the country. Abroad: at most fifteen digits
(ITU-T E.164).
"""

import re
import unicodedata

_CHINA = r"(?:\+|00)?86"
_MOBILE = re.compile(rf"(?:{_CHINA})?0?(?P<number>1[3-9]\d{{9}})", re.ASCII)
_FIXED = re.compile(rf"(?:{_CHINA}0?|0)(?P<number>[1-9]\d{{8,10}})", re.ASCII)
_FIXED_BARE = re.compile(r"(?:[2-9]\d|10)\d{7,9}", re.ASCII)
_ABROAD = re.compile(r"(?:\+|00)(?P<number>[1-9]\d{6,14})", re.ASCII)
_HERE = re.compile(r"[2-9]\d{6,7}|1[0-2]\d{1,6}|9\d{4,5}", re.ASCII)
"""A number of this city, or one for all: 12345, 10086, 95588."""
_BARE = re.compile(r"[1-9]\d{6,14}", re.ASCII)
"""Of another country, as some telephone companies hand it on, or of a kind that is not known here."""
_BETWEEN = re.compile(r"[\s().‐-―-]|[\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff]")


def normal(number: str) -> str:
    """One text for one telephone, however its number is written; empty where it is no telephone number.

    What limits and quotas count by: a withheld number and one that cannot be are one caller, "unknown".
    """
    plain = _plain(number)
    if mobile := _MOBILE.fullmatch(plain):
        return mobile["number"]
    if fixed := _FIXED.fullmatch(plain):
        return "0" + fixed["number"]
    if _FIXED_BARE.fullmatch(plain):
        return "0" + plain
    if abroad := _ABROAD.fullmatch(plain):
        return "+" + abroad["number"]
    return plain if _HERE.fullmatch(plain) or _BARE.fullmatch(plain) else ""


def ways_to_write(number: str) -> tuple[str, ...]:
    """All ways a telephone company or a person writes a number, the number itself first; none for none."""
    return tuple(dict.fromkeys((number, *_others(_plain(number))))) if number else ()


def _others(number: str) -> tuple[str, ...]:
    if mobile := _MOBILE.fullmatch(number):
        plain = mobile["number"]
        return plain, f"0{plain}", f"86{plain}", f"+86{plain}", f"0086{plain}"
    if fixed := _FIXED.fullmatch(number):
        plain = fixed["number"]
        return f"0{plain}", f"86{plain}", f"+86{plain}", f"0086{plain}"
    if abroad := _ABROAD.fullmatch(number):
        plain = abroad["number"]
        return f"+{plain}", f"00{plain}"
    return (number,) if number else ()


def _plain(number: str) -> str:
    """ASCII digits and a plus, whatever digits were typed; without what stands between them or after them."""
    narrow = unicodedata.normalize("NFKC", number)
    digits = "".join(str(unicodedata.decimal(each, each)) for each in narrow)
    return _BETWEEN.sub("", digits).strip("*#")
