"""Adding a document survives ``kill -9`` at any line: it is added whole or not at all, and then again."""

import shutil
from functools import partial
from pathlib import Path

import pytest
from PIL import Image
from sqlalchemy import func, select

from hotline import durable
from hotline.cases import case_events
from hotline.database import Database
from hotline.documents import document_store, documents, images
from hotline.evidence import recorded_documents, sealing, stored_files, verification
from hotline.handling import case_documents, case_proof
from hotline.intake import document_intake
from hotline.settings_file import Settings
from tests.kit.documents import add, photograph
from tests.kit.killing import Line, killed_before, lines_that_write
from tests.kit.one_case import NOW, OneCase

OURS = (
    *(document_store, documents, images, durable, document_intake),
    *(recorded_documents, case_documents, case_events, sealing),
)


@pytest.mark.timeout(600)
def test_kill_at_every_line(settings: Settings, db: Database, tmp_path: Path) -> None:
    case, before = OneCase(db), tmp_path / "before"
    db.engine.dispose()
    shutil.copytree(settings.state_dir, before)
    act = partial(hand_in, settings, case.number, case.users["clerk"])
    lines = lines_that_write(act, settings.state_dir, *OURS)
    assert len(lines) > 8, "the tracer saw too few writes: the test proves nothing"
    for line in lines:
        db.engine.dispose()
        shutil.rmtree(settings.state_dir)
        shutil.copytree(before, settings.state_dir)
        assert killed_before(line, act, *OURS)
        _assert_whole_or_not_at_all(settings, db, line)
        add(settings, db, case.number, case.users["clerk"], NOW, photograph())
        assert not list(verification.rows_that_differ(db)), line


def hand_in(settings: Settings, number: str, by_id: int) -> None:
    add(settings, Database(settings.database_url), number, by_id, NOW, photograph())


def _assert_whole_or_not_at_all(settings: Settings, db: Database, line: Line) -> None:
    """No half of it is in the store; what is left beside is a draft that goes, or a stray that is told."""
    assert [stored_files.file_differs(settings, each) for each in stored_files.files(db)] in ([], [""]), line
    assert not list(document_intake.missing_files(settings, db)), line
    with db.reading() as session:
        rows = session.scalar(select(func.count()).select_from(documents.Document)) or 0
        tied = session.scalar(select(func.count()).select_from(case_documents.CaseDocument)) or 0
        assert rows == tied and list(case_proof.look(session)) == [None], line
    strays = list(document_intake.strays(settings, db, NOW.replace(year=2100)))
    assert len(strays) + rows <= 1, line
    for key in strays:
        with Image.open(document_store.path_of(settings.documents_dir, key)) as image:
            image.load()  # whole
    document_store.sweep(settings.documents_dir, NOW.replace(year=2100))
    drafts = list((settings.documents_dir / document_store.DRAFTS).glob("*"))
    assert drafts == [], line
