"""A restore survives ``kill -9`` at any line: nothing is there, or all of it, or nothing starts."""

import shutil
from pathlib import Path

import click
import pytest
from sqlalchemy import select

from hotline.database import Database
from hotline.recordings import store
from hotline.recordings.recordings import RecordingPart
from hotline.running import archive, backup, database_copy, restore, restore_end, seal
from hotline.running.prepare import make_folders
from hotline.settings_file import Settings
from tests.kit.backups import elsewhere, ignore, leave_message
from tests.kit.killing import killed_at
from tests.kit.wav import write_tone


@pytest.fixture
def good(settings: Settings, db: Database, tmp_path: Path) -> Path:
    leave_message(settings, db, "1763885000.1")
    write_tone(settings.spool_dir / "1763885000.2.00.wav", 0.5)
    backup.back_up(settings, tmp_path / "good.tar", ignore)
    return tmp_path / "good.tar"


@pytest.mark.timeout(900)
def test_kill_at_every_line(good: Path, tmp_path: Path) -> None:
    other, line, unfinished = elsewhere(tmp_path), 0, 0
    while killed_at(
        line,
        lambda: restore.restore(other, good, ignore),
        restore,
        restore_end,
        archive,
        database_copy,
        store,
    ):
        if other.unfinished_restore.exists():
            unfinished += 1
            with pytest.raises(click.ClickException, match="is not whole"):
                make_folders(other)
        elif other.state_dir.exists() and any(other.state_dir.iterdir()):
            _assert_whole(other)
        _put_away(other)
        line += 1
    assert line > 100, "the tracer saw too few lines: the test proves nothing"
    assert unfinished > 40
    _assert_whole(other)


def test_a_restore_that_was_killed_is_done_again(good: Path, tmp_path: Path) -> None:
    other = elsewhere(tmp_path)
    (other.unfinished_restore / "store").mkdir(parents=True)
    (other.unfinished_restore / "store" / "half").write_text("half")
    assert restore.restore(other, good, ignore) == 1
    _assert_whole(other)


def test_a_backup_that_is_killed_is_no_backup(settings: Settings, db: Database, tmp_path: Path) -> None:
    leave_message(settings, db, "1763885000.1")
    target, other, line = tmp_path / "kept" / "good.tar", elsewhere(tmp_path), 0
    target.parent.mkdir()
    while killed_at(line, lambda: backup.back_up(settings, target, ignore), backup, seal, database_copy):
        if target.exists():
            assert restore.restore(other, target, ignore) == 1
            _put_away(other)
            target.unlink()
        line += 1
    assert line > 60, "the tracer saw too few lines: the test proves nothing"
    assert restore.restore(other, target, ignore) == 1


def _assert_whole(other: Settings) -> None:
    make_folders(other)
    assert [path.name for path in other.spool_dir.iterdir()] == ["1763885000.2.00.wav"]
    with Database(other.database_url).reading() as session:
        part = session.scalars(select(RecordingPart)).one()
    assert store.sha256(store.path_of(other.store_dir, part.store_key)) == part.sha256


def _put_away(other: Settings) -> None:
    if other.state_dir.exists():
        shutil.rmtree(other.state_dir)
