"""``hotline doctor`` goes through all its checks whatever is broken: what cannot be checked is a finding."""

import sqlite3
from contextlib import closing
from itertools import pairwise
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import Engine

from hotline import database, settings_file
from hotline.commands import main
from hotline.commands.doctor import BUSY_SECONDS
from hotline.database import Database
from hotline.database_engine import engine_of
from hotline.settings_file import Settings


def doctor(monkeypatch: pytest.MonkeyPatch, state_dir: Path) -> list[str]:
    """What it says of a state directory, in which nothing runs."""
    monkeypatch.setenv("HOTLINE_STATE_DIR", str(state_dir))
    settings_file.current.cache_clear()
    database.current.cache_clear()
    shown = CliRunner().invoke(main, ["doctor"])
    database.current().engine.dispose()
    assert shown.exit_code == 1 and isinstance(shown.exception, SystemExit)
    lines = shown.output.splitlines()
    assert not state_dir.exists() or any(line.startswith("MEND  clock: does not answer") for line in lines), (
        "the last check was reached"
    )
    for line, remedy in pairwise(lines):
        assert line.startswith(("The hotline of", "ok ", "MEND ", "      → ")), line
        assert not line.startswith("MEND ") or len(remedy) > len("      → "), line
    return [line for line in lines if line.startswith("MEND ")]


def assert_all_told(found: list[str], reason: str) -> None:
    for part in ("database", "recordings", "passwords", "evidence"):
        assert [line for line in found if line.startswith(f"MEND  {part}: ") and reason in line], part


def test_an_empty_state_directory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    found = doctor(monkeypatch, tmp_path)
    assert_all_told(found, "no such table")
    assert not [line for line in found if "guards" in line], "nobody removed what was never there"


def test_no_state_directory_is_one_finding(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    found = doctor(monkeypatch, tmp_path / "nowhere")
    assert found == [f"MEND  state directory: there is no state directory {tmp_path / 'nowhere'}"]
    assert not (tmp_path / "nowhere").exists(), "who looks makes nothing"


def test_a_database_that_is_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "hotline.db").write_bytes(b"what is this? " * 1000)
    assert_all_told(doctor(monkeypatch, tmp_path), "file is not a database")


def test_a_database_that_is_torn(settings: Settings, db: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    db.engine.dispose()
    file = settings.state_dir / "hotline.db"
    with file.open("r+b") as torn:
        torn.seek(4096)
        torn.write(b"\xff" * (file.stat().st_size - 4096))
    assert_all_told(doctor(monkeypatch, settings.state_dir), "malformed")


def test_a_locked_database(settings: Settings, db: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    db.engine.dispose()
    opened: list[tuple[str, float]] = []

    def notes(url: str, busy_seconds: float) -> Engine:
        opened.append((url, busy_seconds))
        return engine_of(url, busy_seconds)

    monkeypatch.setattr(database, "engine_of", notes)
    with closing(sqlite3.connect(settings.state_dir / "hotline.db", isolation_level=None)) as other:
        other.execute("PRAGMA locking_mode = EXCLUSIVE")
        other.execute("BEGIN EXCLUSIVE")
        assert_all_told(doctor(monkeypatch, settings.state_dir), "locked")
    # no check waits as long as a call's intake does
    assert {busy for url, busy in opened if url == settings.database_url} == {BUSY_SECONDS}
