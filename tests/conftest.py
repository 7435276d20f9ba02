"""What every kind of test may use: a hotline's state directory, its database, sound to keep."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import hypothesis
import pytest
from argon2 import PasswordHasher

from hotline import database, hashing
from hotline.database import Database
from hotline.settings_file import Settings
from ivr import timed_pool
from tests.kit import databases
from tests.kit.postgresql import PostgreSQL, emptied
from tests.lanes import (  # noqa: F401 - hooks of pytest
    pytest_collection_modifyitems,
    pytest_runtest_protocol,
    pytest_runtest_setup,
    pytest_xdist_make_scheduler,
)
from tests.quick import pytest_itemcollected  # noqa: F401 - a hook of pytest

hypothesis.settings.register_profile("steady", deadline=None)  # no test asserts a speed
hypothesis.settings.load_profile("steady")


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
    monkeypatch.setattr(timed_pool, "ANSWER_SECONDS", 60.0)
    monkeypatch.setattr(timed_pool, "SILENT_SECONDS", 60.0)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Settings of an empty hotline with its folders."""
    settings = Settings(state_dir=tmp_path / "state")
    for folder in (settings.spool_dir, settings.store_dir, settings.run_dir):
        folder.mkdir(parents=True)
    return settings


@pytest.fixture(scope="session")
def migrated() -> Path:
    """A migrated, empty SQLite database, to be copied."""
    return databases.prepared()


@pytest.fixture
def db(settings: Settings, migrated: Path) -> Database:
    """A migrated SQLite database."""
    shutil.copy(migrated, settings.state_dir)
    return Database(settings.database_url)


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
