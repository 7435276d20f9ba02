"""Asterisk's data directory: that of its installation, by links, with our sounds where it looks for its own.

The queue tells callers their place with sounds that it knows by name alone: ``queue-thereare``,
``digits/7``. Ours are in ``sounds/``; the installation's, if any, are not used.
"""

from collections.abc import Iterator
from pathlib import Path

from ivr.asterisk_tree import Installation
from ivr.prompts import SOUNDS

BUILT_IN = (Path("/usr/share/asterisk"), Path("/var/lib/asterisk"))
"""Where an installed Asterisk has its data: Debian's packages, and its own ``make install``."""
MUSIC = ("*.wav", "*.sln", "*.alaw", "*.ulaw")


def link(folder: Path, installation: Installation) -> None:
    """Make ``folder`` anew."""
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.iterdir():
        if old.is_symlink():
            old.unlink()
    for source in _installed(installation):
        (folder / source.name).symlink_to(source)
    for name, sound in _sounds():
        target = folder / "sounds" / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.unlink(missing_ok=True)
        target.symlink_to(sound)


def _installed(installation: Installation) -> Iterator[Path]:
    candidates = (installation.data,) if installation.data else BUILT_IN
    for data in candidates:
        if (data / "documentation").is_dir():
            yield from (each for each in data.iterdir() if each.name != "sounds")
            return


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
