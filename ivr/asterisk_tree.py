"""Which Asterisk to run: the system's own, or the unpacked Debian tree that ``make`` provides."""

import re
import shutil
import subprocess
from pathlib import Path
from typing import NamedTuple

from hotline.settings_file import PROJECT

OLDEST = 20  # the oldest release our configuration is written for


class AsteriskMissing(Exception):
    """No usable Asterisk; the message is one sentence saying what to do."""


class Installation(NamedTuple):
    """How to start Asterisk. ``modules`` and ``data`` are None where its built-in paths are right."""

    command: tuple[str, ...]
    modules: Path | None = None
    data: Path | None = None


def find(root: Path) -> Installation:
    """The installed Asterisk when it is recent enough, else the tree at ``root``.

    Raises AsteriskMissing when there is neither.
    """
    installed = shutil.which("asterisk")
    if installed and major_version(installed) >= OLDEST:
        return Installation((installed,))
    tree = unpacked(root)
    if tree is None:
        raise AsteriskMissing(
            f"no Asterisk {OLDEST} or newer on this machine and none in {root}: run `make install`"
        )
    return tree


def major_version(executable: str) -> int:
    """The first number that ``asterisk -V`` prints; 0 when it prints none."""
    number = re.match(r"\d+", version((executable,)))
    return int(number.group()) if number else 0


def version(command: tuple[str, ...]) -> str:
    """What ``asterisk -V`` prints, such as 22.10.1; empty when it prints none."""
    try:
        answer = subprocess.run(  # noqa: S603 - found by us, and no shell
            [*command, "-V"], capture_output=True, text=True, timeout=20, check=False
        )
    except OSError:  # it is not there
        return ""
    found = re.search(r"\d+(\.\d+)*", answer.stdout)
    return found.group() if found else ""


def tested_version() -> str:
    """The version this hotline was tested with, without Debian's additions to it."""
    pinned = (PROJECT / "scripts" / "asterisk-version").read_text(encoding="utf-8")
    return pinned.partition(":")[2].partition("+")[0].partition("-")[0].strip()


def unpacked(root: Path) -> Installation | None:
    """The tree at ``root``, run by its own dynamic loader: its C library is newer than the machine's."""
    for loader in sorted((root / "usr" / "lib").glob("*-linux-*/ld-linux-*.so.*")):
        library = loader.parent
        executable = root / "usr" / "sbin" / "asterisk"
        modules = library / "asterisk" / "modules"
        if executable.is_file() and modules.is_dir():
            command = (str(loader), "--library-path", str(library), str(executable))
            return Installation(command, modules, root / "usr" / "share" / "asterisk")
    return None
