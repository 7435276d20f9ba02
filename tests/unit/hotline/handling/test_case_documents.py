"""Documents of a case: who may add one, and that the case can prove which they are."""

import io
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from hotline.audit import AuditEntry
from hotline.cases import case_events
from hotline.cases.cases import CaseState
from hotline.cases.moves import Move
from hotline.database import Database
from hotline.documents.documents import Document
from hotline.evidence import findings, store_check, stored_files, verification
from hotline.handling import case_documents, case_proof
from hotline.handling.case_documents import CaseDocument
from hotline.handling.case_proof import CaseDoubt
from hotline.handling.move_refusals import CannotMove
from hotline.intake import document_intake
from hotline.people import User
from hotline.refusals import Refused
from hotline.settings_file import Settings
from tests.kit import documents
from tests.kit.evidence import differing, sound_differing, unguarded
from tests.kit.one_case import ACCEPTED, NOW, SENT, OneCase

LONG_AFTER = datetime(2100, 1, 1, tzinfo=UTC)


def added(settings: Settings, case: OneCase, who: str = "clerk") -> str:
    return documents.add(settings, case.db, case.number, case.users[who], case.now)


def doubts(db: Database) -> list[CaseDoubt | None]:
    with db.reading() as session:
        return list(case_proof.look(session))


def test_a_document_is_an_event_and_the_case_stays_where_it_is(
    settings: Settings, either_db: Database
) -> None:
    case = OneCase(either_db).goes(*ACCEPTED)
    before = case.row()
    first, second = added(settings, case), added(settings, case, "officer")
    assert case.row() == before and doubts(either_db) == [None] and differing(either_db) == []
    with either_db.reading() as session:
        listed = case_documents.of_case(session, case.number)
        assert [each.document.id for each in listed] == [second, first]
        event = case_events.of_case(session, case.number)[-1]
        assert event.move == Move.ADD_DOCUMENT and (event.unit_code, event.role) == ("0102", "unit officer")
        assert (
            event.facts == case_documents.facts_of(listed[0].document) and event.facts["title"] == "来信.pdf"
        )
        assert case_documents.one_of_case(session, "2600000020", first) is None
        noted = select(AuditEntry.action).where(
            AuditEntry.subject.in_([f"document {first}", f"case {case.number}"])
        )
        assert {"keep", "add document"} <= set(session.scalars(noted))


@pytest.mark.parametrize(
    ("who", "may"),
    [
        *(("clerk", True), ("colleague", False), ("chief", True), ("officer", True), ("head", True)),
        *(("below", False), ("other", False), ("leader", False)),
    ],
)
def test_who_may_add_one(settings: Settings, db: Database, who: str, may: bool) -> None:
    case = OneCase(db).goes(SENT)
    if may:
        assert added(settings, case, who)
        return
    with pytest.raises(Refused) as refused:
        added(settings, case, who)
    assert refused.value.reason is CannotMove.NOT_YOURS
    assert not list(document_intake.strays(settings, db, LONG_AFTER)) and differing(db) == []


def test_a_case_that_was_withdrawn_takes_none(settings: Settings, db: Database) -> None:
    case = OneCase(db)
    with db.writing() as session:
        case.case(session).state = CaseState.WITHDRAWN
    with pytest.raises(Refused) as refused:
        added(settings, case)
    assert refused.value.reason is CannotMove.NOT_NOW


def test_a_form_is_not_too_old_because_a_document_came(settings: Settings, db: Database) -> None:
    case = OneCase(db).goes(*ACCEPTED)
    with db.reading() as session:
        seen = case.case(session).events
    added(settings, case)
    case.make_after(seen, "officer", Move.REPLY, {})
    added(settings, case)
    with pytest.raises(Refused) as refused:  # of the reply it is
        case.make_after(seen, "officer", Move.REPLY, {})
    assert refused.value.reason is CannotMove.MEANWHILE
    with pytest.raises(Refused):
        case.make_after(seen + 90, "clerk", Move.CLOSE, {})


CHANGES = (
    "UPDATE documents SET sha256 = 'x'",
    "UPDATE documents SET title = 'x'",
    "UPDATE documents SET by_id = 2",
    "DELETE FROM documents",
    "UPDATE case_documents SET case_number = '2600000020'",
    "DELETE FROM case_documents",
)


@pytest.mark.parametrize("change", CHANGES)
def test_the_database_refuses_changes(settings: Settings, either_db: Database, change: str) -> None:
    added(settings, OneCase(either_db))
    with pytest.raises(DBAPIError, match="never changed"), either_db.writing() as session:
        session.execute(text(change))


def test_who_changes_one_behind_the_guards_is_found(settings: Settings, db: Database) -> None:
    case = OneCase(db)
    first, second = added(settings, case), added(settings, case)

    def attacked(statement: str) -> None:
        unguarded(db, lambda session: session.execute(text(statement), {"id": first}))

    attacked("UPDATE documents SET sha256 = 'x' WHERE id = :id")
    assert differing(db) == [f"document {first}: its row was changed"]
    assert doubts(db) == [CaseDoubt(case.number, 2, "its document is another")]
    attacked("DELETE FROM case_documents WHERE document_id = :id")
    assert doubts(db) == [CaseDoubt(case.number, 2, "its document is not that of the case")]
    attacked("DELETE FROM documents WHERE id = :id")
    assert f"document {first}: its row is missing" in differing(db) and second not in str(differing(db))


def test_a_file_that_was_changed_or_is_gone_is_found_and_named(
    settings: Settings, either_db: Database
) -> None:
    case = OneCase(either_db)
    first, second = added(settings, case), added(settings, case)
    assert sound_differing(settings, either_db) == []
    paths = {each.subject: stored_files.path_of(settings, each) for each in stored_files.files(either_db)}
    assert store_check.check_some(settings, either_db, NOW) == 1 and store_check.check_some(
        settings, either_db, NOW
    )
    _overwrite(paths[f"document {first}"], documents.pdf()[:-2] + b"x\n")
    paths[f"document {second}"].unlink()
    later = NOW.replace(year=2027)
    store_check.check_some(settings, either_db, later)
    store_check.check_some(settings, either_db, later)
    with either_db.reading() as session:
        found = {each.subject: each.what for each in findings.standing(session)}
        keys = {each.id: each.store_key for each in session.scalars(select(Document))}
    assert found == {
        f"document {first}": f"{keys[first]} was changed: its SHA-256 is another",
        f"document {second}": f"{keys[second]} is missing",
    }
    assert not [each for each in verification.rows_that_differ(either_db) if "document" in each.subject]


def _overwrite(path: Path, content: bytes) -> None:
    path.chmod(0o600)
    path.write_bytes(content)


def test_where_it_is_not_added_nothing_is_kept(settings: Settings, db: Database) -> None:
    case = OneCase(db)
    with (
        pytest.raises(RuntimeError),
        document_intake.stored(io.BytesIO(documents.pdf()), settings, db, NOW) as kept,
        db.writing() as session,
    ):
        document_intake.add(session, kept, "", "", case.users["clerk"], NOW)
        raise RuntimeError
    assert not list(document_intake.strays(settings, db, LONG_AFTER)) and doubts(db) == [None]


def test_what_was_committed_stays_whatever_comes_after(settings: Settings, db: Database) -> None:
    case = OneCase(db)
    with (
        pytest.raises(RuntimeError),
        document_intake.stored(io.BytesIO(documents.pdf()), settings, db, NOW) as kept,
    ):
        with db.writing() as session:
            document = document_intake.add(session, kept, "", "", case.users["clerk"], NOW)
            user = session.get_one(User, case.users["clerk"])
            case_documents.add(session, case.number, document, user, NOW)
        raise RuntimeError
    assert not list(document_intake.missing_files(settings, db))
    with db.reading() as session:
        assert session.scalars(select(CaseDocument.case_number)).all() == [case.number]
