"""New databases, migrated once in a process: a copy takes a hundredth of the time of all migrations.

So it is with statements: what was compiled for one database is good for all of its kind.
"""

import atexit
import shutil
import tempfile
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, create_engine
from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite

from hotline import database
from hotline.settings_file import Settings


@cache
def prepared() -> Path:
    """A migrated, empty SQLite database, to be copied."""
    state_dir = Path(tempfile.mkdtemp(prefix="migrated-"))
    atexit.register(shutil.rmtree, state_dir)
    database.upgrade(Settings(state_dir=state_dir))
    return state_dir / "hotline.db"


def new(settings: Settings) -> None:
    """As ``database.upgrade`` does it, where there is none so far and it is to be SQLite."""
    file = settings.state_dir / "hotline.db"
    if file.exists() or settings.database_url != f"sqlite:///{file}":
        database.upgrade(settings)
        return
    settings.state_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
    shutil.copy(prepared(), file)


def compile_once(patch: pytest.MonkeyPatch) -> None:
    """Let all engines of a kind share what SQLAlchemy compiles: nearly every test has one of its own.

    Part of the key is the dialect, of which each engine has its own as well.
    """
    compiled: dict[Any, Any] = {}

    def sharing(*place: Any, **options: Any) -> Engine:
        made = create_engine(*place, **options)
        made.update_execution_options(compiled_cache=compiled)
        return made

    patch.setattr("hotline.database_engine.create_engine", sharing)
    for dialect in (SQLiteDialect_pysqlite, PGDialect_psycopg):
        patch.setattr(dialect, "__eq__", lambda one, other: type(one) is type(other))
        patch.setattr(dialect, "__hash__", lambda one: hash(type(one)))
