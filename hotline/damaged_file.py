"""An SQLite file that can be done without: told from one that is only in use or full, and put aside."""

import fcntl
import logging
import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import cast

from sqlalchemy import Table, make_url, select, text
from sqlalchemy.exc import DatabaseError

from hotline import troubles
from hotline.database import Database
from hotline.mapping import Base

MARK = ".damaged-"
"""What the name of a file that was put aside has before its time."""
BUSY_SECONDS = 3.0
"""Then it cannot be used: nobody waits longer at a page."""
SIGNS = (DatabaseError, ValueError, TypeError)
"""How a damaged file shows itself: SQLite says so, or a value is not what its column holds."""
_NOT_NOW = (
    sqlite3.SQLITE_PERM,
    sqlite3.SQLITE_BUSY,
    sqlite3.SQLITE_LOCKED,
    sqlite3.SQLITE_NOMEM,
    sqlite3.SQLITE_READONLY,
    sqlite3.SQLITE_INTERRUPT,
    sqlite3.SQLITE_IOERR,
    sqlite3.SQLITE_FULL,
    sqlite3.SQLITE_CANTOPEN,
)
"""What is no fault of the file: putting it aside would mend nothing."""

log = logging.getLogger(__name__)


def opened(file: Path, table: type[Base]) -> Database:
    """The file with its one table, which is made where there is none."""
    own = Database(str(make_url("sqlite://").set(database=str(file))), BUSY_SECONDS)
    with own.writing() as session:
        cast(Table, table.__table__).create(session.connection(), checkfirst=True)
    return own


def is_damage(file: Path, problem: Exception) -> bool:
    """Whether a problem says that the file is not as it should be; also where no file is."""
    code = getattr(getattr(problem, "orig", None), "sqlite_errorcode", sqlite3.SQLITE_CORRUPT)
    return (code & 0xFF) not in _NOT_NOW or file.is_dir()


def put_aside(file: Path, table: type[Base], problem: Exception) -> None:
    """Rename a damaged file, and what SQLite keeps beside it, unless somebody has done so meanwhile.

    Raises OSError where that is not possible.
    """
    with _alone(file):
        if not file.exists() or _is_sound(file, table):
            return
        aside = file.with_name(f"{file.name}{MARK}{datetime.now(UTC):%Y%m%dT%H%M%S.%fZ}")
        for suffix in ("-wal", "-shm", ""):  # they belong to no other file
            part = file.with_name(f"{file.name}{suffix}")
            if part.exists():
                part.rename(f"{aside}{suffix}")
        log.error(
            "%s is damaged (%s): put aside as %s, and begun anew", file, troubles.reason(problem), aside.name
        )


def aside(file: Path) -> list[Path]:
    """The damaged files that were put aside and that nobody has taken away yet."""
    found = file.parent.glob(f"{file.name}{MARK}*")
    return sorted(each for each in found if not each.name.endswith(("-wal", "-shm")))


@contextmanager
def _alone(file: Path) -> Iterator[None]:
    lock = os.open(file.with_name(f"{file.name}.lock"), os.O_RDONLY | os.O_CREAT, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
    finally:
        os.close(lock)


def _is_sound(file: Path, table: type[Base]) -> bool:
    """Whether all of the file can be read, and all of its rows are what they should be."""
    try:
        own = opened(file, table)
        with own.reading() as session:
            session.scalars(select(table)).all()
            is_sound = bool(session.scalar(text("PRAGMA quick_check(1)")) == "ok")
        own.engine.dispose()
    except SIGNS as problem:
        return not is_damage(file, problem)
    return is_sound
