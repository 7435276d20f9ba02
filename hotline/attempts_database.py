"""Where wrong passwords are counted.

Whoever has no account decides how much is written here, so it is not written where the telephone writes:
SQLite has one writer at a time, and the attempts get a file of their own. PostgreSQL has no such trouble, and
several web machines must count together: there they are a table of the hotline's database.
"""

from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import TypeVar

from sqlalchemy.orm import Session

from hotline import damaged_file, troubles
from hotline.attempts import FailedSignIn
from hotline.database import Database

_T = TypeVar("_T")


class CannotCount(Exception):
    """Wrong passwords can be neither counted nor looked up now; the message says where, and why."""


def written(database: Database, act: Callable[[Session], _T]) -> _T:
    """Do something in a transaction that writes where attempts are counted. Raises CannotCount."""

    def once() -> _T:
        with kept_in(database).writing() as session:
            return act(session)

    return _whatever_is_there(database, once)


def read(database: Database, act: Callable[[Session], _T]) -> _T:
    """Look something up there. Raises CannotCount."""

    def once() -> _T:
        with kept_in(database).reading() as session:
            return act(session)

    return _whatever_is_there(database, once)


def kept_in(database: Database) -> Database:
    """The database of the attempts: beside an SQLite database a file, else itself."""
    file = file_of(database)
    return _beside(str(file)) if file else database


def file_of(database: Database) -> Path | None:
    """The file in which attempts are counted; None where they are in the hotline's database."""
    url = database.engine.url
    if url.get_backend_name() != "sqlite" or not url.database:
        return None
    return Path(url.database).with_name("sign-ins.db")


@lru_cache(maxsize=4)
def _beside(file: str) -> Database:
    return damaged_file.opened(Path(file), FailedSignIn)


def _whatever_is_there(database: Database, once: Callable[[], _T]) -> _T:
    """What the file says is worth a day: one that is damaged stops nobody, it is put aside and begun anew."""
    file = file_of(database)
    if file is None:
        return once()
    try:
        return once()
    except damaged_file.SIGNS as problem:
        if not damaged_file.is_damage(file, problem):
            raise _cannot(file, problem) from problem
        try:
            _beside.cache_clear()
            damaged_file.put_aside(file, FailedSignIn, problem)
            return once()
        except (*damaged_file.SIGNS, OSError) as again:
            raise _cannot(file, again) from again


def _cannot(file: Path, problem: Exception) -> CannotCount:
    return CannotCount(f"{file}: {troubles.reason(problem)}")
