"""The seal and the encryption of a backup: what was changed, cut off or is another's is told."""

import os
from pathlib import Path

import pyrage
import pytest

from hotline.database import Database
from hotline.running import backup, restore, seal
from hotline.running.seal_key import BackupError
from hotline.settings_file import Settings
from tests.kit.backups import elsewhere, ignore, leave_message
from tests.unit.hotline.running import archives
from tests.unit.hotline.running.archives import add, member


@pytest.mark.thorough
def test_any_changed_byte_breaks_the_seal(good: Path, tmp_path: Path) -> None:
    content = good.read_bytes()
    for at in (*range(0, len(content) - seal.SEAL_BYTES, 997), len(content) - 60, len(content) - 2):
        wrong = tmp_path / "wrong.tar"
        wrong.write_bytes(content[:at] + bytes([content[at] ^ 1]) + content[at + 1 :])
        with pytest.raises(BackupError, match=r"changed or damaged|has no seal"):
            restore.restore(elsewhere(tmp_path), wrong, ignore)
    with pytest.raises(BackupError, match="changed or damaged"):  # the word is no way round it
        wrong.write_bytes(b"X" + content[1:])
        restore.restore(elsewhere(tmp_path), wrong, ignore, trust_unsealed=True)


def test_the_seal_of_another_key(good: Path, tmp_path: Path) -> None:
    path, other = archives.without_seal(good, tmp_path / "forged.tar"), elsewhere(tmp_path)
    archives.sealed(path, b"k" * 32)
    with pytest.raises(BackupError, match="sealed with another key"):
        restore.restore(other, path, ignore)
    assert restore.restore(other, path, ignore, trust_unsealed=True) == 1


def test_the_key_is_ours_alone_and_lies_elsewhere(good: Path, settings: Settings, tmp_path: Path) -> None:
    key = settings.backup_key_file
    assert key.stat().st_mode & 0o777 == 0o600
    assert not key.is_relative_to(settings.state_dir)
    key.chmod(0o640)
    with pytest.raises(BackupError, match="not for you alone"):
        restore.restore(elsewhere(tmp_path), good, ignore)
    key.unlink()
    with pytest.raises(BackupError, match="cannot be read"):
        restore.restore(elsewhere(tmp_path), good, ignore)


@pytest.mark.parametrize("share", [0, 0.2, 0.5, 0.95, 0.999])
def test_an_archive_that_was_cut_off(good: Path, tmp_path: Path, share: float) -> None:
    content, other = good.read_bytes(), elsewhere(tmp_path)
    good.write_bytes(content[: int(len(content) * share)])
    with pytest.raises(BackupError, match=r"no seal|no whole archive|cut off|holds no"):
        restore.restore(other, good, ignore)
    assert not other.state_dir.exists()


@pytest.mark.thorough
def test_an_archive_that_is_cut_off_at_any_block(good: Path, tmp_path: Path) -> None:
    """Between two files, too, where ``tarfile`` sees nothing wrong."""
    content, other = archives.without_seal(good, tmp_path / "x.tar").read_bytes(), elsewhere(tmp_path)
    end = len(content.rstrip(b"\0"))
    for at in range(0, end, 512):
        good.write_bytes(content[:at])
        with pytest.raises(BackupError):
            restore.restore(other, good, ignore, trust_unsealed=True)
        assert not other.state_dir.exists(), at


def test_an_archive_that_changes_while_it_is_read(
    good: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    content, check = good.read_bytes(), seal.check

    def then_changed(*arguments: object) -> seal.CheckedArchive:
        found = check(*arguments)  # type: ignore[arg-type]
        good.write_bytes(content.replace(b"RIFF", b"RIFX"))
        return found

    monkeypatch.setattr(seal, "check", then_changed)
    with pytest.raises(BackupError, match="changed while it was read"):
        restore.restore(elsewhere(tmp_path), good, ignore)
    assert not elsewhere(tmp_path).state_dir.exists()


@pytest.fixture
def identity(tmp_path: Path) -> Path:
    key = pyrage.x25519.Identity.generate()
    file = tmp_path / "identity"
    file.write_text(f"# created: today\n# public key: {key.to_public()}\n{key}\n")
    return file


def recipient(identity: Path) -> str:
    return identity.read_text().split()[6]


def test_an_encrypted_backup_is_read_by_its_recipient_alone(
    settings: Settings, db: Database, tmp_path: Path, identity: Path
) -> None:
    leave_message(settings, db, "1763885000.1")
    with_recipient = settings.backup.model_copy(update={"recipients": (recipient(identity),)})
    path, other = tmp_path / "good.age", elsewhere(tmp_path)
    backup.back_up(settings.model_copy(update={"backup": with_recipient}), path, ignore)
    assert b"RIFF" not in path.read_bytes()
    with pytest.raises(BackupError, match="--identity"):
        restore.restore(other, path, ignore)
    stranger = tmp_path / "stranger"
    stranger.write_text(str(pyrage.x25519.Identity.generate()))
    with pytest.raises(BackupError, match="another identity"):
        restore.restore(other, path, ignore, identity=stranger)
    content = path.read_bytes()
    path.write_bytes(content[: len(content) // 2])
    with pytest.raises(BackupError, match=r"cannot be decrypted|cut off"):
        restore.restore(other, path, ignore, identity=identity, trust_unsealed=True)
    assert not other.state_dir.exists()
    path.write_bytes(content)
    assert restore.restore(other, path, ignore, identity=identity) == 1


def test_a_hostile_archive_that_was_encrypted(good: Path, tmp_path: Path, identity: Path) -> None:
    """Anybody can encrypt for a recipient; a refusal ends the decrypting."""
    path = archives.changed(good, tmp_path / "bad.tar", lambda tar: add(tar, member("../escaped.wav")))
    plain = path.read_bytes() + os.urandom(4 << 20)
    path.write_bytes(pyrage.encrypt(plain, [pyrage.x25519.Recipient.from_str(recipient(identity))]))
    with pytest.raises(BackupError, match="no name of ours"):
        restore.restore(elsewhere(tmp_path), path, ignore, identity=identity, trust_unsealed=True)
    assert not elsewhere(tmp_path).state_dir.exists()


def test_a_recipient_that_is_none_is_said(settings: Settings, db: Database, tmp_path: Path) -> None:
    wrong = settings.backup.model_copy(update={"recipients": (f"age1{'q' * 58}",)})
    with pytest.raises(BackupError, match="holds no public key of age"):
        backup.back_up(settings.model_copy(update={"backup": wrong}), tmp_path / "backup.tar", ignore)
    assert not list(tmp_path.glob("backup.tar*"))
