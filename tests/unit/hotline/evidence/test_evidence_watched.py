"""The clock reads the store again, writes the head elsewhere, and says what differs; so do the commands."""

import socketserver
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import click
import pytest
from click.testing import CliRunner, Result
from sqlalchemy import select, text

from hotline import audit, database, settings_file
from hotline.audit import AuditEntry
from hotline.commands import main, recordings
from hotline.database import Database
from hotline.evidence import chain_check, findings, guards, heads, health, store_check
from hotline.recordings import store
from hotline.recordings.recordings import RecordingPart
from hotline.sections import Evidence
from hotline.settings_file import Settings
from tests.kit.evidence import CALLER, filled

NOW = datetime(2026, 9, 1, 8, 30, tzinfo=UTC)


@pytest.fixture(autouse=True)
def here(settings: Settings, db: Database, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The command line of this state directory, with something to keep."""
    monkeypatch.setenv("HOTLINE_STATE_DIR", str(settings.state_dir))
    settings_file.current.cache_clear()
    database.current.cache_clear()
    monkeypatch.setattr(store_check, "be_nice", lambda: None)  # nobody is nice for ever in a test
    filled(settings, db)
    token = audit.origin.set("")
    yield
    audit.origin.reset(token)


def run(*arguments: str) -> Result:
    return CliRunner().invoke(main, arguments)


def flipped(settings: Settings, db: Database) -> Path:
    """The last byte of a stored file is another now, and its length the same."""
    with db.reading() as session:
        part = session.scalars(select(RecordingPart).order_by(RecordingPart.id)).first()
        assert part
        path = store.path_of(settings.store_dir, part.store_key)
    path.chmod(0o600)
    content = bytearray(path.read_bytes())
    content[-1] ^= 1
    path.write_bytes(content)
    return path


def read_everything(settings: Settings, db: Database, now: datetime) -> int:
    count = 0
    while read := store_check.check_some(settings, db, now):
        count += read
    return count


def test_every_file_is_read_once_and_again_after_three_weeks(settings: Settings, db: Database) -> None:
    assert read_everything(settings, db, NOW) == 6
    assert read_everything(settings, db, NOW + timedelta(days=20)) == 0
    assert read_everything(settings, db, NOW + timedelta(days=22)) == 6


@pytest.mark.thorough
def test_a_flipped_byte_is_said_once_and_then_that_it_is_mended(settings: Settings, db: Database) -> None:
    path = flipped(settings, db)
    for day in (0, 22):
        read_everything(settings, db, NOW + timedelta(days=day))
    with db.reading() as session:
        [found] = findings.standing(session)
        assert path.name in found.what
        noted = select(AuditEntry).where(AuditEntry.action == "find a difference")
        assert len(session.scalars(noted).all()) == 1
    assert "evidence" in [each.part for each in health.evidence(settings) if not each.ok]
    content = bytearray(path.read_bytes())
    content[-1] ^= 1
    path.write_bytes(content)
    read_everything(settings, db, NOW + timedelta(days=44))
    with db.reading() as session:
        assert not findings.standing(session)


def test_the_head_is_written_and_a_cut_end_is_said(settings: Settings, db: Database, tmp_path: Path) -> None:
    elsewhere = settings.model_copy(update={"evidence": Evidence(head_file=tmp_path / "heads")})
    assert heads.is_apart(elsewhere)
    assert chain_check.follow_and_write(elsewhere, db, NOW) == []
    assert [head.sequence for head in heads.written(elsewhere)] == [21]
    with db.writing() as session:
        guards.take_down(session.connection())
        session.execute(text("DELETE FROM audit_entries WHERE sequence > 18"))
    assert "cut off" in chain_check.follow_and_write(elsewhere, db, NOW)[0]


def test_doctor_says_that_the_end_was_cut_off_and_guards_are_gone(settings: Settings, db: Database) -> None:
    chain_check.follow_and_write(settings, db, datetime.now(UTC))
    assert [each.part for each in health.evidence(settings) if not each.ok] == []
    with db.writing() as session:
        guards.take_down(session.connection())
        session.execute(text("DELETE FROM audit_entries WHERE sequence > 18"))
    assert [each.part for each in health.evidence(settings) if not each.ok] == ["guards", "audit trail"]
    assert "MEND  audit trail: entry 21: the end of the chain was cut off" in run("doctor").output


def test_doctor_says_that_entries_in_between_are_gone(settings: Settings, db: Database) -> None:
    with db.writing() as session:
        guards.take_down(session.connection())
        session.execute(text("DELETE FROM audit_entries WHERE sequence = 12"))
        guards.set_up(session.connection())
    assert "audit trail" in [each.part for each in health.evidence(settings) if not each.ok]


def test_verify_names_what_differs(settings: Settings, db: Database) -> None:
    whole = run("audit", "verify")
    assert whole.exit_code == 0, whole.output
    path = flipped(settings, db)
    assert run("audit", "verify", "--without-sound").exit_code == 0
    shown = run("audit", "verify")
    assert shown.exit_code == 1
    assert f"{path.name} was changed" in shown.output


def test_verify_compares_with_a_head_that_was_kept(db: Database) -> None:
    head = heads.current_head(db, NOW)
    assert head
    assert run("audit", "verify", "--head", head.line()).exit_code == 0
    other = head.line().replace(head.hash, "0" * 64)
    assert "entry 21" in run("audit", "verify", "--head", other).output
    assert "no head" in run("audit", "verify", "--head", "21").output


def test_show_filters_and_shortens_numbers(db: Database) -> None:
    with db.writing() as session:
        audit.note(session, NOW, None, "undo", "recording 5f", f"the caller {CALLER} asked, case 2600000012")
    shown = run("audit", "show", "--action", "undo").output
    assert "138*****234" in shown
    assert CALLER not in shown
    assert "2600000012" in shown
    assert len(run("audit", "show", "--subject", "call 1", "--limit", "50").output.splitlines()) == 3
    assert "There are no such entries." in run("audit", "show", "--user", "nobody").output


def test_a_command_says_who_ran_it(db: Database) -> None:
    run("audit", "show")
    with db.reading() as session:
        last = session.scalars(select(AuditEntry).order_by(AuditEntry.sequence.desc())).first()
    assert last
    assert (last.action, last.origin.split()[0]) == ("read", audit.os_user().split()[0])


class _Mailbox(socketserver.StreamRequestHandler):
    """A mail server's side of one letter (RFC 5321)."""

    def handle(self) -> None:
        self.wfile.write(b"220 here\r\n")
        letter = self.server.letter  # type: ignore[attr-defined]
        while line := self.rfile.readline():
            if line.upper().startswith(b"DATA"):
                self.wfile.write(b"354 go on\r\n")
                while (said := self.rfile.readline()) not in (b".\r\n", b""):
                    letter.append(said)
            self.wfile.write(b"221 bye\r\n" if line.upper().startswith(b"QUIT") else b"250 ok\r\n")


def test_the_head_is_mailed(settings: Settings, db: Database) -> None:
    with socketserver.TCPServer(("127.0.0.1", 0), _Mailbox) as server:
        server.letter = []  # type: ignore[attr-defined]
        threading.Thread(target=server.serve_forever, daemon=True).start()
        address = f"127.0.0.1:{server.server_address[1]}"
        to = Evidence(mail_to="audit@office.example", mail_server=address)
        head = heads.current_head(db, NOW)
        assert head
        heads.write(settings.model_copy(update={"evidence": to}), db, head)
        server.shutdown()
        letter = b"".join(server.letter).decode()  # type: ignore[attr-defined]
    assert head.hash in letter.replace("=\r\n", "")
    assert "To: audit@office.example" in letter


@pytest.mark.parametrize("command", [("audit", "show"), ("recordings", "list")])
def test_whoever_reads_slowly_holds_up_no_call(
    db: Database, monkeypatch: pytest.MonkeyPatch, command: tuple[str, str]
) -> None:
    """A pager takes a line now and then; meanwhile somebody calls, and that is written down."""
    impatient = Database(str(db.engine.url), busy_seconds=0.05)
    written: list[bool] = []

    def echo(*_: object, **__: object) -> None:
        with impatient.writing() as session:
            audit.note(session, NOW, None, "call", f"call {len(written)}")
        written.append(True)

    def described(*_: object) -> dict[str, object]:
        echo()
        return {
            "case_number": "",
            "received_at": NOW.isoformat(),
            "seconds": 0.0,
            "missing_seconds": 0.0,
            "not_transcribed_seconds": None,
            "state": "",
            "transcript": None,
        }

    monkeypatch.setattr(click, "echo", echo)
    monkeypatch.setattr(recordings, "_described", described)
    assert run(*command).exit_code == 0
    assert written


def test_heads_that_cannot_be_read_hide_nothing(settings: Settings, db: Database) -> None:
    (settings.state_dir / "audit-heads").mkdir()
    with db.writing() as session:
        guards.take_down(session.connection())
        session.execute(text("UPDATE audit_entries SET action = 'other' WHERE sequence = 3"))
    with pytest.raises(OSError):  # the head can't be written; but first it is said what differs
        chain_check.follow_and_write(settings, db, NOW)
    with db.reading() as session:
        found = {each.subject: each.what for each in findings.standing(session)}
    assert "its hash is another" in found["entry 3"] and "cannot be read" in found["heads"]
    verified = run("audit", "verify")
    assert "entry 3: it was changed" in verified.output and "heads: they cannot be read" in verified.output
    assert "MEND  evidence:" in run("doctor").output
    (settings.state_dir / "audit-heads").rmdir()
    chain_check.follow_and_write(settings, db, NOW)
    with db.reading() as session:
        standing = [each.subject for each in findings.standing(session)]
    assert "heads" not in standing and "entry 3" in standing


def test_a_file_that_was_restored_is_not_said_for_weeks(settings: Settings, db: Database) -> None:
    path = flipped(settings, db)
    good = bytearray(path.read_bytes())
    good[-1] ^= 1
    read_everything(settings, db, NOW)
    path.write_bytes(good)
    assert read_everything(settings, db, NOW + timedelta(minutes=30)) == 0
    assert read_everything(settings, db, NOW + timedelta(hours=2)) == 1
    with db.reading() as session:
        assert not findings.standing(session)


def test_verify_says_that_details_were_erased(db: Database) -> None:
    with db.writing() as session:
        audit.erase_details(session, [20, 21], NOW, None)
    assert "Details of 2 were erased" in run("audit", "verify").output


def test_what_somebody_typed_is_no_line_of_the_list(db: Database) -> None:
    forged = "王\u3000秀兰\n      99  2026-09-01 08:00:00  li  sign in  user li\x1b[1A\r\u202e\x85"
    with db.writing() as session:
        audit.note(session, NOW, None, "search", "recordings", forged)
    shown = run("audit", "show", "--action", "search").output
    assert len(shown.splitlines()) == 1
    assert "王 秀兰" in shown
    assert all(each.isprintable() for each in shown.rstrip("\n"))
