"""What is said where the state directory or the database cannot be used: what is wrong, what to do next."""

import os
import re
import sqlite3
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy.exc import ArgumentError, DataError, DBAPIError, IntegrityError, TimeoutError

from hotline.settings_file import Settings

SYSTEMD_TARGET = Path("/etc/systemd/system/hotline.target")
"""Where docs/install.md puts it: whoever has it starts nothing by hand."""


@dataclass(frozen=True)
class Trouble:
    """``what`` is wrong, and the ``remedy``; both begin small and end without a full stop."""

    what: str
    remedy: str

    def __str__(self) -> str:
        return f"{self.what}: {self.remedy}"


def start(unit: str = "") -> str:
    """The command that starts the hotline on this machine, or the one part of it that systemd knows so."""
    if not SYSTEMD_TARGET.exists():
        return "hotline start"
    return f"systemctl restart hotline@{unit}" if unit else "systemctl restart hotline.target"


def explain(problem: BaseException, settings: Settings) -> Trouble | None:
    """What to do about a problem; None for one that is a fault of the program and needs its traceback."""
    from alembic.util import CommandError  # the pages load this module, but do not need this

    if no_place := state_directory(settings):
        return no_place if isinstance(problem, OSError | sqlite3.Error | DBAPIError) else None
    if isinstance(problem, CommandError):
        return Trouble(
            f"a newer version made the database ({reason(problem)})", "install that version, or a later one"
        )
    if isinstance(problem, IntegrityError | DataError):
        return None
    if isinstance(problem, sqlite3.Error | DBAPIError | TimeoutError | ArgumentError):
        return _of_the_database(reason(problem), settings)
    return None


def state_directory(settings: Settings) -> Trouble | None:
    """What is wrong with the state directory, as far as one can see."""
    folder = settings.state_dir
    if not folder.is_dir():
        return Trouble(
            f"there is no state directory {folder}", f"run: {start()}, or name another in state_dir"
        )
    if not os.access(folder, os.R_OK | os.W_OK | os.X_OK):
        return Trouble(f"{folder} is not ours to use", f"run this as {_owner(folder)}, who owns it")
    return None


def _of_the_database(said: str, settings: Settings) -> Trouble:
    remedies = {
        r"no such (table|column)|(relation|column) .* does not exist": f"run: {start()}",
        r"locked|lock timeout|statement timeout|QueuePool": "another program keeps it; try again when that "
        "one is done, or end it",
        r"not a database|malformed": "stop the hotline, keep the file, and restore the last backup: "
        "docs/operate.md",
        r"disk is full|disk I/O|No space left": f"free some room on the disk of {settings.state_dir}, "
        "or see to that disk",
        r"unable to open|readonly": f"check database_url, and run this as {_owner(settings.state_dir)}",
    }
    usual = "start the database server, or check database_url in the settings"
    remedy = next((text for found, text in remedies.items() if re.search(found, said)), usual)
    return Trouble(f"the database cannot be used ({said})", remedy)


def _owner(path: Path) -> str:
    try:
        return path.owner()
    except KeyError:  # a user whom this machine does not know
        return f"user {path.stat().st_uid}"


def reason(problem: BaseException) -> str:
    """The first line of what the database itself has said."""
    said = getattr(problem, "orig", None) or problem
    return str(said).strip().partition("\n")[0] or type(said).__name__
