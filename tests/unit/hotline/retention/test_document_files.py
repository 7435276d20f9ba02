"""Documents go with their case after their time, and nothing of them goes before."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from click.testing import CliRunner
from sqlalchemy import select

from hotline import database, settings_file
from hotline.cases.moves import Move
from hotline.cases.origins import Origin
from hotline.commands import main
from hotline.database import Database
from hotline.documents import document_store
from hotline.documents.documents import Document
from hotline.evidence import stored_files
from hotline.handling import case_documents, case_proof
from hotline.retention import deleting, document_files, gathering, legal_holds
from hotline.sections import Retention
from hotline.settings_file import Settings
from hotline.submissions import deciding, entering
from hotline.submissions.entering import SubmissionEntry
from tests.kit import documents
from tests.kit.evidence import differing, sound_differing
from tests.kit.one_case import NOW, REPLIED, SENT, OneCase

CHINA = ZoneInfo("Asia/Shanghai")
TWO_YEARS = timedelta(days=2 * 366)


@pytest.fixture
def kept(settings: Settings) -> Settings:
    return settings.model_copy(update={"retention": Retention(documents_months=24)})


def closed(settings: Settings, db: Database) -> tuple[OneCase, str]:
    case = OneCase(db).goes(*REPLIED)
    document = documents.add(settings, db, case.number, case.users["officer"], NOW)
    case.make("clerk", Move.CLOSE)
    with db.writing() as session:
        gathering.note_closed(session, NOW)
    return case, document


def keys(settings: Settings) -> list[str]:
    return list(document_store.keys(settings.documents_dir))


def run(settings: Settings, db: Database, now: datetime) -> bool:
    deleting.run(settings, db, now)
    return not keys(settings)


def test_a_document_goes_two_years_after_its_case_was_closed(kept: Settings, either_db: Database) -> None:
    case, document = closed(kept, either_db)
    assert not run(kept, either_db, NOW.replace(year=2028) - timedelta(minutes=1))
    assert run(kept, either_db, NOW.replace(year=2028))
    assert differing(either_db) == [] == sound_differing(kept, either_db)
    assert stored_files.files(either_db) == []
    with either_db.reading() as session:
        row = documents.row(session, document)
        assert (row.title, row.original_name) == ("", "") and row.erased_at
        assert case_documents.of_case(session, case.number)[0].title == "来信.pdf"
        assert list(case_proof.look(session)) == [None]


def test_as_long_as_the_case_runs_or_is_held_it_stays(kept: Settings, db: Database) -> None:
    case, _ = closed(kept, db)
    with db.writing() as session:
        legal_holds.hold(session, None, case.number, "诉讼", None, NOW)
    assert not run(kept, db, NOW + TWO_YEARS)
    with db.writing() as session:
        legal_holds.release(session, None, case.number, None, NOW)
    case.make("clerk", Move.SEND_BACK)
    assert not run(kept, db, NOW + TWO_YEARS)


def test_what_came_after_the_closing_has_its_own_time(kept: Settings, db: Database) -> None:
    case, _ = closed(kept, db)
    later = NOW + timedelta(days=100)
    second = documents.add(kept, db, case.number, case.users["clerk"], later)
    run(kept, db, NOW + TWO_YEARS)
    assert len(keys(kept)) == 1 and second in keys(kept)[0]


def test_nothing_goes_unless_the_office_has_said_so(settings: Settings, db: Database) -> None:
    closed(settings, db)
    assert not run(settings, db, NOW + 20 * TWO_YEARS)


def test_a_document_that_is_missing_is_for_people(kept: Settings, db: Database) -> None:
    closed(kept, db)
    document_store.remove(kept.documents_dir, keys(kept)[0])
    deleting.run(kept, db, NOW + TWO_YEARS)
    deleting.run(kept, db, NOW + TWO_YEARS)
    with db.reading() as session:
        assert session.scalars(select(Document.erased_at)).one() is None
        assert list(document_files.due(session, kept.retention, NOW + TWO_YEARS)) == []


@pytest.mark.parametrize("is_gone", [True, False])
def test_what_was_begun_is_finished_or_asked_anew(kept: Settings, db: Database, is_gone: bool) -> None:
    """As a kill leaves it, before or after the file went."""
    _, document = closed(kept, db)
    with db.writing() as session:
        documents.row(session, document).erasing_at = NOW
    if is_gone:
        document_store.remove(kept.documents_dir, keys(kept)[0])
    deleting.finish(kept, db, NOW)
    with db.reading() as session:
        row = documents.row(session, document)
        assert (row.erasing_at is not None, row.erased_at is not None) == (is_gone, is_gone)
    assert differing(db) == [] == sound_differing(kept, db)


def test_the_commands_tell_of_it(kept: Settings, db: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    _, document = closed(kept, db)
    monkeypatch.setattr(settings_file, "current", lambda: kept)
    monkeypatch.setattr(database, "current", lambda: db)
    assert "documents: 0 after 24 months" in CliRunner().invoke(main, ["retention", "preview"]).output
    run(kept, db, NOW + TWO_YEARS)
    told = CliRunner().invoke(main, ["retention", "report"]).output
    assert "documents      " in told and f"document {document}" in told


def test_a_scan_goes_with_the_letter_that_is_no_case_or_with_its_case(
    kept: Settings, either_db: Database
) -> None:
    case = OneCase(either_db)
    letter = SubmissionEntry(Origin.LETTER, NOW, "陈建国", summary="问路")
    with either_db.writing() as session:
        clerk = case.users["clerk"]
        numbers = [entering.enter(session, letter, CHINA, clerk, NOW).number for _ in range(3)]
        session.flush()
        deciding.set_aside(session, numbers[0], "只是问路", clerk, NOW)
        deciding.join(session, numbers[1], case.number, clerk, NOW)
    for number in numbers:
        documents.add_to_letter(kept, either_db, number, clerk, NOW)
    run(kept, either_db, NOW + TWO_YEARS)
    assert len(keys(kept)) == 2  # one waits, and the case of the other runs
    case.goes(SENT, ("officer", Move.ACCEPT), ("officer", Move.REPLY), ("clerk", Move.CLOSE))
    with either_db.writing() as session:
        gathering.note_closed(session, NOW)
        deciding.set_aside(session, numbers[2], "只是问路", clerk, NOW)
    assert run(kept, either_db, NOW + TWO_YEARS) and differing(either_db) == []
