"""Threads of one process that write into SQLite stand in line before it, and do not sleep in it."""

import threading
from pathlib import Path
from types import SimpleNamespace

import pytest
from sqlalchemy import event, text
from sqlalchemy.exc import OperationalError

from hotline import database
from hotline.database import Database


@pytest.fixture
def impatient(tmp_path: Path) -> Database:
    return Database(f"sqlite:///{tmp_path}/writers.db", busy_seconds=0.2)


def write(database: Database) -> None:
    with database.writing() as session:
        session.execute(text("SELECT 1"))


def test_who_waits_for_another_thread_does_not_ask_sqlite(impatient: Database) -> None:
    begun: list[threading.Thread] = []

    @event.listens_for(impatient.engine, "before_cursor_execute")
    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        if "BEGIN" in statement:
            begun.append(threading.current_thread())

    refused: list[OperationalError] = []

    def try_to_write() -> None:
        with pytest.raises(OperationalError, match="database is locked") as error:
            write(impatient)
        refused.append(error.value)

    with impatient.writing() as session:
        session.execute(text("SELECT 1"))
        other = threading.Thread(target=try_to_write)
        other.start()
        other.join()
    assert refused and begun == [threading.current_thread()]
    write(impatient)  # the turn is given back


def test_who_waited_for_a_thread_waits_for_sqlite_only_as_long_as_is_left(
    impatient: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    waits = threading.Event()
    clock = iter([10.0, 10.15])

    def now() -> float:
        waits.set()
        return next(clock)

    monkeypatch.setattr(database, "time", SimpleNamespace(monotonic=now))
    asked: list[str] = []
    event.listen(
        impatient.engine,
        "before_cursor_execute",
        lambda _connection, _cursor, statement, *_: asked.append(statement),
    )
    other = threading.Thread(target=write, args=(impatient,))
    with impatient.writing(busy_seconds=5.0) as session:
        session.execute(text("SELECT 1"))
        other.start()
        assert waits.wait(60)
    other.join()
    assert [each for each in asked if "busy_timeout" in each] == [
        "PRAGMA busy_timeout=5000",
        "PRAGMA busy_timeout=50",
    ]


def test_the_turn_is_given_back_after_an_error(impatient: Database) -> None:
    with pytest.raises(ZeroDivisionError), impatient.writing():
        raise ZeroDivisionError
    other = threading.Thread(target=write, args=(impatient,))
    other.start()
    other.join()
    write(impatient)
