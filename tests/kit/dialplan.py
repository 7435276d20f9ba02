"""The rendered dialplan, by context."""

import re
from pathlib import Path

from ivr.asterisk_tree import Installation

INSTALLED = Installation(("/usr/sbin/asterisk",))


def text(directory: Path, name: str) -> str:
    """A rendered file without its comments."""
    return re.sub(r"(?m)^\s*;.*\n", "", (directory / name).read_text())


def dialplan(directory: Path) -> str:
    """The dialplan with all that it includes."""
    main = text(directory, "extensions.conf")
    return re.sub(r"(?m)^#include (\S+)$", lambda found: text(directory, found[1]), main)


def contexts(dialplan: str) -> dict[str, str]:
    """The dialplan by context."""
    _, *pieces = re.split(r"(?m)^\[([\w-]+)\]$", dialplan)
    return dict(zip(pieces[::2], pieces[1::2], strict=True))
