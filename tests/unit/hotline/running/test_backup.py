"""Backup and restoring, on both kinds of database."""

import os
import shlex
import shutil
import subprocess
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import inspect, select, text

from hotline import audit, database, settings_file
from hotline.calls.calls import CallRecord
from hotline.commands import main
from hotline.database import Database
from hotline.evidence import guards, verification
from hotline.intake import intake, sweep
from hotline.recordings import spool, store
from hotline.recordings.recordings import Recording, RecordingPart
from hotline.running import backup, database_copy, postgresql_copy, processes, restore
from hotline.running.seal_key import BackupError
from hotline.schema import metadata
from hotline.sections import Backup
from hotline.settings_file import Settings
from ivr.seats import queue_log
from tests.kit.backups import elsewhere, ignore, leave_message
from tests.kit.postgresql import PostgreSQL, emptied
from tests.kit.wav import write_tone


def test_what_was_backed_up_is_restored_elsewhere(settings: Settings, db: Database, tmp_path: Path) -> None:
    number = leave_message(settings, db, "1763885000.1")
    write_tone(spool.part_path(settings.spool_dir, "1763885000.2", 0), 0.5)
    archive = tmp_path / "backup.tar"
    backup.back_up(settings, archive, ignore)
    assert archive.stat().st_mode & 0o077 == 0
    other = elsewhere(tmp_path)
    assert restore.restore(other, archive, ignore) == 1
    found = Database(other.database_url)
    assert len(sweep.sweep(other, found, now=lambda: 2e9)) == 1
    with found.reading() as session:
        assert number in session.scalars(select(Recording.case_number)).all()
        assert len(session.scalars(select(Recording.case_number)).all()) == 2


def test_the_command_says_how_to_start_what_was_restored(
    settings: Settings, db: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    leave_message(settings, db, "1763885000.1")
    archive, other = tmp_path / "backup.tar", elsewhere(tmp_path)
    backup.back_up(settings, archive, ignore)
    monkeypatch.setattr(settings_file, "current", lambda: other)
    said = CliRunner().invoke(main, ["restore", str(archive)]).output
    assert "when they were kept: 1 (a call has" in said
    assert said.rstrip().endswith(f"Start with: HOTLINE_STATE_DIR={other.state_dir} make run")


def test_the_backup_is_nobody_else_s_while_it_is_written(
    settings: Settings, db: Database, tmp_path: Path
) -> None:
    leave_message(settings, db, "1763885000.1")
    modes = []

    def look(_: str) -> None:
        modes.append((tmp_path / "backup.tar.partial").stat().st_mode & 0o777)

    backup.back_up(settings, tmp_path / "backup.tar", look)
    assert set(modes) == {0o600}


def test_a_backup_that_fails_leaves_nothing_behind(settings: Settings, db: Database, tmp_path: Path) -> None:
    leave_message(settings, db, "1763885000.1")

    def fail(_: str) -> None:
        raise OSError("No space left on device")

    with pytest.raises(OSError, match="No space"):
        backup.back_up(settings, tmp_path / "backup.tar", fail)
    assert [path.name for path in tmp_path.glob("backup*")] == []


def test_restored_recordings_are_read_only_and_numbers_spoken_since_are_not_given_again(
    settings: Settings, db: Database, tmp_path: Path
) -> None:
    leave_message(settings, db, "1763885000.1")
    backup.back_up(settings, tmp_path / "backup.tar", ignore)
    spoken = {leave_message(settings, db, f"1763885000.{call}") for call in range(2, 9)}
    other = elsewhere(tmp_path)
    restore.restore(other, tmp_path / "backup.tar", ignore)
    assert all(path.stat().st_mode & 0o777 == store.READ_ONLY for path in other.store_dir.rglob("*.wav"))
    other.spool_dir.mkdir(exist_ok=True)
    found = Database(other.database_url)
    assert not spoken & {leave_message(other, found, f"1763885001.{call}") for call in range(2, 9)}


def test_a_recording_taken_in_during_the_backup_is_there_once(
    settings: Settings, db: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_tone(spool.part_path(settings.spool_dir, "1763885000.1", 0), 0.5)
    make = database_copy.make

    def meanwhile(*arguments: object) -> Path:
        intake.take_in("1763885000.1", settings, db)
        return make(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(database_copy, "make", meanwhile)
    backup.back_up(settings, tmp_path / "backup.tar", ignore)
    other = elsewhere(tmp_path)
    restore.restore(other, tmp_path / "backup.tar", ignore)
    found = Database(other.database_url)
    sweep.sweep(other, found, now=lambda: 2e9)
    with found.reading() as session:
        assert len(session.scalars(select(RecordingPart)).all()) == 1


def test_the_queue_log_is_read_again_after_a_restore(
    settings: Settings, db: Database, tmp_path: Path
) -> None:
    """It is newer than the backup: what it has told since is not in the database any more."""
    log = settings.state_dir / "asterisk" / "log" / "queue_log"
    log.parent.mkdir(parents=True)
    settings.run_dir.mkdir(exist_ok=True)
    backup.back_up(settings, tmp_path / "backup.tar", ignore)
    log.write_text("1795420000|1795420000.5|NONE|NONE|ARRIVED|13800001234\n")
    queue_log.read(settings, db)
    for lost in settings.state_dir.glob("hotline.db*"):
        lost.unlink()
    restore.restore(settings, tmp_path / "backup.tar", ignore)
    restored = Database(settings.database_url)
    queue_log.read(settings, restored)
    with restored.reading() as session:
        assert session.scalars(select(CallRecord.call_id)).all() == ["1795420000.5"]


def test_a_state_directory_in_use_is_not_overwritten(
    settings: Settings, db: Database, tmp_path: Path
) -> None:
    leave_message(settings, db, "1763885000.1")
    backup.back_up(settings, tmp_path / "backup.tar", ignore)
    with pytest.raises(BackupError, match=r"already holds hotline\.db"):
        restore.restore(settings, tmp_path / "backup.tar", ignore)


def test_a_damaged_recording_is_noticed(settings: Settings, db: Database, tmp_path: Path) -> None:
    leave_message(settings, db, "1763885000.1")
    kept = next(settings.store_dir.rglob("*.wav"))
    kept.chmod(0o640)
    kept.write_bytes(kept.read_bytes()[:-2])
    backup.back_up(settings, tmp_path / "backup.tar", ignore)
    with pytest.raises(BackupError, match="damaged"):
        restore.restore(elsewhere(tmp_path), tmp_path / "backup.tar", ignore)


def test_postgresql_is_dumped_and_restored(
    settings: Settings, either_db: Database, postgresql: PostgreSQL, tmp_path: Path
) -> None:
    url = postgresql.url if either_db.engine.name == "postgresql" else settings.database_url
    mine = settings.model_copy(update={"database_url": url})
    number = leave_message(mine, either_db, "1763885000.1")
    backup.back_up(mine, tmp_path / "backup.tar", ignore)
    target = postgresql.new_database() if either_db.engine.name == "postgresql" else ""
    other = elsewhere(tmp_path, target)
    assert restore.restore(other, tmp_path / "backup.tar", ignore) == 1
    database.upgrade(other)
    assert list(verification.rows_that_differ(Database(other.database_url))) == []
    with Database(other.database_url).reading() as session:
        assert guards.missing(session.connection()) == []
        assert session.scalars(select(Recording.case_number)).all() == [number]
        key = session.scalars(select(RecordingPart.store_key)).one()
    assert store.path_of(other.store_dir, key).exists()


def postgresql_backup(
    db: Database, server: PostgreSQL, settings: Settings, tmp_path: Path
) -> tuple[Settings, Path]:
    """A backup of a hotline with PostgreSQL."""
    mine = settings.model_copy(update={"database_url": server.url})
    leave_message(mine, db, "1763885000.1")
    backup.back_up(mine, tmp_path / "backup.tar", ignore)
    return mine, tmp_path / "backup.tar"


@pytest.fixture
def on_postgresql(postgresql: PostgreSQL) -> Database:
    return emptied(Database(postgresql.url))


def test_a_crafted_dump_runs_nothing(
    settings: Settings, on_postgresql: Database, postgresql: PostgreSQL, tmp_path: Path
) -> None:
    """Functions, triggers, views and defaults of a dump never reach the database; only rows of ours do."""
    mine, _ = postgresql_backup(on_postgresql, postgresql, settings, tmp_path)
    hostile = postgresql.new_database()
    restore.restore(elsewhere(tmp_path, hostile), tmp_path / "backup.tar", ignore)
    shutil.rmtree(elsewhere(tmp_path).state_dir)
    with Database(hostile).engine.begin() as connection:
        for words in (
            "CREATE TABLE run (x text)",
            "CREATE FUNCTION bad() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
            "INSERT INTO run VALUES ('it ran'); RETURN NEW; END $$",
            "CREATE TRIGGER bad BEFORE INSERT ON recordings FOR EACH ROW EXECUTE FUNCTION bad()",
            "CREATE VIEW everybody AS SELECT * FROM users",
            "CREATE TABLE strange (x int)",
        ):
            connection.execute(text(words))
    crafted = mine.model_copy(update={"database_url": hostile})
    backup.back_up(crafted, tmp_path / "crafted.tar", ignore)
    other = elsewhere(tmp_path, postgresql.new_database())
    assert restore.restore(other, tmp_path / "crafted.tar", ignore) == 1
    with Database(other.database_url).engine.connect() as connection:
        found = inspect(connection)
        assert set(found.get_table_names()) == {*metadata.tables, "alembic_version"}
        assert found.get_view_names() == []
        names = connection.execute(text("SELECT proname FROM pg_proc WHERE proname = 'bad'")).all()
        assert names == []
    with Database(other.database_url).writing() as session:  # counters go on behind what is there
        audit.note(session, datetime.now(UTC), None, "look", "nothing")


@pytest.mark.parametrize("change", ["DROP COLUMN extra", "DROP COLUMN extra, ADD COLUMN other int"])
def test_another_table_of_our_name_is_refused(
    settings: Settings, on_postgresql: Database, postgresql: PostgreSQL, tmp_path: Path, change: str
) -> None:
    mine, path = postgresql_backup(on_postgresql, postgresql, settings, tmp_path)
    hostile = postgresql.new_database()
    restore.restore(elsewhere(tmp_path, hostile), path, ignore)
    shutil.rmtree(elsewhere(tmp_path).state_dir)
    with Database(hostile).engine.begin() as connection:
        connection.execute(text("ALTER TABLE units ADD COLUMN extra int"))
        if "other" in change:
            connection.execute(text(f"ALTER TABLE units {change}"))
        else:
            connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    backup.back_up(mine.model_copy(update={"database_url": hostile}), tmp_path / "crafted.tar", ignore)
    other = elsewhere(tmp_path, postgresql.new_database())
    with pytest.raises(BackupError, match=r"none of ours|not known here"):
        restore.restore(other, tmp_path / "crafted.tar", ignore)
    assert not other.unfinished_restore.exists()
    assert (
        inspect(Database(other.database_url).engine).get_table_names() == []
    )  # all of it in one transaction


@pytest.mark.parametrize(
    "script",
    [
        b"COPY public.units (code) FROM stdin;\n1\n\\.\nDROP TABLE users;\n",
        b"COPY public.units (code) FROM stdin;\n1\n\\.\n\\! touch run\n",
        b"DROP TABLE users;\nCOPY public.units (code) FROM stdin;\n1\n\\.\n",
        b"COPY public.units (code) FROM PROGRAM 'touch run';\n",
        b"COPY public.units (code) FROM stdin; DROP TABLE users;\n1\n\\.\n",
        b"COPY pg_catalog.units (code) FROM stdin;\n1\n\\.\n",
        b"COPY public.users (code) FROM stdin;\n1\n\\.\n",
        b"COPY public.units (code, (SELECT 1)) FROM stdin;\n1\n\\.\n",
        b"COPY public.units (code) FROM stdin;\n1\n",
        b"SET x = 1; DROP TABLE users;\nCOPY public.units (code) FROM stdin;\n1\n\\.\n",
        b"",
    ],
)
def test_a_script_that_says_anything_but_rows_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, script: bytes
) -> None:
    (tmp_path / "script").write_bytes(script)
    (tmp_path / "pg_restore").write_text(f"#!/bin/sh\ncat {tmp_path}/script\n")
    (tmp_path / "pg_restore").chmod(0o755)
    monkeypatch.setattr(postgresql_copy, "_program", lambda name: str(tmp_path / name))
    with (
        pytest.raises(BackupError, match="the database of the backup"),
        postgresql_copy._rows(tmp_path, "units") as (_, lines),
    ):
        list(lines)


def test_a_place_that_is_none_is_said_in_one_sentence_before_anything_is_written(
    settings: Settings, db: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    beside = settings.model_copy(
        update={"backup": Backup(key_file=str(settings.state_dir / "secrets" / "key"))}
    )
    for mine, target, sentence in (
        (settings, tmp_path / "none" / "b.tar", f"there is no folder {tmp_path / 'none'}: make it"),
        (settings, settings.state_dir / "b.tar", "is in the state directory"),
        (beside, tmp_path / "b.tar", "would lie beside what it is to prove genuine"),
    ):
        monkeypatch.setattr(settings_file, "current", lambda mine=mine: mine)
        shown = CliRunner().invoke(main, ["backup", str(target)])
        assert (shown.exit_code, len(shown.output.splitlines())) == (1, 1), shown.output
        assert sentence in shown.output
    assert not settings.backup_key_file.exists() and not beside.backup_key_file.exists()
    assert sorted(each.name for each in tmp_path.iterdir()) == ["state"]
    with db.reading() as session:
        assert session.scalars(select(audit.AuditEntry)).all() == []


@pytest.mark.thorough
def test_no_bar_is_drawn_before_the_first_file(settings: Settings, db: Database, tmp_path: Path) -> None:
    """On a terminal, too: what goes wrong before stands alone."""
    (tmp_path / "b.tar").write_bytes(b"no archive")
    hotline = shlex.join([processes.HOTLINE, "restore", str(tmp_path / "b.tar")])
    environment = {**os.environ, "HOTLINE_STATE_DIR": str(tmp_path / "other")}
    shown = subprocess.run(
        ["script", "-qec", hotline, "/dev/null"], env=environment, capture_output=True, text=True, check=False
    )
    assert "was not restored" in shown.stdout and "files" not in shown.stdout
