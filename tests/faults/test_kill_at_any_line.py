"""Taking a message in survives ``kill -9`` at any line: nothing is lost, nothing is there twice."""

from sqlalchemy import select

from hotline.cases import numbering
from hotline.database import Database
from hotline.recordings import intake, spool, store, sweep, wav
from hotline.recordings.recordings import Recording, RecordingPart
from hotline.settings import Settings
from tests.conftest import write_tone
from tests.faults.killing import killed_at
from tests.unit.test_wav import break_header

CALL = "1763885000.12"


def take_in_until(chosen: Settings, line: int) -> bool:
    """Take the call in, in a process that is killed; False when it came to an end."""

    def take_in() -> None:
        intake.take_in(CALL, chosen, Database(chosen.database_url))

    return killed_at(line, take_in, intake, numbering, spool, store, wav)


def test_kill_at_every_line(chosen: Settings, db: Database) -> None:
    line = 0
    while True:
        tag = f"{line:04d}"
        sound = _spool(chosen, hertz=200 + line)
        killed = take_in_until(chosen, line)
        assert killed or line > 80, "the tracer saw too few lines: the test proves nothing"
        sweep.sweep(chosen, db, now=lambda: 2_000_000_000.0)
        _assert_kept_once(chosen, db, sound, tag)
        if not killed:
            return
        line += 1


def _spool(chosen: Settings, hertz: float) -> list[bytes]:
    """Two parts, one with the header of a crash; returns their sound."""
    for number in (0, 1):
        write_tone(spool.part_path(chosen.spool_dir, CALL, number), 0.25, hertz + 0.5 * number)
    first = spool.part_path(chosen.spool_dir, CALL, 0).read_bytes()[44:]
    second = break_header(spool.part_path(chosen.spool_dir, CALL, 1))
    spool.write_note(chosen.spool_dir, spool.CallNote(CALL, "13800001234"))
    return [first, second]


def _assert_kept_once(chosen: Settings, db: Database, sound: list[bytes], tag: str) -> None:
    """One message with two whole parts, a valid number, an empty spool; then forget it for the next line."""
    with db.writing() as session:
        recording = session.scalars(select(Recording)).one()
        parts = session.scalars(select(RecordingPart).order_by(RecordingPart.position)).all()
        kept = [store.path_of(chosen.store_dir, part.store_key) for part in parts]
        assert [path.read_bytes()[44:] for path in kept] == sound, tag
        assert [store.sha256(path) for path in kept] == [part.sha256 for part in parts], tag
        assert not any(wav.repair(path) for path in kept), tag
        assert not list(chosen.spool_dir.glob("*.wav")), tag
        assert not list(sweep.strays(chosen, db)), tag
        for each in (*parts, recording):
            session.delete(each)
    for path in kept:
        path.unlink()
