"""What every kind of test may use: a hotline's state directory, its database, sound to keep."""

import math
import os
import shutil
import struct
import wave
from collections.abc import Iterator
from pathlib import Path

import pytest
from argon2 import PasswordHasher
from sqlalchemy import text

from hotline import database, hashing
from hotline.database import Database
from hotline.schema import metadata
from hotline.settings import Settings
from ivr import desk
from tests.lanes import (  # noqa: F401 - hooks of pytest
    pytest_collection_modifyitems,
    pytest_runtest_protocol,
    pytest_runtest_setup,
    pytest_xdist_make_scheduler,
)
from tests.postgresql import PostgreSQL

# what is asserted there says what it has found, too
for module in ("browser.agents", "asterisk.at_seats", "asterisk.seats", "asterisk.conversations"):
    pytest.register_assert_rewrite(f"tests.{module}")


@pytest.fixture(autouse=True)
def _own_settings_only(monkeypatch: pytest.MonkeyPatch) -> None:
    """No test sees the settings of whoever runs it."""
    for name in [name for name in os.environ if name.startswith("HOTLINE_")]:
        if name not in ("HOTLINE_MODELS_DIR", "HOTLINE_ASTERISK_ROOT", "HOTLINE_SCREENSHOTS"):
            monkeypatch.delenv(name)
    monkeypatch.setenv("HOTLINE_CONFIG", os.devnull)


@pytest.fixture(scope="session", autouse=True)
def _cheap_hashes() -> Iterator[None]:
    """A tenth of a second and 64 MiB for each password are what an attacker shall spend, and no test."""
    patch = pytest.MonkeyPatch()
    patch.setattr(hashing, "_HASHER", PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
    yield
    patch.undo()


@pytest.fixture
def patient_callers(monkeypatch: pytest.MonkeyPatch) -> None:
    """They wait for what the database says in the end: what it is, is asked here, and not how soon."""
    monkeypatch.setattr(desk, "ANSWER_SECONDS", 60.0)
    monkeypatch.setattr(desk, "SILENT_SECONDS", 60.0)


@pytest.fixture
def chosen(tmp_path: Path) -> Settings:
    """Settings of an empty hotline with its folders."""
    settings = Settings(state_dir=tmp_path / "state")
    for folder in (settings.spool_dir, settings.store_dir, settings.run_dir):
        folder.mkdir(parents=True)
    return settings


@pytest.fixture(scope="session")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated, empty SQLite database, to be copied."""
    state_dir = tmp_path_factory.mktemp("migrated")
    database.upgrade(Settings(state_dir=state_dir))
    return state_dir / "hotline.db"


@pytest.fixture
def db(chosen: Settings, migrated: Path) -> Database:
    """A migrated SQLite database."""
    shutil.copy(migrated, chosen.state_dir)
    return Database(chosen.database_url)


@pytest.fixture(scope="session")
def postgresql(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PostgreSQL]:
    """A real PostgreSQL server with a migrated database."""
    server = PostgreSQL()
    state_dir = tmp_path_factory.mktemp("postgresql")
    database.upgrade(Settings(state_dir=state_dir, database_url=server.url))
    yield server
    server.stop()


@pytest.fixture(params=["sqlite", "postgresql"])
def either_db(request: pytest.FixtureRequest) -> Database:
    """A migrated, empty database of each kind in turn."""
    if request.param == "postgresql":
        return emptied(Database(request.getfixturevalue("postgresql").url))
    of_sqlite: Database = request.getfixturevalue("db")
    return of_sqlite


def emptied(db: Database) -> Database:
    """The same PostgreSQL database without any row; the guards of evidence would refuse it."""
    with db.writing() as session:
        session.execute(text("SET LOCAL session_replication_role = replica"))
        for table in reversed(metadata.sorted_tables):
            session.execute(table.delete())
    return db


def write_tone(path: Path, seconds: float, hertz: float = 440.0) -> Path:
    """A WAV file as Asterisk writes it: 8 kHz, mono, 16 bit."""
    samples = (
        int(8000 * math.sin(2 * math.pi * hertz * index / 8000)) for index in range(int(8000 * seconds))
    )
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(8000)
        file.writeframes(b"".join(struct.pack("<h", sample) for sample in samples))
    return path
