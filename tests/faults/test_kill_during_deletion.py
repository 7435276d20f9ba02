"""Deleting by retention survives ``kill -9`` at any line: never half deleted, never deleted unsaid."""

from sqlalchemy import func, select

from hotline.database import Database
from hotline.evidence import findings, recorded, sealing
from hotline.recordings import store
from hotline.retention import deleting, gathering, rule
from hotline.retention.deletions import Deletion
from hotline.settings import Settings
from tests.faults.killing import killed_at
from tests.unit.test_retention import LATER, differing, files, having, set_aside
from tests.unit.test_screening import two_messages


def test_kill_at_every_line(chosen: Settings, either_db: Database) -> None:
    two, chosen = two_messages(chosen, either_db), having(chosen)
    set_aside(either_db, two[0])
    url, line = either_db.engine.url.render_as_string(hide_password=False), 0

    def run() -> None:
        deleting.run(chosen, Database(url), LATER)

    modules = (deleting, gathering, rule, store, recorded, findings, sealing)
    while killed_at(line, run, *modules):
        file = files(chosen, either_db, two[0])[0]
        deleting.finish_begun(chosen, either_db, LATER)
        assert differing(chosen, either_db) == [], line
        with either_db.reading() as session:
            said = session.scalar(select(func.count()).where(Deletion.part_id.is_not(None)))
            assert bool(said) == (not file.exists()), line
        line += 1
    assert line > 100, "the tracer saw too few lines: the test proves nothing"
    assert not files(chosen, either_db, two[0])[0].exists()
    assert deleting.run(chosen, either_db, LATER) == 0
    assert differing(chosen, either_db) == []
