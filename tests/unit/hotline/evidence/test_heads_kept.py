"""Heads in a second place: what a restore excuses, what a forged one does not, and a place that is gone."""

import errno
import os
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import delete, text

from hotline import audit, database, settings_file
from hotline.audit import AuditEntry
from hotline.commands import main
from hotline.database import Database
from hotline.evidence import chain_check, findings, head_places, heads, health, verification
from hotline.evidence.heads import Head
from hotline.finding import Finding
from hotline.running import backup
from hotline.sections import Evidence
from hotline.settings_file import Settings
from tests.kit.backups import ignore
from tests.kit.evidence import filled, unguarded
from tests.kit.postgresql import PostgreSQL, emptied

NOW = datetime(2026, 9, 1, 8, 30, tzinfo=UTC)


@pytest.fixture
def kept(settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Settings]:
    """Settings with heads on what stands for another disk; the command line has them, too."""
    (tmp_path / "usb").mkdir()
    monkeypatch.setenv("HOTLINE_STATE_DIR", str(settings.state_dir))
    monkeypatch.setenv("HOTLINE_EVIDENCE__HEAD_FILE", str(tmp_path / "usb" / "heads"))
    settings_file.current.cache_clear()
    database.current.cache_clear()
    token = audit.origin.set("")
    yield settings.model_copy(update={"evidence": Evidence(head_file=tmp_path / "usb" / "heads")})
    audit.origin.reset(token)
    settings_file.current.cache_clear()
    database.current.cache_clear()


def run(*arguments: str, answer: str = "") -> Result:
    return CliRunner().invoke(main, arguments, input=answer)


def act(db: Database, count: int = 3) -> None:
    with db.writing() as session:
        for number in range(count):
            audit.note(session, datetime.now(UTC), None, "open", f"call {number}")


def differing(settings: Settings, db: Database) -> list[str]:
    found = verification.rows_that_differ(db, heads.written(settings))
    return [f"{each.subject}: {each.what}" for each in found]


def standing(db: Database) -> dict[str, str]:
    with db.reading() as session:
        return {each.subject: each.what for each in findings.standing(session)}


def hourly(settings: Settings, db: Database, hours: int = 2) -> None:
    """The clock at work until now, with something done in each hour."""
    for hour in range(hours, 0, -1):
        act(db)
        chain_check.follow_and_write(settings, db, datetime.now(UTC) - timedelta(hours=hour))


def cut_off_and_noted_as_a_restore(db: Database, last: int) -> None:
    """The attack: whoever holds the database deletes the end, and notes a restore as ours is noted."""
    unguarded(db, lambda session: session.execute(delete(AuditEntry).where(AuditEntry.sequence > last)))
    with db.writing() as session:
        told = f"sha256 {'5a' * 32} by hotline, sealed"
        audit.note(session, datetime.now(UTC), None, "restore", "backup b.tar", told)


@pytest.mark.parametrize("times", [1, 2])
def test_a_forged_restore_excuses_no_head(kept: Settings, either_db: Database, times: int) -> None:
    db = filled(kept, either_db)
    hourly(kept, db)
    assert differing(kept, db) == []
    for _ in range(times):
        cut_off_and_noted_as_a_restore(db, 18)
    [told] = differing(kept, db)
    assert told.startswith("heads: 2 from ") and "restore noted in entry 19" in told
    assert any("confirm-restore 19" in each for each in chain_check.follow_and_write(kept, db, NOW))
    assert "entry 19" in standing(db)["heads"]


def test_a_forged_restore_is_said_by_the_commands(kept: Settings, db: Database) -> None:
    filled(kept, db)
    hourly(kept, db)
    cut_off_and_noted_as_a_restore(db, 18)
    verified = run("audit", "verify")
    assert verified.exit_code == 1 and "heads: 2 from" in verified.output
    assert "MEND  audit trail: heads: 2 from" in run("doctor").output


@pytest.mark.thorough
def test_one_true_restore_does_not_cover_a_later_forged_one(kept: Settings, db: Database) -> None:
    filled(kept, db)
    hourly(kept, db)
    backed_up_and_restored(kept, db)
    assert differing(kept, db) == []
    act(db)
    heads.write(kept, db, head(db, datetime.now(UTC) + timedelta(seconds=2)))
    unguarded(db, lambda session: session.execute(delete(AuditEntry).where(AuditEntry.sequence > 18)))
    with db.writing() as session:
        audit.note(session, datetime.now(UTC) + timedelta(hours=1), None, "restore", "backup b.tar")
    told = differing(kept, db)
    assert len(told) == 1 and told[0].startswith("heads: ") and "entry 19" in told[0]


def head(db: Database, at: datetime) -> Head:
    found = heads.current_head(db, at)
    assert found
    return found


def backed_up_and_restored(settings: Settings, db: Database) -> Result:
    """A real backup, more acts and heads, and the state directory restored in its place by the command."""
    archive = settings.state_dir.parent / f"backup-{os.urandom(4).hex()}.tar"
    backup.back_up(settings, archive, ignore)
    hourly(settings, db)
    db.engine.dispose()
    settings.state_dir.rename(settings.state_dir.with_name(f"old-{archive.stem}"))
    database.current.cache_clear()
    result = run("restore", str(archive))
    assert result.exit_code == 0, result.output
    return result


@pytest.mark.thorough
def test_a_real_restore_excuses_the_heads_of_what_went_with_it(kept: Settings, db: Database) -> None:
    filled(kept, db)
    hourly(kept, db)
    said = backed_up_and_restored(kept, db).output
    assert "confirm-restore" not in said
    assert [each.sequence for each in heads.written(kept) if each.archive]
    assert differing(kept, db) == []
    hourly(kept, db)
    backed_up_and_restored(kept, db)  # and once more, from a state of which a restore is a part
    assert differing(kept, db) == []
    assert chain_check.follow_and_write(kept, db, datetime.now(UTC)) == []
    verified = run("audit", "verify")
    assert verified.exit_code == 0, verified.output


def test_a_real_restore_into_postgresql_tells_the_heads_too(
    kept: Settings, postgresql: PostgreSQL, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    db = filled(kept, emptied(Database(postgresql.url)))
    settings = kept.model_copy(update={"database_url": postgresql.url})
    hourly(settings, db)
    archive = tmp_path / "backup.tar"
    backup.back_up(settings, archive, ignore)
    hourly(settings, db)
    settings.state_dir.rename(tmp_path / "old")
    db.engine.dispose()
    target = postgresql.new_database()
    monkeypatch.setenv("HOTLINE_DATABASE_URL", target)
    settings_file.current.cache_clear()
    said = run("restore", str(archive))
    assert said.exit_code == 0 and "confirm-restore" not in said.output
    found = Database(target)
    assert differing(settings, found) == []
    assert chain_check.follow_and_write(settings, found, datetime.now(UTC)) == []
    found.engine.dispose()


@pytest.mark.thorough
def test_the_line_of_a_restore_is_a_head_itself(kept: Settings, db: Database) -> None:
    filled(kept, db)
    backed_up_and_restored(kept, db)
    [line] = [each for each in heads.written(kept) if each.archive]
    heads._append(heads.file_of(kept), line.line(), begin=False)  # twice: it must not excuse itself by that
    last = line.sequence - 1
    unguarded(db, lambda session: session.execute(delete(AuditEntry).where(AuditEntry.sequence > last)))
    assert any("cut off" in each for each in differing(kept, db))
    act(db)
    assert any("made anew" in each for each in differing(kept, db))


@pytest.mark.thorough
def test_a_restore_whose_second_place_is_out_of_reach_is_told_and_can_be_confirmed(
    kept: Settings, db: Database, tmp_path: Path
) -> None:
    filled(kept, db)
    hourly(kept, db)
    usb = tmp_path / "usb"
    archive = tmp_path / "backup.tar"
    backup.back_up(kept, archive, ignore)
    hourly(kept, db)
    db.engine.dispose()
    kept.state_dir.rename(tmp_path / "old")
    usb.rename(tmp_path / "away")
    usb.mkdir()  # the mount point, without its disk
    said = run("restore", str(archive))
    assert said.exit_code == 0 and "could not be written to the heads" in said.output
    command = said.output.partition("hotline audit ")[2].split()[:2]
    assert command[0] == "confirm-restore"
    assert list(usb.iterdir()) == [], "a new file there would hide that the disk is missing"
    usb.rmdir()
    (tmp_path / "away").rename(usb)
    [told] = differing(kept, db)
    assert told.startswith("heads: 2 from ") and told.endswith(" ".join(command))
    chain_check.follow_and_write(kept, db, datetime.now(UTC))
    assert "heads" in standing(db)
    assert run("audit", *command, answer="n\n").exit_code == 1
    assert differing(kept, db) == [told]
    asked = run("audit", *command, answer="y\n")
    assert asked.exit_code == 0 and "backup backup.tar, sha256" in asked.output
    assert differing(kept, db) == []
    assert chain_check.follow_and_write(kept, db, datetime.now(UTC)) == []
    assert standing(db) == {}
    shown = run("audit", "show", "--action", "confirm restore").output
    assert f"entry {command[1]}" in shown


def test_only_a_restore_is_confirmed(kept: Settings, db: Database) -> None:
    filled(kept, db)
    for number in ("3", "999"):
        assert "is no restore" in run("audit", "confirm-restore", number, "--yes").output
    assert list(heads.written(kept)) == []


def parts(settings: Settings) -> dict[str, Finding]:
    return {each.part: each for each in health.evidence(settings)}


def test_a_disk_that_is_not_mounted_is_missed_and_no_file_is_begun(
    kept: Settings, db: Database, tmp_path: Path
) -> None:
    filled(kept, db)
    hourly(kept, db)
    usb = tmp_path / "usb"
    usb.rename(tmp_path / "away")
    usb.mkdir()
    for _ in range(2):
        with pytest.raises(FileNotFoundError):
            chain_check.follow_and_write(kept, db, datetime.now(UTC))
    assert list(usb.iterdir()) == []
    assert standing(db)["heads"].startswith("2 that were written to ")
    verified = run("audit", "verify")
    assert verified.exit_code == 1 and "heads: 2 that were written" in verified.output
    assert not parts(kept)["head of the trail"].ok and "mount" in parts(kept)["head of the trail"].remedy
    usb.rmdir()
    (tmp_path / "away").rename(usb)
    assert chain_check.follow_and_write(kept, db, datetime.now(UTC)) == []
    assert standing(db) == {} and "head of the trail" not in parts(kept)
    assert len(list(heads.written(kept))) == 3


@pytest.mark.parametrize("left", ["", "first"])
def test_lines_that_were_taken_out_are_missed_for_good(kept: Settings, db: Database, left: str) -> None:
    filled(kept, db)
    hourly(kept, db, 3)
    file = heads.file_of(kept)
    lines = file.read_text().splitlines(keepends=True)
    file.write_text(lines[0] if left else "")
    missing = 2 if left else 3
    for _ in range(5):  # what is written from now on makes up for none
        told = chain_check.follow_and_write(kept, db, datetime.now(UTC))
        assert [each.split(" that")[0] for each in told] == [str(missing)]
    with db.reading() as session:
        assert len(findings.standing(session)) == 1, "it is said once"


def test_another_place_begins_anew(kept: Settings, db: Database, tmp_path: Path) -> None:
    filled(kept, db)
    hourly(kept, db)
    heads.file_of(kept).unlink()
    other = kept.model_copy(update={"evidence": Evidence(head_file=tmp_path / "another")})
    assert chain_check.follow_and_write(other, db, datetime.now(UTC)) == []
    assert len(list(heads.written(other))) == 1


def test_heads_beside_the_database_are_not_missed_after_a_restore(
    settings: Settings, db: Database, kept: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("HOTLINE_EVIDENCE__HEAD_FILE")
    filled(settings, db)
    hourly(settings, db)
    backed_up_and_restored(settings, db)
    assert chain_check.follow_and_write(settings, db, datetime.now(UTC)) == []
    assert len(list(heads.written(settings))) == 2


def test_heads_that_an_older_version_wrote_are_counted(kept: Settings, db: Database) -> None:
    filled(kept, db)
    hourly(kept, db, 4)
    with db.writing() as session:
        session.execute(text("DELETE FROM head_places"))
    chain_check.follow_and_write(kept, db, datetime.now(UTC))
    with db.reading() as session:
        assert head_places.count(session, heads.file_of(kept)) == 5


def test_a_disk_that_takes_half_a_line_gets_the_rest(
    kept: Settings, db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    filled(kept, db)
    real = os.write
    monkeypatch.setattr(os, "write", lambda handle, content: real(handle, content[:7]))
    hourly(kept, db)
    monkeypatch.undo()
    assert [each.sequence for each in heads.written(kept)] == [24, 27]


def test_a_full_disk_is_said_and_half_a_line_spoils_no_other(
    kept: Settings, db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    filled(kept, db)
    hourly(kept, db, 1)
    real, file = os.write, heads.file_of(kept)

    def full(handle: int, content: bytes) -> int:
        if os.fstat(handle).st_ino != file.stat().st_ino:
            return real(handle, content)
        if not content.endswith(b"\n") or len(content) < 40:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        return real(handle, content[:-30])

    with monkeypatch.context() as patched:
        patched.setattr(os, "write", full)
        with pytest.raises(OSError, match="No space"):
            chain_check.follow_and_write(kept, db, datetime.now(UTC))
    assert "No space" in standing(db)["heads"]
    assert not file.read_bytes().endswith(b"\n")
    assert chain_check.follow_and_write(kept, db, datetime.now(UTC)) == []
    assert standing(db) == {}
    assert len(list(heads.written(kept))) == 2


def test_doctor_says_that_the_place_is_on_the_same_disk(
    kept: Settings, db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    filled(kept, db)
    hourly(kept, db)
    assert "on the same disk as the database" in parts(kept)["head's place"].message
    other = kept.model_copy(update={"evidence": Evidence(head_file=Path("/proc/none-yet"))})
    assert not heads.shares_disk(other)
    assert parts(other)["head's place"].message == "in a second place"


def test_the_head_is_mailed_also_where_the_file_is_gone(
    kept: Settings, db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    filled(kept, db)
    hourly(kept, db)
    heads.file_of(kept).unlink()
    sent: list[Head] = []
    monkeypatch.setattr(heads, "send", lambda _, head: sent.append(head))
    both = kept.evidence.model_copy(update={"mail_to": "audit@office.example"})
    with pytest.raises(FileNotFoundError):
        chain_check.follow_and_write(kept.model_copy(update={"evidence": both}), db, datetime.now(UTC))
    assert len(sent) == 1


def test_the_mailed_line_of_a_restore_is_read() -> None:
    line = f"21 {'ab' * 32} 2026-09-01T08:30:00+00:00"
    found = heads.parse(f"{line} restore {'cd' * 32}")
    assert found and found.archive == "cd" * 32 and found.line() == f"{line} restore {'cd' * 32}"
    assert heads.parse(f"{line} restore") is None and heads.parse(f"{line} restored {'cd' * 32}") is None
    assert heads.parse(line) == Head(21, "ab" * 32, NOW)
