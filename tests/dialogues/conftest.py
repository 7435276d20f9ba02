"""A night at the hotline, with a real database and store."""

from pathlib import Path
from shutil import copyfile

import pytest

from hotline.database import Database
from hotline.private import write_private
from hotline.settings_file import Settings
from tests.dialogues.night import Night
from tests.kit import databases
from tests.kit.agi_peer import HEADER


@pytest.fixture(autouse=True)
def _patient_callers(patient_callers: None) -> None:
    """In every dialogue."""


@pytest.fixture(scope="session")
def empty_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated database with the sample units, to be copied: migrating takes longer than a test."""
    state = tmp_path_factory.mktemp("empty")
    settings = Settings(state_dir=state)
    databases.new(settings)
    db = Database(settings.database_url)
    Night.open_office(db)
    db.engine.dispose()  # closing it brings everything into the one file that is copied
    return state / "hotline.db"


@pytest.fixture
def night(settings: Settings, empty_database: Path) -> Night:
    """A hotline that is closed and has no recordings yet."""
    copyfile(empty_database, settings.state_dir / "hotline.db")
    (settings.state_dir / "secrets").mkdir(mode=0o700, exist_ok=True)
    write_private(settings.state_dir / "secrets" / "agi", HEADER["agi_arg_1"])
    return Night(settings)
