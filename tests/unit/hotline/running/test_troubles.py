"""Commands where the state directory or the database cannot be used: one sentence with what to do next."""

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import create_engine, make_url, text

from hotline import database, settings_file
from hotline.commands import main
from hotline.database import Database
from hotline.running import prepare
from hotline.settings_file import Settings
from tests.kit.postgresql import PostgreSQL

COMMANDS = [
    ("calls", "list"),
    ("calls", "abandoned"),
    ("recordings", "list"),
    ("recordings", "list", "--json"),
    ("recordings", "retry", "2600000012"),
    ("users", "list"),
    ("users", "add", "li"),
    ("units", "list"),
    ("reports",),
    ("callbacks", "list"),
    ("case", "show", "2600000012"),
    ("line", "status"),
    ("line", "lift"),
    ("retention", "holds"),
    ("retention", "report"),
    ("audit", "show"),
    ("audit", "verify"),
    ("status",),
]


@pytest.fixture(params=["missing", "not prepared", "locked", "no database", "unreachable"])
def broken(
    request: pytest.FixtureRequest, tmp_path: Path, migrated: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[str]:
    """A hotline of which this is broken; what is said of it."""
    folder = tmp_path / "state"
    monkeypatch.setenv("HOTLINE_STATE_DIR", str(folder))
    for each in (settings_file.current, database.current):
        each.cache_clear()
    if request.param != "missing":
        folder.mkdir()
    told = {
        "missing": f"there is no state directory {folder}: run: hotline start",
        "not prepared": "no such table",
        "locked": "database is locked): another program keeps it",
        "no database": "file is not a database): stop the hotline, keep the file",
        "unreachable": "Connection refused",
    }
    if request.param == "no database":
        (folder / "hotline.db").write_bytes(b"what is this? " * 1000)
    if request.param == "unreachable":
        monkeypatch.setenv("HOTLINE_DATABASE_URL", "postgresql+psycopg://hotline@127.0.0.1:1/hotline")
    with locked(migrated, folder) if request.param == "locked" else closing(sqlite3.connect(":memory:")):
        with database.in_a_hurry(0.1):
            yield told[request.param]
        database.current().engine.dispose()


@contextmanager
def locked(migrated: Path, folder: Path) -> Iterator[None]:
    (folder / "hotline.db").write_bytes(migrated.read_bytes())
    with closing(sqlite3.connect(folder / "hotline.db", isolation_level=None)) as other:
        other.execute("PRAGMA locking_mode = EXCLUSIVE")
        other.execute("BEGIN EXCLUSIVE")
        yield


def run(*words: str) -> Result:
    return CliRunner().invoke(main, words)


@pytest.mark.parametrize("words", COMMANDS, ids=" ".join)
def test_one_sentence_and_no_traceback(broken: str, words: tuple[str, ...]) -> None:
    shown = run(*words)
    assert (shown.exit_code, type(shown.exception)) == (1, SystemExit), shown.exception
    assert broken in shown.output
    assert words == ("status",) or len(shown.output.splitlines()) == 1, shown.output


def test_status_for_programs_is_always_json(broken: str) -> None:
    shown = run("status", "--json")
    assert shown.exit_code == 1
    record = json.loads(shown.output)
    assert broken in record["problem"] and "web" in record["not_answering"]


def test_a_backup_says_it_before_anything_else(broken: str, tmp_path: Path) -> None:
    (tmp_path / "backups").mkdir()
    shown = run("backup", str(tmp_path / "backups" / "b.tar"))
    assert (shown.exit_code, len(shown.output.splitlines())) == (1, 1), shown.output
    assert broken in shown.output and "files" not in shown.output
    assert list((tmp_path / "backups").iterdir()) == []


def test_nothing_is_made_where_there_is_no_state_directory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOTLINE_STATE_DIR", str(tmp_path / "state"))
    for each in (settings_file.current, database.current):
        each.cache_clear()
    for words in (*COMMANDS, ("backup", str(tmp_path / "b.tar")), ("doctor",)):
        run(*words)
    assert not (tmp_path / "state").exists()


def test_a_fault_of_the_program_keeps_its_traceback(
    settings: Settings, db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fault() -> Database:
        raise ZeroDivisionError

    monkeypatch.setattr(settings_file, "current", lambda: settings)
    monkeypatch.setattr(database, "current", fault)
    assert isinstance(run("users", "list").exception, ZeroDivisionError)


def test_a_newer_versions_database(settings: Settings, db: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    with closing(sqlite3.connect(settings.state_dir / "hotline.db")) as other, other:
        other.execute("UPDATE alembic_version SET version_num = '9999'")
    monkeypatch.setattr(settings_file, "current", lambda: settings)
    shown = CliRunner().invoke(prepare.command)
    assert shown.exit_code == 1 and "a newer version made the database" in shown.output


def test_on_postgresql(postgresql: PostgreSQL, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Not prepared, a table that somebody holds, a database that is not there."""
    held, there = create_engine(postgresql.url), make_url(postgresql.url)
    monkeypatch.setenv("HOTLINE_STATE_DIR", str(tmp_path))
    with held.begin() as holder:
        holder.execute(text("LOCK TABLE users"))
        for url, told in {
            postgresql.new_database(): '"users" does not exist): run: hotline start',
            postgresql.url: "lock timeout): another program keeps it",
            str(there.set(database="nowhere")): '"nowhere" does not exist): start the database server',
        }.items():
            monkeypatch.setenv("HOTLINE_DATABASE_URL", url)
            for each in (settings_file.current, database.current):
                each.cache_clear()
            with database.in_a_hurry(0.2):
                shown = run("users", "list")
                assert (shown.exit_code, len(shown.output.splitlines())) == (1, 1), shown.output
                assert told in shown.output
            database.current().engine.dispose()
    held.dispose()
