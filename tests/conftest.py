"""What every kind of test may use: a hotline's state directory, its database, sound to keep."""

import fcntl
import math
import os
import shutil
import struct
import wave
from collections.abc import Generator, Iterator
from pathlib import Path
from typing import Any, TextIO

import pytest
from xdist.scheduler import LoadScopeScheduling

from hotline import database
from hotline.database import Database
from hotline.schema import metadata
from hotline.settings import Settings
from tests.postgresql import PostgreSQL

DAY, NIGHT, REST = "day", "night", "rest"
BY_DAY = ("test_seat", "test_callbacks", "test_day_")
TELEPHONING = ("test_calls_server", "test_calls_storage", "test_seat_console", "test_supervision")
"""Files outside ``tests/asterisk`` with real calls, which must not be kept waiting."""
CROWDS = ("test_rush", "test_seats_rush", "test_raw_callers", "test_reserve")
"""Files in which many call at once."""
NIGHTS: set[str] = set()
"""``night`` once its calls are over."""
TELEPHONES: list[TextIO] = []
"""The lock on them, while this process holds it."""
POLITE = 19


class Lanes(LoadScopeScheduling):  # type: ignore[misc]
    """What pytest-xdist runs beside each other (``make test``): calls by day, calls by night, and the rest.

    Each lane is one process, so that what is shared by a session is made once. More lanes with calls than two
    would overload two processor cores.
    """

    def _split_scope(self, nodeid: str) -> str:
        return lane(nodeid)


def lane(nodeid: str) -> str:
    """The lane of a test."""
    path = Path(nodeid.split("::")[0])
    if path.parent.name == "asterisk":
        return DAY if path.name.startswith(BY_DAY) else NIGHT
    return NIGHT if path.name.startswith(TELEPHONING) else REST


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Lanes:
    """A hook of pytest-xdist."""
    return Lanes(config, log)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Calls first: their lanes last longest."""
    items.sort(key=lambda item: (DAY, NIGHT, REST).index(lane(item.nodeid)))


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Leave the processor to the calls in the other lanes."""
    if "PYTEST_XDIST_WORKER" in os.environ and lane(item.nodeid) == REST and os.nice(0) < POLITE:
        os.nice(POLITE)


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_protocol(
    item: pytest.Item, nextitem: pytest.Item | None
) -> Generator[None, object, object]:
    """A crowd of callers has the telephones to itself: the other lane with calls waits until it is over.

    First of all wrappers, so that the waiting is not counted by the limit in time. A file with a crowd in it
    waits once and not for each of its tests.
    """
    if "PYTEST_XDIST_WORKER" not in os.environ or lane(item.nodeid) == REST:
        return (yield)
    crowd = is_crowd(item)
    if not TELEPHONES:
        TELEPHONES.append((Path(item.config.option.basetemp).parent / "telephones").open("w"))
        fcntl.flock(TELEPHONES[0], fcntl.LOCK_EX if crowd else fcntl.LOCK_SH)
    try:
        return (yield)
    finally:
        NIGHTS.update({"night"} & set(getattr(item, "fixturenames", ())))
        if not (crowd and nextitem and nextitem.path == item.path):
            TELEPHONES.pop().close()


def is_crowd(item: pytest.Item) -> bool:
    """Whether many call at once in this test; in those that look at the night's calls later nobody does."""
    calls = set(getattr(item, "fixturenames", ()))
    return item.path.name.startswith(CROWDS) or "night" in calls - NIGHTS


@pytest.fixture(autouse=True)
def _own_settings_only(monkeypatch: pytest.MonkeyPatch) -> None:
    """No test sees the settings of whoever runs it."""
    for name in [name for name in os.environ if name.startswith("HOTLINE_")]:
        if name not in ("HOTLINE_MODELS_DIR", "HOTLINE_ASTERISK_ROOT", "HOTLINE_SCREENSHOTS"):
            monkeypatch.delenv(name)
    monkeypatch.setenv("HOTLINE_CONFIG", os.devnull)


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
    if request.param == "sqlite":
        return request.getfixturevalue("db")
    found = Database(request.getfixturevalue("postgresql").url)
    with found.writing() as session:
        for table in reversed(metadata.sorted_tables):
            session.execute(table.delete())
    return found


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
