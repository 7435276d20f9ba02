"""Taking a message in survives ``kill -9`` at any line: nothing is lost, nothing is there twice."""

import shutil
from functools import partial
from pathlib import Path

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
from tests.kit.killing import Line, killed_before, lines_that_write
from tests.kit.wav import break_header, write_tone

OURS = (intake, numbering, spool, store, wav, recorded, sealing)


@pytest.mark.timeout(600)
def test_kill_at_every_line(settings: Settings, db: Database, tmp_path: Path) -> None:
    sound, before = _spool(settings, CALL, hertz=200), tmp_path / "before"
    db.engine.dispose()  # a fork must not share a connection
    shutil.copytree(settings.state_dir, before)
    lines = lines_that_write(partial(take_in, settings), settings.state_dir, *OURS)
    assert len(lines) > 12, "the tracer saw too few writes: the test proves nothing"
    for line in lines:
        db.engine.dispose()
        shutil.rmtree(settings.state_dir)
        shutil.copytree(before, settings.state_dir)
        assert killed_before(line, partial(take_in, settings), *OURS)
        sweep.sweep(settings, db, now=lambda: 2_000_000_000.0)
        _assert_kept_once(settings, db, sound, line)
        assert not list(verification.rows_that_differ(db))


CALL = "1763885000.1"


def take_in(settings: Settings) -> None:
    intake.take_in(CALL, settings, Database(settings.database_url))


def _spool(settings: Settings, call_id: str, hertz: float) -> list[bytes]:
    """Two parts, one with the header of a crash; returns their sound."""
    for number in (0, 1):
        write_tone(spool.part_path(settings.spool_dir, call_id, number), 0.25, hertz + 0.5 * number)
    first = spool.part_path(settings.spool_dir, call_id, 0).read_bytes()[44:]
    second = break_header(spool.part_path(settings.spool_dir, call_id, 1))
    spool.write_note(settings.spool_dir, spool.CallNote(call_id, "13800001234"))
    return [first, second]


def _assert_kept_once(settings: Settings, db: Database, sound: list[bytes], line: Line) -> None:
    """One message with two whole parts, a valid number, an empty spool; each said once in the audit trail."""
    with db.reading() as session:
        recording = session.scalars(select(Recording).where(Recording.call_id == CALL)).one()
        assert session.scalar(select(func.count()).select_from(Recording)) == 1
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
