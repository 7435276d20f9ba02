"""Restoring takes what a backup of ours holds and refuses everything else, before anything is written."""

import io
import shutil
import tarfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from hotline import database, people
from hotline.audit import AuditEntry
from hotline.database import Database
from hotline.people import Role
from hotline.recordings import spool, store
from hotline.running import archive, backup, backup_health, restore, seal_key
from hotline.running.archive import POSTGRESQL_COPY, SQLITE_COPY
from hotline.running.prepare import make_folders
from hotline.running.seal_key import BackupError
from hotline.settings_file import Settings
from hotline.sign_ins import BrowserSession
from tests.kit.backups import assert_refused, elsewhere, ignore, names
from tests.kit.wav import write_tone
from tests.unit.hotline.running import archives
from tests.unit.hotline.running.archives import member, two


def test_there_has_to_be_room(good: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    usage = type("Usage", (), {"free": 1 << 20})
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage)
    assert_refused(good, elsewhere(tmp_path), "1 MiB free")


def test_modes_are_ours_and_times_are_not_to_come(good: Path, tmp_path: Path) -> None:
    def change(tar: tarfile.TarFile) -> None:
        info, content = member("spool/1763885000.9.00.wav", mode=0o6777)
        info.mtime = 1 << 40
        tar.addfile(info, io.BytesIO(content))

    path, other = archives.changed(good, tmp_path / "odd.tar", change), elsewhere(tmp_path)
    restore.restore(other, path, ignore, trust_unsealed=True)
    modes = {each.stat().st_mode & 0o7777 for each in other.state_dir.rglob("*") if each.is_file()}
    assert modes == {0o600, store.READ_ONLY}
    assert other.state_dir.stat().st_mode & 0o777 == 0o700
    newest = max(each.stat().st_mtime for each in other.spool_dir.iterdir())
    assert newest <= good.stat().st_mtime + 1000


def test_only_what_telephones_know_is_kept_of_the_secrets(good: Path, tmp_path: Path) -> None:
    assert {name for name in names(good) if name.startswith("secrets")} == {
        "secrets/seats.json",
        "secrets/asterisk.pem",
    }
    older = archives.changed(
        good, tmp_path / "older.tar", two(member("secrets/ami"), member("secrets/web-session-key"))
    )
    other = elsewhere(tmp_path)
    restore.restore(other, older, ignore, trust_unsealed=True)
    assert {each.name for each in (other.state_dir / "secrets").iterdir()} == {"seats.json", "asterisk.pem"}


def test_an_archive_of_an_older_version_needs_a_word(good: Path, tmp_path: Path) -> None:
    path, other = archives.without_seal(good, tmp_path / "older.tar"), elsewhere(tmp_path)
    with pytest.raises(BackupError, match=r"has no seal.*--trust-unsealed"):
        restore.restore(other, path, ignore)
    assert restore.restore(other, path, ignore, trust_unsealed=True) == 1


def test_times_with_fractions_as_older_versions_wrote_them(good: Path, tmp_path: Path) -> None:
    def change(tar: tarfile.TarFile) -> None:
        info, content = member("spool/1763885000.9.00.wav")
        info.mtime = 1763885000.25  # a header of pax
        tar.addfile(info, io.BytesIO(content))

    path = archives.changed(good, tmp_path / "older.tar", change, tarfile.PAX_FORMAT)
    other = elsewhere(tmp_path)
    restore.restore(other, path, ignore, trust_unsealed=True)
    assert (other.spool_dir / "1763885000.9.00.wav").stat().st_mtime == 1763885000.25


def test_sessions_end_and_both_acts_are_noted(settings: Settings, db: Database, tmp_path: Path) -> None:
    from datetime import UTC, datetime

    with db.writing() as session:
        people.ensure_administrator(session)
        user = session.scalars(select(people.User)).one()
        now = datetime.now(UTC)
        session.add(BrowserSession(token_hash="0" * 64, user_id=user.id, seen_at=now, begun_at=now))
        assert user.role == Role.ADMINISTRATOR
    path, other = tmp_path / "good.tar", elsewhere(tmp_path)
    backup.back_up(settings, path, ignore)
    digest = store.sha256(path)
    restore.restore(other, path, ignore)
    with db.reading() as session:
        acts = session.execute(select(AuditEntry.action, AuditEntry.detail)).all()
    assert [action for action, _ in acts][-2:] == ["begin backup", backup.MADE]
    assert digest in acts[-1].detail
    with Database(other.database_url).reading() as session:
        assert session.scalars(select(BrowserSession)).all() == []
        last = session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc())).first()
    assert last and last.action == "restore"
    assert digest in last.detail
    assert backup.who() in last.detail


def test_folders_in_the_spool_are_none_of_ours(settings: Settings, db: Database, tmp_path: Path) -> None:
    for folder in (settings.spool_dir, settings.spool_dir / "below"):
        folder.mkdir(exist_ok=True)
        write_tone(folder / "1763885000.2.00.wav", 0.5)
    backup.back_up(settings, tmp_path / "backup.tar", ignore)
    assert names(tmp_path / "backup.tar") == ["spool/1763885000.2.00.wav", SQLITE_COPY]


def test_a_backup_is_never_put_into_the_state_directory(
    settings: Settings, db: Database, tmp_path: Path
) -> None:
    (tmp_path / "link").symlink_to(settings.store_dir)
    for place in (settings.state_dir, settings.store_dir, tmp_path / "link"):
        with pytest.raises(BackupError, match="in the state directory"):
            backup.back_up(settings, place / "backup.tar", ignore)


def test_a_recording_with_a_strange_name_is_kept(settings: Settings, db: Database, tmp_path: Path) -> None:
    write_tone(settings.spool_dir / "投诉 \x1b.wav", 0.5)
    other = elsewhere(tmp_path)
    backup.back_up(settings, tmp_path / "backup.tar", ignore)
    restore.restore(other, tmp_path / "backup.tar", ignore)
    assert spool.calls(other.spool_dir).keys() == spool.calls(settings.spool_dir).keys()


def test_nothing_starts_beside_an_unfinished_restore(settings: Settings) -> None:
    from click import ClickException

    settings.unfinished_restore.mkdir()
    with pytest.raises(ClickException, match="is not whole: a restore was broken off"):
        make_folders(settings)


@given(st.text(max_size=60) | st.from_regex(r"(spool|store|secrets)/[ -~]{0,60}", fullmatch=True))
def test_no_name_leads_anywhere_else(name: str) -> None:
    if archive.limit(name) is not None:
        parts = Path(name).parts
        assert name.isascii()
        assert name == "/".join(parts)
        assert not {"..", ".", ""} & set(parts)
        assert parts[0] in ("spool", "store", "secrets", SQLITE_COPY, POSTGRESQL_COPY)


def test_doctor_asks_for_backups_their_readers_and_their_key(
    settings: Settings, db: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database, "current", lambda: db)
    assert said(settings) == {"backup": False, "backup's readers": False}
    backup.back_up(settings, tmp_path / "good.tar", ignore)
    assert said(settings) == {"backup": True, "backup's readers": False, "backup's key": True}
    inside = settings.backup.model_copy(update={"key_file": str(settings.state_dir / "key")})
    wrong = settings.model_copy(update={"backup": inside})
    assert said(wrong)["backup's key"] is False  # missing
    seal_key.make_key(wrong.backup_key_file)
    assert said(wrong)["backup's key"] is False  # in the state directory
    settings.unfinished_restore.mkdir()
    assert said(settings)["restore"] is False


def said(settings: Settings) -> dict[str, bool]:
    return {finding.part: finding.ok for finding in backup_health.backups(settings)}
