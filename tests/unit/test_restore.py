"""Restoring takes what a backup of ours holds and refuses everything else, before anything is written."""

import io
import os
import shutil
import sqlite3
import tarfile
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pyrage
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select, text

from hotline import database, people
from hotline.audit import AuditEntry
from hotline.database import Database
from hotline.evidence import guards
from hotline.people import Role
from hotline.recordings import spool, store
from hotline.running import archive, backup, backup_health, restore, seal, seal_key
from hotline.running.archive import POSTGRESQL_COPY, SQLITE_COPY
from hotline.running.prepare import make_folders
from hotline.running.seal_key import BackupError
from hotline.settings import Settings
from hotline.sign_ins import SignIn
from tests.kit.backups import elsewhere, ignore, leave_message
from tests.kit.wav import write_tone
from tests.unit import archives
from tests.unit.archives import add, member


@pytest.fixture
def good(chosen: Settings, db: Database, tmp_path: Path) -> Path:
    """A backup with a message in the store, one in the spool, and the secrets of the telephones."""
    leave_message(chosen, db, "1763885000.1")
    write_tone(spool.part_path(chosen.spool_dir, "1763885000.2", 0), 0.5)
    secrets = chosen.state_dir / "secrets"
    secrets.mkdir()
    for name in ("seats.json", "asterisk.pem", "ami", "web-session-key"):
        (secrets / name).write_text(f"{name}\n")
    backup.back_up(chosen, tmp_path / "good.tar", ignore)
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


HOSTILE: dict[str, tuple[tarfile.TarInfo, bytes]] = {
    "configuration of Asterisk": member("asterisk/etc/cli.conf", b"[startup_commands]\n!id = yes\n"),
    "settings": member("hotline.toml"),
    "parent": member("../escaped.wav"),
    "parent in the middle": member("store/2026/../../../escaped.wav"),
    "parent in a name of ours": member("spool/../asterisk/etc/cli.conf"),
    "absolute": member("/etc/cron.d/escaped"),
    "absolute, twice": member("//spool/1763885000.1.00.wav"),
    "here": member("./spool/1763885000.1.00.wav"),
    "symbolic link": member("store/2026", b"", tarfile.SYMTYPE, "/var"),
    "symbolic link with a name of ours": member("secrets/seats.json", b"", tarfile.SYMTYPE, "/etc/passwd"),
    "hard link": member("spool/1763885000.9.00.wav", b"", tarfile.LNKTYPE, "hotline.db"),
    "device": member("spool/1763885000.9.00.wav", b"", tarfile.CHRTYPE),
    "block device": member("spool/1763885000.9.00.wav", b"", tarfile.BLKTYPE),
    "pipe": member("spool/1763885000.9.00.wav", b"", tarfile.FIFOTYPE),
    "folder": member("spool/1763885000.9.00.wav", b"", tarfile.DIRTYPE),
    "contiguous file": member("spool/1763885000.9.00.wav", b"", tarfile.CONTTYPE),
    "unknown kind": member("spool/1763885000.9.00.wav", b"", b"Z"),
    "unknown secret": member("secrets/authorized_keys"),
    "hidden secret": member("secrets/.seats.json"),
    "secret below": member("secrets/seats.json/x"),
    "write-ahead log": member("hotline.db-wal"),
    "journal": member("hotline.db-journal"),
    "broker": member("broker.db"),
    "heartbeat": member("run/queue-log.json"),
    "no key of the store": member(f"store/2026/01/02/{'0' * 31}.wav"),
    "key of the store in capitals": member(f"store/2026/01/02/{'A' * 32}.wav"),
    "key with other digits": member(f"store/２０２６/01/02/{'0' * 32}.wav"),
    "key with a line break": member(f"store/2026/01/02/{'0' * 32}.wav\n"),
    "program in the store": member(f"store/2026/01/02/{'0' * 32}.sh", mode=0o4755),
    "strange name in the spool": member("spool/投诉.wav"),
    "spool, deeper": member("spool/a/1763885000.1.00.wav"),
    "line break in the spool": member("spool/1763885000.1.00.wav\n"),
    "escape in the spool": member("spool/\x1b[2J.00.wav"),
    "other digits in the spool": member("spool/1763885000.1.٠٠.wav"),
    "long name": member("spool/" + "a" * 300 + ".00.wav"),
    "long name that leads out": member("../" * 60 + "escaped.wav"),
    "note that is too long": member("spool/1763885000.9.json", b" " * 70_000),
    "the same in capitals": member("HOTLINE.DB"),
    "empty": member(""),
    "marker": member("unfinished-restore/x"),
}


@pytest.mark.parametrize("what", HOSTILE)
def test_what_is_none_of_ours_is_refused_before_anything_is_written(
    good: Path, tmp_path: Path, what: str
) -> None:
    for form in (tarfile.GNU_FORMAT, tarfile.PAX_FORMAT):
        path = archives.changed(good, tmp_path / "bad.tar", lambda tar: add(tar, HOSTILE[what]), form)
        assert_refused(path, elsewhere(tmp_path), "no backup of ours|no whole archive")


def two(first: tuple[tarfile.TarInfo, bytes], second: tuple[tarfile.TarInfo, bytes]) -> archives.Change:
    return lambda tar: add(tar, first, second)


def pax(**headers: str) -> archives.Change:
    def change(tar: tarfile.TarFile) -> None:
        info, content = member("spool/1763885000.9.00.wav")
        info.pax_headers = {name.replace("_", "."): value for name, value in headers.items()}
        tar.addfile(info, io.BytesIO(content))

    return change


TRICKS: dict[str, archives.Change] = {
    "symbolic link, then a file through it": two(
        member("store/2026", b"", tarfile.SYMTYPE, "/var"), member(f"store/2026/01/02/{'0' * 32}.wav")
    ),
    "the database twice": two(member(SQLITE_COPY), member("secrets/seats.json")),
    "twice": two(member("spool/1763885000.8.00.wav"), member("spool/1763885000.8.00.wav")),
    "twice but for capitals": two(member("spool/call-a.00.wav"), member("spool/call-A.00.wav")),
    "pax path": pax(path="../escaped.wav"),
    "pax path of ours": pax(path="spool/1763885000.7.00.wav"),
    "pax link": pax(linkpath="/etc/passwd"),
    "pax size below zero": pax(size="-1024"),
    "pax size": pax(size="99999999999999"),
    "pax sparse": pax(GNU_sparse_major="1", GNU_sparse_minor="0", GNU_sparse_name="../escaped.wav"),
    "pax sparse map": pax(GNU_sparse_map="0,1", GNU_sparse_size="99999999999"),
}


@pytest.mark.parametrize("what", TRICKS)
def test_tricks_of_the_format_are_refused(good: Path, tmp_path: Path, what: str) -> None:
    path = archives.changed(good, tmp_path / "bad.tar", TRICKS[what], tarfile.PAX_FORMAT)
    assert_refused(path, elsewhere(tmp_path), "the archive")


def header(kind: bytes, size: bytes, name: bytes = b"spool/1763885000.9.00.wav") -> bytes:
    """A header as no program writes it."""
    info = bytearray(tarfile.TarInfo(name.decode()).tobuf(tarfile.GNU_FORMAT))
    info[124:136], info[156:157] = size.ljust(12, b"\0"), kind
    info[148:156] = b"%06o\0 " % (sum(info) - sum(info[148:156]) + 8 * ord(" "))
    return bytes(info)


@pytest.mark.parametrize(
    "block",
    [
        header(b"0", b"\xff" * 12),  # below zero: tarfile of Python 3.11.2 runs in a circle
        header(b"0", b"\xff" * 11 + b"\0"),
        header(b"0", b"\x80" + b"\x7f" * 11),
        header(b"x", b"77777777777\0"),  # tarfile would read 8 GiB into memory
        header(b"g", b"00000000000\0"),
        header(b"L", b"77777777777\0"),
        header(b"K", b"00000000005\0"),
        header(b"S", b"00000000000\0"),
        header(b"x", b"00000000000\0") * 3000,  # one in the other
        header(b"V", b"00000000000\0"),
        header(b"M", b"00000000000\0"),
        header(b"N", b"00000000000\0"),
    ],
)
@pytest.mark.timeout(60)
def test_headers_that_no_program_writes(good: Path, tmp_path: Path, block: bytes) -> None:
    content = archives.without_seal(good, tmp_path / "bad.tar").read_bytes().rstrip(b"\0")
    padded = content + b"\0" * (-len(content) % 512)
    (tmp_path / "bad.tar").write_bytes(padded + block + b"\0" * 10240)
    assert_refused(tmp_path / "bad.tar", elsewhere(tmp_path), "the archive")


@pytest.mark.parametrize("mode", ["w:gz", "w:bz2", "w:xz"])
def test_nothing_is_decompressed(good: Path, tmp_path: Path, mode: str) -> None:
    with tarfile.open(good) as old, tarfile.open(tmp_path / "bad.tar", mode) as new:  # type: ignore[call-overload]
        for info in old:
            new.addfile(info, old.extractfile(info))
    assert_refused(tmp_path / "bad.tar", elsewhere(tmp_path), "no whole archive")


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


def test_the_key_is_ours_alone_and_lies_elsewhere(good: Path, chosen: Settings, tmp_path: Path) -> None:
    key = chosen.backup_key_file
    assert key.stat().st_mode & 0o777 == 0o600
    assert not key.is_relative_to(chosen.state_dir)
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

    def then_changed(*arguments: object) -> seal.Checked:
        found = check(*arguments)  # type: ignore[arg-type]
        good.write_bytes(content.replace(b"RIFF", b"RIFX"))
        return found

    monkeypatch.setattr(seal, "check", then_changed)
    with pytest.raises(BackupError, match="changed while it was read"):
        restore.restore(elsewhere(tmp_path), good, ignore)
    assert not elsewhere(tmp_path).state_dir.exists()


CRAFTED = {
    "trigger": "CREATE TRIGGER t AFTER INSERT ON cases BEGIN DELETE FROM audit_entries; END",
    "view": "CREATE VIEW v AS SELECT * FROM users",
    "view of a table's name": "DROP TABLE units; CREATE VIEW units AS SELECT 1 AS code",
    "the version is a view": "ALTER TABLE alembic_version RENAME TO v; "
    "CREATE VIEW alembic_version AS SELECT version_num FROM v",
    "virtual table": "CREATE VIRTUAL TABLE f USING fts5(x)",
    "table": "CREATE TABLE sheet (x)",
    "index with a function": "CREATE INDEX i ON users (abs(id))",
    "column": "ALTER TABLE users ADD COLUMN x DEFAULT 1",
    "no key": "DROP INDEX ix_cases_call_id",
    "version": "UPDATE alembic_version SET version_num = '9999'",
    "two versions": "INSERT INTO alembic_version VALUES ('0001')",
    "an older version's": "UPDATE alembic_version SET version_num = '0001'",
    "row without its parent": "PRAGMA foreign_keys = OFF; "
    "INSERT INTO awaited_codes (token_hash, user_id, at, wrong) VALUES ('x', 777, '2026-01-01', 0)",
}


@pytest.mark.thorough
@pytest.mark.parametrize("what", CRAFTED)
def test_a_crafted_database_is_refused(good: Path, tmp_path: Path, what: str) -> None:
    path = with_database(good, tmp_path, lambda found: found.executescript(CRAFTED[what]))
    assert_refused(path, elsewhere(tmp_path), "the database of the backup|the backup is of version")


def with_database(good: Path, tmp_path: Path, change: Callable[[sqlite3.Connection], object]) -> Path:
    copy = tmp_path / "crafted.db"
    with tarfile.open(good) as tar:
        content = tar.extractfile(SQLITE_COPY)
        assert content
        copy.write_bytes(content.read())
    with closing(sqlite3.connect(copy)) as found:
        change(found)
        found.commit()
    path = archives.replaced(good, tmp_path / "crafted.tar", SQLITE_COPY, copy.read_bytes())
    for each in tmp_path.glob("crafted.db*"):
        each.unlink()
    return path


def test_a_guard_that_says_something_else_is_put_up_anew(good: Path, tmp_path: Path) -> None:
    words = (
        "DROP TRIGGER guard_insert_audit_entries; CREATE TRIGGER guard_insert_audit_entries BEFORE INSERT "
        "ON audit_entries BEGIN DELETE FROM users; UPDATE units SET name_zh = 'it ran'; END"
    )
    path = with_database(good, tmp_path, lambda found: found.executescript(words))
    other = elsewhere(tmp_path)
    assert restore.restore(other, path, ignore, trust_unsealed=True) == 1
    with Database(other.database_url).reading() as session:
        assert guards.missing(session.connection()) == []
        query = text("SELECT sql FROM sqlite_master WHERE type = 'trigger'")
        assert not [words for words in session.scalars(query) if "it ran" in words]


@pytest.mark.parametrize("key", ["../../identity", "/etc/passwd", "hotline.db", ""])
def test_a_row_that_names_another_file(good: Path, tmp_path: Path, key: str) -> None:
    def change(found: sqlite3.Connection) -> None:
        for (name,) in found.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            found.execute(f"DROP TRIGGER {name}")
        found.execute("UPDATE recording_parts SET store_key = ?", (key,))

    assert_refused(with_database(good, tmp_path, change), elsewhere(tmp_path), "missing from the backup")


@pytest.mark.parametrize("content", [b"", b"no database", b"SQLite format 3\0" + b"\xff" * 4000])
def test_no_database_at_all(good: Path, tmp_path: Path, content: bytes) -> None:
    path = archives.replaced(good, tmp_path / "crafted.tar", SQLITE_COPY, content)
    assert_refused(path, elsewhere(tmp_path), "the database of the backup")


def test_a_damaged_page_is_noticed(good: Path, tmp_path: Path) -> None:
    with tarfile.open(good) as tar:
        content = bytearray(tar.extractfile(SQLITE_COPY).read())  # type: ignore[union-attr]
    content[-4096:] = b"\xff" * 4096
    path = archives.replaced(good, tmp_path / "crafted.tar", SQLITE_COPY, bytes(content))
    assert_refused(path, elsewhere(tmp_path), "the database of the backup")


def test_sessions_end_and_both_acts_are_noted(chosen: Settings, db: Database, tmp_path: Path) -> None:
    from datetime import UTC, datetime

    with db.writing() as session:
        people.ensure_administrator(session)
        user = session.scalars(select(people.User)).one()
        now = datetime.now(UTC)
        session.add(SignIn(token_hash="0" * 64, user_id=user.id, seen_at=now, begun_at=now))
        assert user.role == Role.ADMINISTRATOR
    path, other = tmp_path / "good.tar", elsewhere(tmp_path)
    backup.back_up(chosen, path, ignore)
    digest = store.sha256(path)
    restore.restore(other, path, ignore)
    with db.reading() as session:
        acts = session.execute(select(AuditEntry.action, AuditEntry.detail)).all()
    assert [action for action, _ in acts][-2:] == ["begin backup", backup.MADE]
    assert digest in acts[-1].detail
    with Database(other.database_url).reading() as session:
        assert session.scalars(select(SignIn)).all() == []
        last = session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc())).first()
    assert last and last.action == "restore"
    assert digest in last.detail
    assert backup.who() in last.detail


@pytest.fixture
def identity(tmp_path: Path) -> Path:
    key = pyrage.x25519.Identity.generate()
    file = tmp_path / "identity"
    file.write_text(f"# created: today\n# public key: {key.to_public()}\n{key}\n")
    return file


def recipient(identity: Path) -> str:
    return identity.read_text().split()[6]


def test_an_encrypted_backup_is_read_by_its_recipient_alone(
    chosen: Settings, db: Database, tmp_path: Path, identity: Path
) -> None:
    leave_message(chosen, db, "1763885000.1")
    with_recipient = chosen.backup.model_copy(update={"recipients": (recipient(identity),)})
    path, other = tmp_path / "good.age", elsewhere(tmp_path)
    backup.back_up(chosen.model_copy(update={"backup": with_recipient}), path, ignore)
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


def test_a_recipient_that_is_none_is_said(chosen: Settings, db: Database, tmp_path: Path) -> None:
    wrong = chosen.backup.model_copy(update={"recipients": (f"age1{'q' * 58}",)})
    with pytest.raises(BackupError, match="holds no public key of age"):
        backup.back_up(chosen.model_copy(update={"backup": wrong}), tmp_path / "backup.tar", ignore)
    assert not list(tmp_path.glob("backup.tar*"))


def test_folders_in_the_spool_are_none_of_ours(chosen: Settings, db: Database, tmp_path: Path) -> None:
    for folder in (chosen.spool_dir, chosen.spool_dir / "below"):
        folder.mkdir(exist_ok=True)
        write_tone(folder / "1763885000.2.00.wav", 0.5)
    backup.back_up(chosen, tmp_path / "backup.tar", ignore)
    assert names(tmp_path / "backup.tar") == ["spool/1763885000.2.00.wav", SQLITE_COPY]


def test_a_backup_is_never_put_into_the_state_directory(
    chosen: Settings, db: Database, tmp_path: Path
) -> None:
    (tmp_path / "link").symlink_to(chosen.store_dir)
    for place in (chosen.state_dir, chosen.store_dir, tmp_path / "link"):
        with pytest.raises(BackupError, match="in the state directory"):
            backup.back_up(chosen, place / "backup.tar", ignore)


def test_a_recording_with_a_strange_name_is_kept(chosen: Settings, db: Database, tmp_path: Path) -> None:
    write_tone(chosen.spool_dir / "投诉 \x1b.wav", 0.5)
    other = elsewhere(tmp_path)
    backup.back_up(chosen, tmp_path / "backup.tar", ignore)
    restore.restore(other, tmp_path / "backup.tar", ignore)
    assert spool.calls(other.spool_dir).keys() == spool.calls(chosen.spool_dir).keys()


def test_nothing_starts_beside_an_unfinished_restore(chosen: Settings) -> None:
    from click import ClickException

    chosen.unfinished_restore.mkdir()
    with pytest.raises(ClickException, match="is not whole: a restore was broken off"):
        make_folders(chosen)


@given(st.text(max_size=60) | st.from_regex(r"(spool|store|secrets)/[ -~]{0,60}", fullmatch=True))
def test_no_name_leads_anywhere_else(name: str) -> None:
    if archive.limit(name) is not None:
        parts = Path(name).parts
        assert name.isascii()
        assert name == "/".join(parts)
        assert not {"..", ".", ""} & set(parts)
        assert parts[0] in ("spool", "store", "secrets", SQLITE_COPY, POSTGRESQL_COPY)


def test_doctor_asks_for_backups_their_readers_and_their_key(
    chosen: Settings, db: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database, "current", lambda: db)
    assert said(chosen) == {"backup": False, "backup's readers": False}
    backup.back_up(chosen, tmp_path / "good.tar", ignore)
    assert said(chosen) == {"backup": True, "backup's readers": False, "backup's key": True}
    inside = chosen.backup.model_copy(update={"key_file": str(chosen.state_dir / "key")})
    wrong = chosen.model_copy(update={"backup": inside})
    assert said(wrong)["backup's key"] is False  # missing
    seal_key.make_key(wrong.backup_key_file)
    assert said(wrong)["backup's key"] is False  # in the state directory
    chosen.unfinished_restore.mkdir()
    assert said(chosen)["restore"] is False


def said(chosen: Settings) -> dict[str, bool]:
    return {finding.part: finding.ok for finding in backup_health.backups(chosen)}
