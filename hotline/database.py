"""The database: SQLite embedded (WAL, ``synchronous=FULL``) or PostgreSQL, by the URL alone.

Reading and writing are said apart, because SQLite must know at BEGIN that a transaction will write:
a reader that turns into a writer fails at once when another has written meanwhile.
"""

import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from pathlib import Path
from threading import RLock

from sqlalchemy import Connection, text
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from hotline import schema as _  # noqa: F401  one mapping refers to another: a session needs them all
from hotline import settings_file
from hotline.database_engine import bare_engine_of, engine_of
from hotline.evidence import guards, sealing

MIGRATIONS = Path(__file__).with_name("migrations")
BUSY_SECONDS = 15.0


class Database:
    """One engine and its two kinds of transaction."""

    def __init__(self, url: str, busy_seconds: float = BUSY_SECONDS) -> None:
        """``busy_seconds``: how long a write waits for another writer before OperationalError."""
        self.engine = engine_of(url, busy_seconds)
        self._writing_engine = self.engine.execution_options(hotline_writes=True)
        self._busy_seconds = busy_seconds
        self._one_writes = RLock() if self.engine.dialect.name == "sqlite" else None

    def ask(self) -> None:
        """Ask whether the database answers and has our tables. Raises SQLAlchemyError."""
        with self.reading() as session:
            session.execute(text("SELECT 1 FROM users LIMIT 1"))

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
        patience = self._busy_seconds if busy_seconds is None else busy_seconds
        with self._turn(patience) as left:
            engine = self._writing_engine
            if left != self._busy_seconds:
                engine = engine.execution_options(hotline_busy_seconds=left)
            with Session(engine) as session, session.begin():
                yield session
                sealing.seal(session)

    @contextmanager
    def _turn(self, patience: float) -> Iterator[float]:
        """Let one thread write after the other; gives how many seconds of its patience are left.

        SQLite lets one write as well, but who waits there sleeps for up to 0.1 s, looks again, and may find
        another before him each time: of eight threads one waited for five seconds. Raises OperationalError.
        """
        if self._one_writes is None:
            yield patience
            return
        left = patience
        if not self._one_writes.acquire(blocking=False):
            began = time.monotonic()
            if not self._one_writes.acquire(timeout=patience):
                locked = sqlite3.OperationalError("database is locked")
                raise OperationalError("BEGIN IMMEDIATE", None, locked)
            left = max(0.0, patience - (time.monotonic() - began))
        try:
            yield left
        finally:
            self._one_writes.release()


def upgrade(settings: settings_file.Settings) -> None:
    """Create or migrate the database to the newest schema (Alembic)."""
    settings.state_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
    bare = bare_engine_of(settings.database_url)
    with bare.begin() as connection:  # one transaction: whoever is killed in it has changed nothing
        migrate(connection)
    bare.dispose()
    # The first connection of ours turns SQLite to WAL, which it can't while another process writes.
    ours = Database(settings.database_url).engine
    with ours.execution_options(hotline_writes=True).begin() as connection:
        guards.set_up(connection)  # here, not in a migration: one that makes a table anew loses its triggers
    ours.dispose()  # so that all of SQLite's is in its one file


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
    return Database(settings_file.current().database_url, _patience.get())


_patience = ContextVar("patience", default=BUSY_SECONDS)


@contextmanager
def in_a_hurry(busy_seconds: float) -> Iterator[None]:
    """Where ``current`` is asked for within for the first time, it waits for others at most so long."""
    before = _patience.set(busy_seconds)
    try:
        yield
    finally:
        _patience.reset(before)
