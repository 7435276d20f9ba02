"""A night at the hotline, with a real database and store."""

from pathlib import Path
from shutil import copyfile

import pytest

from hotline import database
from hotline.database import Database
from hotline.private import write_private
from hotline.settings import Settings
from ivr import desk
from tests.dialogues.exchange import HEADER
from tests.dialogues.night import Night


@pytest.fixture(autouse=True)
def _patient_callers(monkeypatch: pytest.MonkeyPatch) -> None:
    """What the database says in the end is what these tests ask, and not how soon."""
    monkeypatch.setattr(desk, "ANSWER_SECONDS", 60.0)
    monkeypatch.setattr(desk, "SILENT_SECONDS", 60.0)


@pytest.fixture(scope="session")
def empty_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated database with the sample units, to be copied: migrating takes longer than a test."""
    state = tmp_path_factory.mktemp("empty")
    chosen = Settings(state_dir=state)
    database.upgrade(chosen)
    db = Database(chosen.database_url)
    Night.open_office(db)
    db.engine.dispose()  # closing it brings everything into the one file that is copied
    return state / "hotline.db"


@pytest.fixture
def night(chosen: Settings, empty_database: Path) -> Night:
    """A hotline that is closed and has no recordings yet."""
    copyfile(empty_database, chosen.state_dir / "hotline.db")
    (chosen.state_dir / "secrets").mkdir(mode=0o700, exist_ok=True)
    write_private(chosen.state_dir / "secrets" / "agi", HEADER["agi_arg_1"])
    return Night(chosen)
