"""A copy of a SQLite database out of an archive: taken only where its schema is, word for word, ours.

A crafted database can hold triggers, views and virtual tables that act when it is used.
"""

import sqlite3
from contextlib import closing
from pathlib import Path

from sqlalchemy import create_engine

from hotline import database
from hotline.evidence import guards
from hotline.running import schema_versions
from hotline.running.schema_versions import TABLE
from hotline.running.seal_key import BackupError


def check(copy: Path) -> None:
    """Raise BackupError unless this is a sound database with our schema and nothing else."""
    with closing(sqlite3.connect(f"{copy.as_uri()}?mode=ro&immutable=1", uri=True)) as found:
        try:
            for pragma in ("trusted_schema = OFF", "cell_size_check = ON", "query_only = ON"):
                found.execute(f"PRAGMA {pragma}")
            _check_schema(found, copy.parent)
            problems = [
                *found.execute("PRAGMA integrity_check(3)"),
                *found.execute("PRAGMA foreign_key_check"),
            ]
        except sqlite3.Error as problem:
            raise BackupError(f"the database of the backup cannot be read ({problem})") from None
    if problems != [("ok",)]:
        raise BackupError(f"the database of the backup is damaged: {problems[0]}")


def _check_schema(found: sqlite3.Connection, scratch: Path) -> None:
    objects = _objects(found)
    if ("table", TABLE) not in objects:
        raise BackupError("the database of the backup is none of ours: it has no version")
    model = scratch / "model.db"
    first = _model(model, schema_versions.first())
    if objects["table", TABLE] != first["table", TABLE]:
        raise BackupError(f"the database of the backup is none of ours: {TABLE} is another table")
    versions = found.execute("SELECT version_num FROM alembic_version LIMIT 2").fetchall()
    for key in [(kind, name) for kind, name in objects if kind == "trigger" and guards.is_name(name)]:
        del objects[key]  # whatever they say: they are taken down before anything is written, and put up anew
    ours = _model(model, schema_versions.known(versions[0][0] if len(versions) == 1 else None))
    model.unlink()
    if strange := [key for key in {**ours, **objects} if ours.get(key) != objects.get(key)]:
        raise BackupError(
            f"the database of the backup is none of ours: {' '.join(strange[0])} is not as we make it"
        )


def _model(file: Path, version: str) -> dict[tuple[str, str], str]:
    """What our migrations make of an empty database, up to a version."""
    file.unlink(missing_ok=True)
    engine = create_engine(f"sqlite:///{file}")
    with engine.begin() as connection:
        database.migrate(connection, version)
    engine.dispose()
    with closing(sqlite3.connect(file)) as made:
        return _objects(made)


def _objects(found: sqlite3.Connection) -> dict[tuple[str, str], str]:
    """Kind and name of everything in a schema, and the words that made it."""
    rows = found.execute("SELECT type, name, tbl_name, sql FROM sqlite_master").fetchall()
    return {
        (str(kind), str(name)): f"{table}: {' '.join(str(words).split())}"
        for kind, name, table, words in rows
    }
