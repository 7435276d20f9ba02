"""A message to back up, and another place to restore it to."""

import tarfile
from pathlib import Path

import pytest

from hotline.database import Database
from hotline.intake import intake
from hotline.recordings import spool
from hotline.running import backup, restore
from hotline.running.seal_key import BackupError
from hotline.settings_file import Settings
from tests.kit.wav import write_tone


def ignore(_: str) -> None:
    pass


def leave_message(settings: Settings, db: Database, call: str) -> str:
    write_tone(spool.part_path(settings.spool_dir, call, 0), 0.5)
    taken = intake.take_in(call, settings, db)
    assert taken
    return taken.case_number


def elsewhere(tmp_path: Path, url: str = "") -> Settings:
    return Settings(state_dir=tmp_path / "elsewhere", database_url=url)


@pytest.fixture
def good(settings: Settings, db: Database, tmp_path: Path) -> Path:
    """A backup with a message in the store, one in the spool, and the secrets of the telephones."""
    leave_message(settings, db, "1763885000.1")
    write_tone(spool.part_path(settings.spool_dir, "1763885000.2", 0), 0.5)
    secrets = settings.state_dir / "secrets"
    secrets.mkdir()
    for name in ("seats.json", "asterisk.pem", "ami", "web-session-key"):
        (secrets / name).write_text(f"{name}\n")
    backup.back_up(settings, tmp_path / "good.tar", ignore)
    return tmp_path / "good.tar"


def names(path: Path) -> list[str]:
    with tarfile.open(path) as tar:
        return tar.getnames()


def assert_refused(path: Path, other: Settings, why: str) -> None:
    """It is not restored, and leaves no file anywhere."""
    root = other.state_dir.parent
    before = {each for each in root.rglob("*") if "pg-" not in str(each)}
    with pytest.raises(BackupError, match=why):
        restore.restore(other, path, ignore, trust_unsealed=True)
    left = set(root.rglob("*")) - before - {other.state_dir}
    assert left == set()
