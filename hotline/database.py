"""The database: SQLite embedded (WAL, ``synchronous=FULL``) or PostgreSQL, by the URL alone.

Reading and writing are said apart, because SQLite must know at BEGIN that a transaction will write:
a reader that turns into a writer fails at once when another has written meanwhile.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any, ClassVar

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, DateTime, Engine, MetaData, create_engine, event, make_url
from sqlalchemy.engine import Dialect
from sqlalchemy.orm import DeclarativeBase, Session
from sqlalchemy.types import TypeDecorator

from hotline import settings

MIGRATIONS = Path(__file__).with_name("migrations")


class UtcDateTime(TypeDecorator[datetime]):
    """An instant, kept in UTC; SQLite forgets time zones, so they are put back here."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is not None and value.tzinfo is None:
            raise ValueError(f"a time zone is missing: {value}")
        return value.astimezone(UTC) if value else None

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.astimezone(UTC) if value.tzinfo else value.replace(tzinfo=UTC)


class Base(DeclarativeBase):
    """Parent of every mapping; names its constraints so that migrations can find them."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map: ClassVar = {datetime: UtcDateTime}


class Database:
    """One engine and its two kinds of transaction."""

    def __init__(self, url: str, busy_seconds: float = 15.0) -> None:
        """``busy_seconds``: how long a write waits for another writer before OperationalError."""
        self.engine = _engine(url, busy_seconds)
        self._writing_engine = self.engine.execution_options(hotline_writes=True)

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A transaction that only looks; what it changed is rolled back."""
        with Session(self.engine) as session:
            yield session

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """A transaction that is committed at the end, or rolled back when an exception passes."""
        with Session(self._writing_engine) as session, session.begin():
            yield session


def _engine(url: str, busy_seconds: float) -> Engine:
    parsed = make_url(url)
    if parsed.get_backend_name() != "sqlite":
        return create_engine(parsed, pool_pre_ping=True, pool_timeout=busy_seconds)
    engine = create_engine(parsed, connect_args={"timeout": busy_seconds})
    event.listen(engine, "connect", _set_up_sqlite)
    event.listen(engine, "begin", _begin)
    return engine


def _set_up_sqlite(connection: Any, _record: Any) -> None:
    connection.isolation_level = None  # BEGIN is said by _begin, not guessed by the driver
    cursor = connection.cursor()
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin(connection: Connection) -> None:
    writes = connection.get_execution_options().get("hotline_writes", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def upgrade(chosen: settings.Settings) -> None:
    """Create or migrate the database to the newest schema (Alembic)."""
    chosen.state_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["url"] = chosen.database_url
    command.upgrade(config, "head")


@cache
def current() -> Database:
    """The database of this process, by its settings."""
    import_module("hotline.schema")  # one mapping refers to another: a session needs them all
    return Database(settings.current().database_url)
