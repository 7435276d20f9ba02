"""The file of wrong passwords is damaged, in use or may not be written: people sign in all the same."""

import logging
import os
import shutil
import sqlite3
import tempfile
import threading
import traceback
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import event, func, select
from sqlalchemy.exc import OperationalError

from hotline import attempts_database, damaged_file, database, guessing, hashing, passwords, people
from hotline.attempts import FailedSignIn, SignInSource, TooManyWrongPasswords
from hotline.attempts_database import CannotCount, kept_in
from hotline.database import Database
from hotline.people import Role
from hotline.settings_file import Settings

NOW = datetime(2026, 11, 23, 8, tzinfo=UTC)
GOOD = "correct horse"
STRANGER, KNOWN = SignInSource("192.0.2.7"), SignInSource("192.0.2.7", browser="li's own")


@pytest.fixture(autouse=True)
def li(db: Database, monkeypatch: pytest.MonkeyPatch) -> int:
    monkeypatch.setattr(hashing, "matches", lambda kept, password: kept == password)
    monkeypatch.setattr(database, "current", lambda: db)
    with db.writing() as session:
        return people.add(session, "li", "李", Role.CLERK, people.PasswordHash(GOOD)).id


def file_of(db: Database) -> Path:
    found = attempts_database.file_of(db)
    assert found
    return found


def sign_in(db: Database, password: str = GOOD, asker: SignInSource = STRANGER) -> int | None:
    return passwords.check(db, "li", password, NOW, asker)


def as_if_started_anew(db: Database) -> Path:
    """No connection is open, and all that was counted is in the file."""
    kept_in(db).engine.dispose()
    attempts_database._beside.cache_clear()
    return file_of(db)


def filled(db: Database) -> Path:
    """A file with many rows, closed."""
    with kept_in(db).writing() as session:
        for number in range(2000):
            session.add(FailedSignIn(name=f"name{number}", at=NOW, address="10.0.0.1", browser=""))
    return as_if_started_anew(db)


def garbage(file: Path) -> None:
    file.write_bytes(os.urandom(8192))


def text(file: Path) -> None:
    file.write_text("not a database at all\n" * 50)


def truncated(file: Path) -> None:
    os.truncate(file, 5000)


def head_alone(file: Path) -> None:
    os.truncate(file, 100)


def pages_zeroed(file: Path) -> None:
    with file.open("r+b") as opened:
        opened.seek(4096)
        opened.write(b"\0" * 4096 * 10)


def pages_overwritten(file: Path) -> None:
    with file.open("r+b") as opened:
        opened.seek(4096)
        opened.write(os.urandom(4096 * 20))


def folder(file: Path) -> None:
    file.unlink()
    (file / "within").mkdir(parents=True)


def another_table(file: Path) -> None:
    """As an earlier version made it."""
    with closing(sqlite3.connect(file)) as connection:
        connection.executescript(
            "DROP TABLE failed_sign_ins;"
            "CREATE TABLE failed_sign_ins (id INTEGER PRIMARY KEY, name TEXT, at TEXT)"
        )


def another_value(file: Path) -> None:
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("UPDATE failed_sign_ins SET at = '2026-11-23 07:99:99', name = 'li'")
        connection.commit()


def a_view(file: Path) -> None:
    with closing(sqlite3.connect(file)) as connection:
        connection.executescript("DROP TABLE failed_sign_ins; CREATE VIEW failed_sign_ins AS SELECT 1 AS id")


DAMAGE = [
    garbage,
    text,
    truncated,
    head_alone,
    pages_zeroed,
    pages_overwritten,
    folder,
    another_table,
    another_value,
    a_view,
]


@pytest.mark.thorough
@pytest.mark.parametrize("damage", DAMAGE)
@pytest.mark.parametrize("open_meanwhile", [False, True])
def test_a_damaged_file_is_put_aside_and_begun_anew(
    db: Database,
    settings: Settings,
    damage: Callable[[Path], None],
    open_meanwhile: bool,
    caplog: pytest.LogCaptureFixture,
) -> None:
    file = filled(db)
    if open_meanwhile:
        assert sign_in(db) is not None
    damage(file)
    with caplog.at_level(logging.ERROR):
        assert sign_in(db) is not None
        assert sign_in(db, "wrong") is None
        guessing.note(db, "li", STRANGER, NOW)
        assert open_meanwhile or guessing.guessed(db, NOW) == []
    if open_meanwhile and not damaged_file.aside(file):
        return  # SQLite had no need yet to read what is damaged
    [aside] = damaged_file.aside(file)
    assert (
        aside.name.startswith("sign-ins.db.damaged-2") and "put aside as sign-ins.db.damaged-" in caplog.text
    )
    assert sum("put aside" in each.message for each in caplog.records) == 1
    with kept_in(db).reading() as session:
        counted = session.scalar(select(func.count()).select_from(FailedSignIn))
        assert counted == 1 or (open_meanwhile and counted == 0)  # found while the last one was looked up
    said = {each.part: each for each in guessing.check(settings)}["wrong passwords"]
    assert not said.ok and aside.name in said.message and "remove" in said.remedy


def test_guesses_are_limited_as_ever_in_the_new_file(db: Database) -> None:
    garbage(filled(db))
    for _ in range(5):
        assert sign_in(db, "wrong") is None
    with pytest.raises(TooManyWrongPasswords):
        sign_in(db, "wrong")


def test_many_at_one_moment_put_it_aside_once(db: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    file = filled(db)
    garbage(file)
    begun, came = threading.Barrier(8), []

    def one(number: int) -> None:
        begun.wait()
        asker = SignInSource(f"10.9.0.{number}")
        came.append(attempts_database.written(db, lambda session: _count_one(session, asker)))

    threads = [threading.Thread(target=one, args=(number,)) for number in range(8)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert len(came) == 8 and len(damaged_file.aside(file)) == 1
    with kept_in(db).reading() as session:
        assert session.scalar(select(func.count()).select_from(FailedSignIn)) == 8


def _count_one(session: object, asker: SignInSource) -> bool:
    session.add(FailedSignIn(name="li", at=NOW, address=asker.counted, browser=""))  # type: ignore[attr-defined]
    return True


def test_a_file_that_is_in_use_is_none_that_is_damaged(
    db: Database, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(damaged_file, "BUSY_SECONDS", 0.1)
    file = filled(db)
    with closing(sqlite3.connect(file, isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        with pytest.raises(CannotCount, match=r"sign-ins\.db: .*locked"):
            sign_in(db)
        assert sign_in(db, asker=KNOWN) is not None
        assert sign_in(db, "wrong", KNOWN) is None
        guessing.note(db, "li", KNOWN, NOW)
        said = {each.part: each for each in guessing.check(settings)}["wrong passwords"]
        assert not said.ok and "locked" in said.message
    assert sign_in(db) is not None
    assert damaged_file.aside(file) == []


def test_a_full_disk_keeps_strangers_out_and_known_browsers_in(db: Database, settings: Settings) -> None:
    filled(db)
    engine = kept_in(db).engine
    with engine.connect() as connection:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar()

    def be_full(connection: sqlite3.Connection, _record: object) -> None:
        connection.execute(f"PRAGMA max_page_count = {pages}")

    event.listen(engine, "connect", be_full)  # SQLite says then what it says of a full disk
    engine.dispose()
    with pytest.raises(OperationalError, match="full"):
        while True:
            with kept_in(db).writing() as session:
                session.add_all(FailedSignIn(name="x", at=NOW, address="y", browser="") for _ in range(50))
    with pytest.raises(CannotCount, match="full"):
        for number in range(200):  # what is left of the last page
            sign_in(db, "wrong", SignInSource(f"10.8.0.{number}"))
    assert sign_in(db, asker=KNOWN) is not None and sign_in(db, "wrong", KNOWN) is None
    assert damaged_file.aside(file_of(db)) == []


def test_what_may_not_be_written_keeps_strangers_out_and_known_browsers_in(db: Database) -> None:
    filled(db)
    with kept_in(db).reading() as session:  # as long as the hotline runs, WAL's files are there
        session.scalars(select(FailedSignIn).limit(1)).all()
        db.engine.dispose()
        folder = Path(tempfile.mkdtemp())
        for each in file_of(db).parent.glob("*.db*"):
            shutil.copy(each, folder)
    for each in (folder, *folder.iterdir()):
        os.chown(each, os.getuid() or NOBODY, -1)
    for each in folder.glob("sign-ins.db*"):
        os.chown(each, os.getuid(), -1)
        each.chmod(0o444)
    try:
        assert as_nobody(lambda: tried(Database(f"sqlite:///{folder}/hotline.db")))
        assert not list(folder.glob("*damaged*"))
    finally:
        shutil.rmtree(folder)


NOBODY = 65534


def tried(db: Database) -> bool:
    with pytest.raises(CannotCount):
        sign_in(db)
    return sign_in(db, asker=KNOWN) is not None and sign_in(db, "wrong", KNOWN) is None


def as_nobody(act: Callable[[], bool]) -> bool:
    """Root may write everything: in a process of a user who may not."""
    child = os.fork()
    if child == 0:
        try:
            if os.getuid() == 0:
                os.setuid(NOBODY)
            os._exit(0 if act() else 1)
        except BaseException:
            traceback.print_exc()
            os._exit(2)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
