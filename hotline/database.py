"""The database: SQLite embedded (WAL, ``synchronous=FULL``) or PostgreSQL, by the URL alone.

Reading and writing are said apart, because SQLite must know at BEGIN that a transaction will write:
a reader that turns into a writer fails at once when another has written meanwhile.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from pathlib import Path
from threading import RLock
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from hotline import schema as _  # noqa: F401  one mapping refers to another: a session needs them all
from hotline import settings
from hotline.evidence import guards, sealing

MIGRATIONS = Path(__file__).with_name("migrations")
BUSY_SECONDS = 15.0


class Database:
    """One engine and its two kinds of transaction."""

    def __init__(self, url: str, busy_seconds: float = BUSY_SECONDS) -> None:
        """``busy_seconds``: how long a write waits for another writer before OperationalError."""
        self.engine = _engine(url, busy_seconds)
        self._writing_engine = self.engine.execution_options(hotline_writes=True)
        self._busy_seconds = busy_seconds
        self._one_writes = RLock() if self.engine.dialect.name == "sqlite" else None

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A transaction that only looks; what it changed is rolled back."""
        with Session(self.engine) as session:
            yield session

    @contextmanager
    def writing(self, busy_seconds: float | None = None) -> Iterator[Session]:
        """A transaction that is committed at the end, or rolled back when an exception passes.

        What was noted in the audit trail is chained as the last thing before. ``busy_seconds``: how long to
        wait for another writer, where that is not as long as usual.
        """
        engine = self._writing_engine
        if busy_seconds is not None:
            engine = engine.execution_options(hotline_busy_seconds=busy_seconds)
        with self._turn(busy_seconds), Session(engine) as session, session.begin():
            yield session
            sealing.seal(session)

    @contextmanager
    def _turn(self, busy_seconds: float | None) -> Iterator[None]:
        """Let one thread write after the other.

        SQLite lets one write as well, but who waits there sleeps for up to 0.1 s, looks again, and may find
        another before him each time: of eight threads one waited for five seconds. Raises OperationalError.
        """
        if self._one_writes is None:
            yield
        elif self._one_writes.acquire(timeout=self._busy_seconds if busy_seconds is None else busy_seconds):
            try:
                yield
            finally:
                self._one_writes.release()
        else:
            raise OperationalError("BEGIN IMMEDIATE", None, sqlite3.OperationalError("database is locked"))


def _engine(url: str, busy_seconds: float) -> Engine:
    """Errors name no values (``hide_parameters``): in a log they would be callers' numbers and words."""
    parsed = make_url(url)
    if parsed.get_backend_name() != "sqlite":
        limits = _postgresql_limits(busy_seconds)
        engine = create_engine(
            parsed, pool_pre_ping=True, pool_timeout=busy_seconds, hide_parameters=True, connect_args=limits
        )
        event.listen(engine, "begin", _begin_postgresql)
        return engine
    engine = create_engine(
        parsed,
        connect_args={"timeout": busy_seconds},
        hide_parameters=True,
        execution_options={"hotline_busy_seconds": busy_seconds},
    )
    event.listen(engine, "connect", _set_up_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _postgresql_limits(busy_seconds: float) -> dict[str, str | int]:
    """A server that has gone away, or a lock that is not released, is an error in bounded time."""
    busy = round(busy_seconds * 1000)
    return {
        "connect_timeout": 3,
        "keepalives_idle": 5,
        "keepalives_interval": 2,
        "keepalives_count": 3,
        "tcp_user_timeout": busy,
        "options": f"-c lock_timeout={busy} -c statement_timeout={4 * busy}",
    }


def _set_up_sqlite(connection: Any, _record: Any) -> None:
    connection.isolation_level = None  # BEGIN is said by _begin_sqlite, not guessed by the driver
    cursor = connection.cursor()
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    options = connection.get_execution_options()
    busy = round(options["hotline_busy_seconds"] * 1000)
    connection.exec_driver_sql(f"PRAGMA busy_timeout={busy}")  # each time: the last may have been in a hurry
    connection.exec_driver_sql("BEGIN IMMEDIATE" if options.get("hotline_writes") else "BEGIN")


def _begin_postgresql(connection: Connection) -> None:
    busy = connection.get_execution_options().get("hotline_busy_seconds")
    if busy is not None:
        connection.exec_driver_sql(f"SET LOCAL lock_timeout={round(busy * 1000)}")


def upgrade(chosen: settings.Settings) -> None:
    """Create or migrate the database to the newest schema (Alembic)."""
    chosen.state_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
    engine = create_engine(chosen.database_url)
    with engine.connect() as connection:
        migrate(connection)
    engine.dispose()
    # The first connection of ours turns SQLite to WAL, which it can't while another process writes.
    engine = Database(chosen.database_url).engine
    with engine.execution_options(hotline_writes=True).begin() as connection:
        guards.set_up(connection)  # here, not in a migration: one that makes a table anew loses its triggers
    engine.dispose()  # so that all of SQLite's is in its one file


def migrate(connection: Connection, revision: str = "head") -> None:
    """Migrate on a connection, in its transaction where one has begun, up to a revision; without guards."""
    from alembic import command  # not for every process that opens the database: it takes a while to load
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["connection"] = connection
    command.upgrade(config, revision)


@cache
def current() -> Database:
    """The database of this process, by its settings."""
    return Database(settings.current().database_url, _patience.get())


_patience = ContextVar("patience", default=BUSY_SECONDS)


@contextmanager
def in_a_hurry(busy_seconds: float) -> Iterator[None]:
    """Where ``current`` is asked for within for the first time, it waits for others at most so long."""
    before = _patience.set(busy_seconds)
    try:
        yield
    finally:
        _patience.reset(before)
