"""Asterisk's modules: those of its installation, by links, and our own beside them (``asterisk_module/``).

Ours is built by ``scripts/asterisk-module``. Without it calls are answered as ever, but lines that number
their sound anew, or send none in pauses, are recorded with gaps; ``hotline doctor`` says so.
"""

from pathlib import Path

from ivr import asterisk_tree
from ivr.asterisk_tree import Installation

STEADY = "func_steady.so"
BUILT_IN = ("/usr/lib/*/asterisk/modules", "/usr/lib/asterisk/modules", "/usr/lib64/asterisk/modules")
"""Where an installed Asterisk has its modules: Debian's packages, others', and its own ``make install``."""


def own(asterisk_root: Path, installation: Installation) -> Path | None:
    """Our module, as built for this very version of Asterisk; None where it has not been.

    Asterisk itself compares how both were built, and not of which version the headers were.
    """
    built = list(asterisk_root.with_name(asterisk_root.name + ".module").glob(f"*/{STEADY}"))
    used = asterisk_tree.version(installation.command) if built else ""
    return next((each for each in built if each.parent.name == used), None)


def link(folder: Path, asterisk_root: Path, installation: Installation) -> Path | None:
    """Make ``folder`` anew with links to all modules and return it; None where there are none to link."""
    module, theirs = own(asterisk_root, installation), _installed(installation)
    if module is None or theirs is None or not theirs.is_dir():
        return None
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.iterdir():
        old.unlink()
    for each in (*theirs.glob("*.so"), module):
        (folder / each.name).symlink_to(each.resolve())
    return folder


def _installed(installation: Installation) -> Path | None:
    if installation.modules:
        return installation.modules
    return next((found for each in BUILT_IN for found in Path("/").glob(each.lstrip("/"))), None)
