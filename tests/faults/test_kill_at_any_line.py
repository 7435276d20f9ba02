"""Taking a message in survives ``kill -9`` at any line: nothing is lost, nothing is there twice."""

import pytest
from sqlalchemy import func, select

from hotline.audit import AuditEntry
from hotline.cases import numbering
from hotline.database import Database
from hotline.evidence import recorded, sealing, verification
from hotline.intake import intake, sweep
from hotline.recordings import spool, store, wav
from hotline.recordings.recordings import Recording
from hotline.settings_file import Settings
from tests.kit.killing import killed_at
from tests.kit.wav import break_header, write_tone


def take_in_until(settings: Settings, line: int) -> bool:
    """Take the call in, in a process that is killed; False when it came to an end."""

    def take_in() -> None:
        intake.take_in(_call(line), settings, Database(settings.database_url))

    return killed_at(line, take_in, intake, numbering, spool, store, wav, recorded, sealing)


@pytest.mark.timeout(600)
def test_kill_at_every_line(settings: Settings, db: Database) -> None:
    line = 0
    while True:
        tag = f"{line:04d}"
        sound = _spool(settings, _call(line), hertz=200 + line)
        killed = take_in_until(settings, line)
        assert killed or line > 80, "the tracer saw too few lines: the test proves nothing"
        sweep.sweep(settings, db, now=lambda: 2_000_000_000.0)
        _assert_kept_once(settings, db, sound, line)
        if not killed:
            assert not list(verification.rows_that_differ(db)), tag
            return
        line += 1


def _call(line: int) -> str:
    return f"1763885000.{line}"


def _spool(settings: Settings, call_id: str, hertz: float) -> list[bytes]:
    """Two parts, one with the header of a crash; returns their sound."""
    for number in (0, 1):
        write_tone(spool.part_path(settings.spool_dir, call_id, number), 0.25, hertz + 0.5 * number)
    first = spool.part_path(settings.spool_dir, call_id, 0).read_bytes()[44:]
    second = break_header(spool.part_path(settings.spool_dir, call_id, 1))
    spool.write_note(settings.spool_dir, spool.CallNote(call_id, "13800001234"))
    return [first, second]


def _assert_kept_once(settings: Settings, db: Database, sound: list[bytes], line: int) -> None:
    """One message with two whole parts, a valid number, an empty spool; each said once in the audit trail."""
    with db.reading() as session:
        recording = session.scalars(select(Recording).where(Recording.call_id == _call(line))).one()
        assert session.scalar(select(func.count()).select_from(Recording)) == line + 1
        parts = recording.parts
        kept = [store.path_of(settings.store_dir, part.store_key) for part in parts]
        assert [path.read_bytes()[44:] for path in kept] == sound, line
        assert [store.sha256(path) for path in kept] == [part.sha256 for part in parts], line
        assert not any(wav.repair(path) for path in kept), line
        assert not list(settings.spool_dir.glob("*.wav")), line
        assert not list(sweep.strays(settings, db)), line
        said = [f"receipt {recording.id}", *(f"part {part.id}" for part in parts)]
        noted = select(AuditEntry.subject).where(AuditEntry.subject.in_(said))
        assert sorted(session.scalars(noted)) == sorted(said), line
