"""What Asterisk replies to an AGI command, taken apart. Grammar: Asterisk 22, ``res/res_agi.c``."""

import re
from dataclasses import dataclass

OK = "200"
UNKNOWN_COMMAND = "510"
DEAD_CHANNEL = "511"
WRONG_USAGE = "520"
HANGUP = "hangup"

_CODE = re.compile(r"(\d{3})(?:[ -]|$)")
_OK = re.compile(r"200 result=(\S*)(?:\s+\((.*)\))?")


@dataclass(frozen=True)
class Reply:
    """A reply with code 200."""

    result: str
    reason: str = ""


def code_of(line: str) -> str:
    """The code of a reply, or nothing where the line is none."""
    found = _CODE.match(line)
    return found[1] if found else ""


def parsed(line: str) -> Reply:
    """A reply with code 200, its reason without brackets."""
    found = _OK.match(line)
    return Reply(found[1], found[2] or "") if found else Reply("")


def masked(text: str) -> str:
    """A text for the log: of numbers with seven and more digits, only the first three and last two."""
    return re.sub(r"\d{7,}", lambda number: f"{number[0][:3]}****{number[0][-2:]}", text)
