"""Asterisk's data directory: that of its installation, by links, with our sounds where it looks for its own.

The queue tells callers their place with sounds that it knows by name alone: ``queue-thereare``,
``digits/7``. Ours are in ``sounds/``; the installation's, if any, are not used.
"""

import logging
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from ivr.asterisk_tree import Installation
from ivr.prompts import SOUNDS

log = logging.getLogger(__name__)

BUILT_IN = (Path("/usr/share/asterisk"), Path("/var/lib/asterisk"))
"""Where an installed Asterisk has its data: Debian's packages, and its own ``make install``."""
MUSIC = ("*.wav", "*.sln", "*.alaw", "*.ulaw")


def link(folder: Path, installation: Installation) -> Path | None:
    """Make ``folder`` anew and return it; None where the installation's data are not found.

    Then Asterisk has to use its own, wherever they are: without its documentation it loads no module.
    """
    data = _installed(installation)
    if data is None:
        log.error("Asterisk's data folder is not found: waiting callers do not hear their place")
        return None
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.iterdir():
        if old.is_symlink():
            old.unlink(missing_ok=True)
    for source in data.iterdir():
        if source.name != "sounds":
            _link(folder / source.name, source)
    for name, sound in _sounds():
        _link(folder / "sounds" / name, sound)
    return folder


def _installed(installation: Installation) -> Path | None:
    candidates = (installation.data,) if installation.data else BUILT_IN
    return next((data for data in candidates if (data / "documentation").is_dir()), None)


def _link(target: Path, source: Path) -> None:
    """A link in place of an older one. A file or folder that somebody has put there stays."""
    target.parent.mkdir(parents=True, exist_ok=True)
    if target.is_symlink():
        target.unlink(missing_ok=True)
    with suppress(FileExistsError):
        target.symlink_to(source)


def _sounds() -> Iterator[tuple[str, Path]]:
    """Asterisk's name of each sound it speaks by itself, and our file."""
    for file in SOUNDS.glob("*/queue-*.wav"):
        yield f"{file.parent.name}/{file.name}", file
    for file in SOUNDS.glob("*/number-*.wav"):
        if (number := file.stem.removeprefix("number-")).isdigit():
            yield f"{file.parent.name}/digits/{number}.wav", file


def music(*folders: Path) -> Path | None:
    """The first of the folders that holds music; without any, waiting callers hear ringing."""
    return next((each for each in folders if any(any(each.glob(kind)) for kind in MUSIC)), None)
