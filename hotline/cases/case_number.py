"""The case number (信访编号): ten digits, ``YY RRRRRRR C``: year, running number, check digit.

The check digit is ISO 7064 MOD 11-2, the pure system that notices every wrong digit and every two
swapped ones. Its check character can be ``X``, which a telephone has no key for: such running numbers
are never allotted, which leaves some nine million numbers a year.
"""

from stdnum.exceptions import ValidationError
from stdnum.iso7064 import mod_11_2

LENGTH = 10
LAST_RUNNING = 9_999_999


def make(year: int, running: int) -> str | None:
    """The number for a running number of a year, or None where its check character is no digit."""
    if not 1 <= running <= LAST_RUNNING:
        raise ValueError(f"the running number {running} is not in 1 … {LAST_RUNNING}")
    body = f"{year % 100:02d}{running:07d}"
    check = mod_11_2.calc_check_digit(body)
    return body + check if check.isdigit() else None


def is_valid(number: str) -> bool:
    """Whether these are ten ASCII digits with the right check digit."""
    if len(number) != LENGTH or not (number.isascii() and number.isdigit()):
        return False
    try:
        mod_11_2.validate(number)
    except ValidationError:
        return False
    return True


def groups(number: str) -> tuple[str, str, str]:
    """The groups in which a number is spoken and printed: ``260 0000 123``."""
    return number[:3], number[3:7], number[7:]


def spaced(number: str) -> str:
    """The number as people read it, in groups."""
    return " ".join(groups(number))
