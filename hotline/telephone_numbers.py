"""One telephone, several ways to write its number: 138…, 0138…, +86138…, 0086138…, tel:+86-138-…

Source: numbering plan of China (电信网编号计划, 2017): mobile numbers have eleven digits and begin with 13 to
19; a 0 is dialled before a mobile number of another city, 86 is the country. No area code begins with 86.
Abroad: at most fifteen digits (ITU-T E.164). A number with a + or 00 that is not China's is never taken for
one of China, whatever its digits: +1 380 000 1234 is no mobile number. Telephones' addresses: RFC 3966.
"""

import re
import unicodedata

_CHINA = r"(?:\+?(?:00)?86|086)"
_MOBILE = re.compile(rf"(?:{_CHINA})?0?(?P<number>1[3-9]\d{{9}})", re.ASCII)
_FIXED = re.compile(rf"(?:{_CHINA}0?|0)(?P<number>[1-9]\d{{8,10}})", re.ASCII)
_FIXED_BARE = re.compile(r"(?:[2-9]\d|10)\d{7,9}", re.ASCII)
_ABROAD = re.compile(r"(?:\+|00)(?P<number>[1-9]\d{6,14})", re.ASCII)
_HERE = re.compile(r"[2-9]\d{6,7}|1[0-2]\d{1,6}|9\d{4,5}", re.ASCII)
"""A number of this city, or one for all: 12345, 10086, 95588."""
_BARE = re.compile(r"[1-9]\d{6,14}", re.ASCII)
"""Of another country, as some telephone companies hand it on, or of a kind that is not known here."""
_BETWEEN = re.compile(r"[\s().‐-―-]|[\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff]")
_EXTENSION = re.compile(r"\s*(?:;ext=|,|转|分机|ext\.?|x)\s*\d{1,6}$", re.ASCII)
"""Behind the number of an exchange: 62345678转801."""
_EXTENSION_BEHIND_A_LINE = re.compile(
    r"(?P<own>(?:(?:(?:\+|00)86[\s-]?)?\(?\d{2,4}\)?[\s-])?[2-9]\d{6,7}|1[3-9]\d{9})-\d{1,5}", re.ASCII
)
"""62345678-801, where the digits before it are a whole number; 138-0000-1234 is one."""
_SHORT_AREA_CODE = re.compile(r"010|02\d", re.ASCII)
_NOT_OF_A_CALLER = re.compile(r"[^0-9+*#]")
_NO_CALLER = re.compile(r"[^\W\d_]|[%@:;<>\"]")


def clean_caller(caller: str) -> str:
    """A caller's number without what stands between or ends one, at most 32 characters.

    Where anything else stands in it there is no number: the digits of ``user2024-7`` are somebody else's.
    """
    return "" if _NO_CALLER.search(caller) else _NOT_OF_A_CALLER.sub("", caller)[:32].strip("*#")


def normal(number: str) -> str:
    """One text for one telephone, however its number is written; empty where it is no telephone number.

    What limits and quotas count by: a withheld number and one that cannot be are one caller, "unknown".
    An extension is left out: an exchange is one caller.
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
        grouped = (plain[:3], plain[3:7], plain[7:])
        return plain, f"0{plain}", *_from_abroad(plain), *_from_abroad(f"0{plain}"), *_between(*grouped)
    if fixed := _FIXED.fullmatch(number):
        plain = fixed["number"]
        area = 3 if _SHORT_AREA_CODE.match(f"0{plain}") else 4
        dialled = f"0{plain}"
        return (
            dialled,
            *_from_abroad(plain),
            *_from_abroad(dialled),
            *_between(dialled[:area], dialled[area:]),
        )
    if abroad := _ABROAD.fullmatch(number):
        plain = abroad["number"]
        return f"+{plain}", f"00{plain}"
    return (number,) if number else ()


def _from_abroad(number: str) -> tuple[str, ...]:
    return tuple(f"{before}{number}" for before in ("86", "+86", "0086", "+0086", "086"))


def _between(*groups: str) -> tuple[str, ...]:
    """As people type it."""
    return "-".join(groups), " ".join(groups)


def _plain(number: str) -> str:
    """ASCII digits and a plus, whatever digits were typed; without what stands around and between them."""
    narrow = unicodedata.normalize("NFKC", number).strip().lower().removeprefix("tel:")
    digits = "".join(str(unicodedata.decimal(each, each)) for each in narrow)
    if _MOBILE.fullmatch(_BETWEEN.sub("", digits)):
        return _BETWEEN.sub("", digits)
    if of_an_exchange := _EXTENSION_BEHIND_A_LINE.fullmatch(digits):
        digits = of_an_exchange["own"]
    if extension := _EXTENSION.search(digits):
        digits = digits[: extension.start()]
    return _BETWEEN.sub("", digits).strip("*#")
