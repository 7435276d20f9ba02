"""One telephone, several ways to write its number: 138…, 0138…, +86138…"""

import re

_MOBILE = re.compile(r"(?:\+?86|0)?(?P<number>1[3-9]\d{9})")
_FIXED = re.compile(r"(?:\+?860?|0)(?P<number>[1-9]\d{8,10})")


def ways_to_write(number: str) -> tuple[str, ...]:
    """All ways a telephone company or a person writes a number, the number itself first; none for none.

    Source: numbering plan of China (电信网编号计划, 2017): mobile numbers have eleven digits and begin
    with 13 to 19; a 0 is dialled before a mobile number of another city, 86 is the country.
    """
    return tuple(dict.fromkeys((number, *_others(number)))) if number else ()


def _others(number: str) -> tuple[str, ...]:
    if mobile := _MOBILE.fullmatch(number):
        plain = mobile["number"]
        return plain, f"0{plain}", f"86{plain}", f"+86{plain}"
    if fixed := _FIXED.fullmatch(number):
        plain = fixed["number"]
        return f"0{plain}", f"86{plain}", f"+86{plain}"
    return ()
