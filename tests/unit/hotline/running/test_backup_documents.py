"""Documents in a backup: they come back as they were, and one that differs is not restored."""

import stat
from datetime import UTC, datetime
from pathlib import Path

import pytest

from hotline.database import Database
from hotline.documents import document_store
from hotline.evidence import verification
from hotline.intake import document_intake
from hotline.running import backup, restore
from hotline.running.seal_key import BackupError
from hotline.settings_file import Settings
from tests.kit import documents
from tests.kit.backups import elsewhere, ignore
from tests.kit.evidence import sound_differing
from tests.kit.one_case import NOW, OneCase

LONG_AFTER = datetime(2100, 1, 1, tzinfo=UTC)


@pytest.fixture
def kept(settings: Settings, db: Database) -> Path:
    """Where the one document of a case lies."""
    case = OneCase(db)
    documents.add(settings, db, case.number, case.users["clerk"], NOW)
    (settings.documents_dir / document_store.DRAFTS / "left.partial").touch()
    return settings.documents_dir / next(document_store.keys(settings.documents_dir))


def test_documents_come_back_as_they_were(settings: Settings, kept: Path, tmp_path: Path) -> None:
    backup.back_up(settings, tmp_path / "backup.tar", ignore)
    other = elsewhere(tmp_path)
    assert restore.restore(other, tmp_path / "backup.tar", ignore) == 1
    there = other.documents_dir / kept.relative_to(settings.documents_dir)
    assert there.read_bytes() == kept.read_bytes() and stat.S_IMODE(there.stat().st_mode) == 0o440
    found = Database(other.database_url)
    assert [*verification.rows_that_differ(found), *sound_differing(other, found)] == []
    assert [
        *document_intake.strays(other, found, LONG_AFTER),
        *document_intake.missing_files(other, found),
    ] == []
    assert [each for each in other.documents_dir.rglob("*") if each.is_file()] == [there]


def test_a_document_that_is_another_is_not_restored(settings: Settings, kept: Path, tmp_path: Path) -> None:
    kept.chmod(0o600)
    kept.write_bytes(documents.pdf()[:-2] + b"x\n")
    backup.back_up(settings, tmp_path / "backup.tar", ignore)
    with pytest.raises(BackupError, match="missing from the backup or damaged"):
        restore.restore(elsewhere(tmp_path), tmp_path / "backup.tar", ignore)
