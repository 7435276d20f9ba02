"""The database's copy in an archive: made while the hotline runs, and read as data alone."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from sqlalchemy import Connection, create_engine, inspect, make_url

from hotline import database
from hotline.evidence import guards
from hotline.running import postgresql_copy, sqlite_copy
from hotline.running.archive import POSTGRESQL_COPY, SQLITE_COPY
from hotline.running.seal_key import BackupError
from hotline.settings_file import Settings


def name_of(settings: Settings) -> str:
    """What the copy of this hotline's database is called in an archive."""
    is_sqlite = make_url(settings.database_url).get_backend_name() == "sqlite"
    return SQLITE_COPY if is_sqlite else POSTGRESQL_COPY


def make(settings: Settings, scratch: Path) -> Path:
    """Copy the database as it is in one moment."""
    url = make_url(settings.database_url)
    copy = scratch / name_of(settings)
    if copy.name == POSTGRESQL_COPY:
        postgresql_copy.make(settings.database_url, copy)
        return copy
    with closing(sqlite3.connect(str(url.database))) as source, closing(sqlite3.connect(copy)) as target:
        source.backup(target)
    return copy


def must_be_empty(settings: Settings) -> None:
    """Raise BackupError where the database holds something already. Makes nothing."""
    url = make_url(settings.database_url)
    if url.get_backend_name() == "sqlite":
        for file in (Path(f"{url.database}{end}") for end in ("", "-wal", "-shm", "-journal")):
            if file.exists():
                raise BackupError(
                    f"{file.parent} already holds {file.name}; move it away, or choose another one"
                )
        return
    engine = create_engine(url)
    try:
        found = inspect(engine).get_table_names()
    finally:
        engine.dispose()
    if found:
        raise BackupError(
            f"the database {url.database} already holds {found[0]}: name an empty one (createdb)"
        )


@contextmanager
def opened(settings: Settings, copy: Path) -> Iterator[Connection]:
    """The restored database at the newest schema, in a transaction that ends with the body.

    PostgreSQL: rows are in the database of the settings once the body has ended, and not before. SQLite: the
    copy itself, checked. Raises BackupError for a copy that our migrations have not made.
    """
    is_sqlite = copy.name == SQLITE_COPY
    if is_sqlite:
        sqlite_copy.check(copy)
    engine = create_engine(f"sqlite:///{copy}" if is_sqlite else settings.database_url, hide_parameters=True)
    try:
        with engine.begin() as connection:
            if not is_sqlite:
                postgresql_copy.load(connection, copy)
            else:
                guards.take_down(connection)
            database.migrate(connection)
            guards.set_up(connection)
            yield connection
    finally:
        engine.dispose()
