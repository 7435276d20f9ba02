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
from tests.kit.killing import killed_before, lines_that_write
from tests.kit.wav import write_tone


@pytest.fixture
def good(settings: Settings, db: Database, tmp_path: Path) -> Path:
    leave_message(settings, db, "1763885000.1")
    write_tone(settings.spool_dir / "1763885000.2.00.wav", 0.5)
    backup.back_up(settings, tmp_path / "good.tar", ignore)
    return tmp_path / "good.tar"


@pytest.mark.timeout(900)
def test_kill_at_every_line(good: Path, tmp_path: Path) -> None:
    other, unfinished = elsewhere(tmp_path), 0

    def restoring() -> None:
        restore.restore(other, good, ignore)

    modules = (restore, restore_end, archive, database_copy, store)
    lines = lines_that_write(restoring, tmp_path, *modules)
    assert len(lines) > 20, "the tracer saw too few writes: the test proves nothing"
    _put_away(other)
    for line in lines:
        assert killed_before(line, restoring, *modules)
        if other.unfinished_restore.exists():
            unfinished += 1
            with pytest.raises(click.ClickException, match="is not whole"):
                make_folders(other)
        elif other.state_dir.exists() and any(other.state_dir.iterdir()):
            _assert_whole(other)
        _put_away(other)
    assert unfinished > 10
    restoring()
    _assert_whole(other)


def test_a_restore_that_was_killed_is_done_again(good: Path, tmp_path: Path) -> None:
    other = elsewhere(tmp_path)
    (other.unfinished_restore / "store").mkdir(parents=True)
    (other.unfinished_restore / "store" / "half").write_text("half")
    assert restore.restore(other, good, ignore) == 1
    _assert_whole(other)


def test_a_backup_that_is_killed_is_no_backup(settings: Settings, db: Database, tmp_path: Path) -> None:
    leave_message(settings, db, "1763885000.1")
    target, other = tmp_path / "kept" / "good.tar", elsewhere(tmp_path)
    target.parent.mkdir()

    def backing_up() -> None:
        backup.back_up(settings, target, ignore)

    modules = (backup, seal, database_copy)
    lines = lines_that_write(backing_up, tmp_path, *modules)
    assert len(lines) > 5, "the tracer saw too few writes: the test proves nothing"
    for line in lines:
        target.unlink(missing_ok=True)
        assert killed_before(line, backing_up, *modules)
        if target.exists():  # only once it is whole
            assert restore.restore(other, target, ignore) == 1
            _put_away(other)
    backing_up()
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
