"""What SQLAlchemy is told of SQLite and PostgreSQL: how a transaction begins, and how long anything waits."""

from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, make_url


def engine_of(url: str, busy_seconds: float) -> Engine:
    """The engine for a URL, with two execution options of ours.

    ``hotline_writes``: a transaction will write. ``hotline_busy_seconds``: how long it waits for another,
    where that is not ``busy_seconds``. Errors name no values (``hide_parameters``): in a log they would be
    callers' numbers and words.
    """
    parsed = make_url(url)
    if parsed.get_backend_name() != "sqlite":
        limits = _postgresql_limits(busy_seconds)
        made = create_engine(
            parsed, pool_pre_ping=True, pool_timeout=busy_seconds, hide_parameters=True, connect_args=limits
        )
        event.listen(made, "begin", _begin_postgresql)
        return made
    made = create_engine(
        parsed,
        connect_args={"timeout": busy_seconds},
        hide_parameters=True,
        execution_options={"hotline_busy_seconds": busy_seconds},
    )
    event.listen(made, "connect", _set_up_sqlite)
    event.listen(made, "begin", _begin_sqlite)
    return made


def bare_engine_of(url: str) -> Engine:
    """The engine for migrations: without our options, and on SQLite, too, what is begun is one transaction.

    The driver would begin it only at the first row, and commit tables before that by themselves.
    """
    made = create_engine(url)
    if made.dialect.name == "sqlite":
        event.listen(made, "connect", _leave_begin_to_us)
        event.listen(made, "begin", _begin_to_write)
    return made


def _leave_begin_to_us(connection: Any, _record: Any) -> None:
    connection.isolation_level = None


def _begin_to_write(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN IMMEDIATE")


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
