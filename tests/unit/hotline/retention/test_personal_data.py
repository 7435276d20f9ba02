"""Where personal data of callers lies, complete by construction, and that all of it goes after its period."""

from datetime import datetime, timedelta, tzinfo
from typing import Self

import pytest
from click.testing import CliRunner
from sqlalchemy import JSON, String, select
from sqlalchemy.orm import Session

from hotline import database, settings_file
from hotline.callbacks import callbacks
from hotline.calls.calls import CallEnding, CallRecord
from hotline.cases.cases import Case, CaseState, is_of_call
from hotline.commands import main, retention
from hotline.database import Database
from hotline.drafts import FormDraft, FormName
from hotline.evidence import guards, recorded
from hotline.recordings import spool
from hotline.recordings.recordings import RecordingPart
from hotline.registration.call_forms import FormKind
from hotline.retention import deleting
from hotline.retention.beside import PersonalData
from hotline.retention.deletions import LegalHold
from hotline.schema import metadata
from hotline.sections import Retention
from hotline.settings_file import Settings
from tests.kit.personal_data import (
    GIVEN_UP,
    OTHER,
    PERSONAL,
    WITH_SOUND,
    all_of_a_caller,
    call_with_form,
    left,
)
from tests.kit.retention import LATER, differing, having
from tests.kit.screening import CHINA, NOW, load

STAFF = "of who works here, not of a caller"
STATE = "a word of our own"
OURS = "an identifier of our own, or Asterisk's"
PROOF = "what evidence is checked by"
LIST = "the office's own list"
NUMBERS = "goes with numbers_months"
TEXT = "goes with transcripts_months"
OF_NO_CASE = "{} where it is no case; else kept as the case is"
FILES = "goes with documents_months"
NOW_ONLY = "of this moment: gone when the call is"

COLUMNS = {
    "audit_entries.action": STATE,
    "audit_entries.detail": "what people typed goes with what it is about; searches: numbers_months",
    "audit_entries.hash": PROOF,
    "audit_entries.origin": STAFF,
    "audit_entries.previous": PROOF,
    "audit_entries.salt": PROOF,
    "audit_entries.subject": f"{OURS}; never a telephone number",
    "audit_entries.words": PROOF,
    "awaited_codes.token_hash": STAFF,
    "blocks.digits": f"{NUMBERS}, counted from the end of the block",
    "blocks.reason": f"{NUMBERS}, counted from the end of the block",
    "calendar_changes.source": STATE,
    "calendar_days.id": "the day, and the version of the calendar",
    "calendar_days.name": LIST,
    "calendar_days.name_en": LIST,
    "call_forms.call_id": OURS,
    "call_forms.caller": NUMBERS,
    "call_forms.fields": TEXT,
    "call_forms.kind": STATE,
    "call_forms.result": "the number of a case or a consultation",
    "call_forms.seat": OURS,
    "callbacks.attempt": OURS,
    "callbacks.call_id": OURS,
    "callbacks.case_number": OURS,
    "callbacks.language": STATE,
    "callbacks.last_outcome": STATE,
    "callbacks.number": NUMBERS,
    "callbacks.open_number": "gone when the callback is over",
    "callbacks.seat": OURS,
    "callbacks.state": STATE,
    "caller_notes.caller": f"{NUMBERS}, after everything else of the number",
    "caller_notes.text": f"{NUMBERS}, after everything else of the number",
    "calls.call_id": OURS,
    "calls.caller": NUMBERS,
    "calls.ending": STATE,
    "calls.seat": OURS,
    "case_documents.case_number": OURS,
    "case_documents.document_id": OURS,
    "case_documents.event_id": OURS,
    "case_events.case_number": OURS,
    "case_events.hash": OURS,
    "case_events.id": OURS,
    "case_events.move": STATE,
    "case_events.previous": OURS,
    "case_events.role": STATE,
    "case_events.text": "the office's register: the archive law's period",
    "case_events.unit_code": LIST,
    "case_number_counters": "numbers given out",
    "case_numbers.leads_to": OURS,
    "case_numbers.number": OURS,
    "case_numbers.origin": STATE,
    "case_numbers.origin_id": OURS,
    "cases.accused_code": LIST,
    "cases.address": "the office's register: the archive law's period",
    "cases.category": STATE,
    "cases.number": OURS,
    "cases.period": STATE,
    "cases.petitioner": "the office's register: the archive law's period",
    "cases.origin": STATE,
    "cases.origin_id": OURS,
    "cases.state": STATE,
    "cases.summary": "the office's register: the archive law's period",
    "cases.telephone": "the office's register: the archive law's period",
    "cases.unit_code": LIST,
    "consultations.answer": TEXT,
    "consultations.call_id": OURS,
    "consultations.caller": NUMBERS,
    "consultations.category": STATE,
    "consultations.name": NUMBERS,
    "consultations.seat": OURS,
    "consultations.topic": TEXT,
    "decisions.duplicate_of": OURS,
    "decisions.entry": TEXT,
    "decisions.outcome": STATE,
    "decisions.recording_id": OURS,
    "decisions.undone_reason": TEXT,
    "deletions.part_id": OURS,
    "deletions.recording_id": OURS,
    "deletions.what": STATE,
    "documents.id": OURS,
    "documents.kind": STATE,
    "documents.original_name": FILES,
    "documents.received_sha256": PROOF,
    "documents.sha256": PROOF,
    "documents.store_key": PROOF,
    "documents.title": f"{FILES}; in the event of its case: the archive law's period",
    "drafts.fields": f"{TEXT}, or when what it was typed for is done; of a form with a number {NUMBERS}, too",
    "drafts.form": STATE,
    "drafts.subject": OURS,
    "enquiries.asker": "goes after an hour, whatever is set",
    "enquiries.number": "goes after an hour, whatever is set",
    "evidence_findings.subject": OURS,
    "evidence_findings.what": "a file's name, made of hashes",
    "head_places.place": "the path of a file",
    "exchange": "one number for all pages",
    "failed_sign_ins.address": STAFF,
    "failed_sign_ins.browser": STAFF,
    "failed_sign_ins.name": STAFF,
    "hand_hours.reason": "of the line, not of a caller",
    "legal_holds.case_number": OURS,
    "legal_holds.reason": "an act of the office, kept with what it is about",
    "legal_holds.recording_id": OURS,
    "recording_parts.id": PROOF,
    "recording_parts.recording_id": OURS,
    "recording_parts.sha256": PROOF,
    "recording_parts.source": f"holds no number since 0.1.0; in older rows it {NUMBERS}",
    "recording_parts.speaker": STATE,
    "recording_parts.store_key": PROOF,
    "recordings.call_id": OURS,
    "recordings.caller": NUMBERS,
    "recordings.case_number": OURS,
    "recordings.failure": "what an engine said of itself",
    "recordings.first_words": TEXT,
    "recordings.held_page": OURS,
    "recordings.id": OURS,
    "recordings.kind": STATE,
    "recordings.language": STATE,
    "recordings.no_draft": STATE,
    "recordings.outcome": STATE,
    "recordings.seat": OURS,
    "recordings.transcription": STATE,
    "recovery_codes.code_hash": STAFF,
    "revisions.text": TEXT,
    "seat_events.call_id": OURS,
    "seat_events.detail": "a reason from the office's list, or seconds",
    "seat_events.event": STATE,
    "seat_events.seat": OURS,
    "seat_messages.seat": OURS,
    "seat_messages.text": f"{TEXT}, counted from when it was sent",
    "seat_orders.arguments": "another seat, or a reason from the office's list; a day",
    "seat_orders.problem": STATE,
    "seat_orders.seat": OURS,
    "seat_orders.what": STATE,
    "seat_sittings.seat": OURS,
    "seat_sittings.secret": STAFF,
    "seat_sittings.token_hash": STAFF,
    "seats.call_id": OURS,
    "seats.caller": NOW_ONLY,
    "seats.microphone": LIST,
    "seats.name": OURS,
    "seats.reason": LIST,
    "seats.recording_paused": LIST,
    "seats.state": STATE,
    "second_factors.offered": STAFF,
    "second_factors.secret": STAFF,
    "segments.doubt": STATE,
    "segments.draft": TEXT,
    "segments.speaker": STATE,
    "sign_ins.address": STAFF,
    "sign_ins.browser": STAFF,
    "sign_ins.sits_at": STAFF,
    "sign_ins.token_hash": STAFF,
    "telephone_guesses.account": OURS,
    "telephone_guesses.address": STAFF,
    "transcripts.engine": STATE,
    "transcripts.model": STATE,
    "transcripts.recording_id": OURS,
    "submission_documents.document_id": OURS,
    "submission_documents.submission_number": OURS,
    "submissions.address": OF_NO_CASE.format(NUMBERS),
    "submissions.case_number": OURS,
    "submissions.category": STATE,
    "submissions.channel": STATE,
    "submissions.ground": OF_NO_CASE.format(TEXT),
    "submissions.number": OURS,
    "submissions.outcome": STATE,
    "submissions.particulars": OF_NO_CASE.format(TEXT),
    "submissions.petitioner": OF_NO_CASE.format(NUMBERS),
    "submissions.summary": OF_NO_CASE.format(TEXT),
    "submissions.telephone": OF_NO_CASE.format(NUMBERS),
    "submissions.unit_code": LIST,
    "transcripts.settings": STATE,
    "transcripts.text": TEXT,
    "transcripts.words": TEXT,
    "unit_changes.after": LIST,
    "unit_changes.before": LIST,
    "unit_changes.unit_code": LIST,
    "unit_changes.what": STATE,
    "units.aliases": LIST,
    "units.code": LIST,
    "units.kind": STATE,
    "units.level": STATE,
    "units.name_en": LIST,
    "units.name_zh": LIST,
    "units.parent_code": LIST,
    "units.successor_code": LIST,
    "users.full_name": STAFF,
    "users.language": STAFF,
    "users.name": STAFF,
    "users.password_hash": STAFF,
    "users.role": STAFF,
    "users.unit_code": STAFF,
    "waiting_calls.call_id": OURS,
    "waiting_calls.caller": NOW_ONLY,
    "withheld_numbers.call_id": OURS,
    "withheld_numbers.number": NUMBERS,
}
"""Every column that can hold words, and what becomes of them; a table without any by its own name."""


def test_of_every_column_it_is_decided_what_becomes_of_it() -> None:
    """A new column fails here until somebody has decided: personal – then retention takes it – or why not."""
    there = set()
    for table in metadata.tables.values():
        texts = [each.name for each in table.columns if isinstance(each.type, String | JSON)]
        there |= {f"{table.name}.{each}" for each in texts} or {table.name}
    assert there == set(COLUMNS)
    assert all(COLUMNS.values())


def older_name(session: Session, part: RecordingPart, name: str) -> None:
    """As an earlier version has taken it in: the guard would refuse it."""
    guards.take_down(session.connection())
    part.source = name
    recorded.kept(session, part, NOW)
    session.flush()
    guards.set_up(session.connection())


@pytest.fixture
def two(settings: Settings, either_db: Database) -> list[str]:
    """Everything a caller can leave behind; the identifiers of two messages."""
    return all_of_a_caller(settings, either_db)


def test_everything_of_a_caller_goes_but_what_was_entered(
    settings: Settings, either_db: Database, two: list[str]
) -> None:
    db, settings = either_db, having(settings)
    assert {row.partition(":")[0] for row in left(db)} >= {
        "audit_entries", "blocks", "call_forms", "callbacks", "caller_notes", "calls", "consultations",
        "decisions", "drafts", "enquiries", "recordings", "revisions", "seat_messages", "segments",
        "submissions", "transcripts", "withheld_numbers",
    }  # fmt: skip
    assert deleting.run(settings, db, LATER)
    assert left(db) == []
    assert differing(settings, db) == []
    assert deleting.run(settings, db, LATER) == 0
    with db.reading() as session:
        assert {each.petitioner for each in session.scalars(select(Case))} == {"王秀兰"}
        assert session.get_one(CallRecord, GIVEN_UP).ending == CallEnding.ABANDONED  # the figures stay


def test_before_its_time_nothing_goes_but_enquiries(
    settings: Settings, either_db: Database, two: list[str]
) -> None:
    before = left(either_db)
    assert deleting.run(having(settings), either_db, NOW + timedelta(days=700)) == 0
    assert left(either_db) == [each for each in before if not each.startswith("enquiries")]


@pytest.mark.thorough
@pytest.mark.parametrize("period", ["transcripts", "numbers"])
def test_each_period_takes_its_own_alone(
    settings: Settings, either_db: Database, two: list[str], period: str
) -> None:
    settings = having(settings, Retention(**{f"{period}_months": 24}))
    assert deleting.run(settings, either_db, LATER)
    kept = {row.partition(":")[0] for row in left(either_db)} - {"audit_entries"}
    assert kept == {
        "numbers": {"call_forms", "consultations", "decisions", "drafts", "recordings", "revisions",
                    "seat_messages", "segments", "submissions", "transcripts"},
        "transcripts": {"blocks", "call_forms", "callbacks", "caller_notes", "calls", "consultations",
                        "recordings", "submissions", "withheld_numbers"},
    }[period]  # fmt: skip
    assert differing(settings, either_db) == []


@pytest.mark.thorough
@pytest.mark.parametrize("why", ["case", "hold"])
def test_a_running_case_or_a_hold_keeps_its_call_its_form_and_the_note(
    settings: Settings, either_db: Database, two: list[str], why: str
) -> None:
    """A case that was registered in a call without a recording."""
    db, settings, call_id = either_db, having(settings), "1795400000.8"
    with db.reading() as session:
        clerk = load(session, two[0])[1]
    call_with_form(db, call_id, clerk, FormKind.CASE)
    with db.writing() as session:
        case = session.scalars(select(Case).where(is_of_call(call_id))).one()
        case.telephone = OTHER
        if why == "hold":
            case.state, case.closed_at = CaseState.CLOSED, NOW
            session.add(LegalHold(case_number=case.number, reason="诉讼", held_at=NOW))
    deleting.run(settings, db, LATER)
    kept = {row.partition(":")[0] for row in left(db)} - {"audit_entries"}
    assert kept == {"calls", "call_forms", "caller_notes", "blocks"}
    with db.writing() as session:
        for hold in session.scalars(select(LegalHold)):
            hold.released_at = LATER
        session.scalars(select(Case).where(is_of_call(call_id))).one().state = CaseState.CLOSED
    deleting.run(settings, db, LATER)
    deleting.run(settings, db, LATER + timedelta(days=3 * 366))
    assert left(db) == [] and differing(settings, db) == []


def test_a_number_that_was_typed_and_never_sent_goes_with_the_numbers(
    settings: Settings, either_db: Database, two: list[str]
) -> None:
    deleting.run(having(settings, Retention(numbers_months=24)), either_db, LATER)
    with either_db.reading() as session:
        assert set(session.scalars(select(FormDraft.form))) == {
            FormName.KEEP,
            FormName.NOTE,
            FormName.MESSAGE,
        }


def test_a_note_is_kept_as_long_as_its_number_calls(
    settings: Settings, either_db: Database, two: list[str]
) -> None:
    lately = LATER - timedelta(days=1)
    with either_db.writing() as session:
        session.add(
            CallRecord(call_id="1795400000.7", caller=f"+86{OTHER}", arrived_at=lately, ended_at=lately)
        )
    deleting.run(having(settings), either_db, LATER)
    kept = {row.partition(":")[0] for row in left(either_db)} - {"audit_entries"}
    assert kept == {"calls", "caller_notes"}


def test_who_is_to_be_called_back_keeps_the_number(
    settings: Settings, either_db: Database, two: list[str]
) -> None:
    with either_db.writing() as session:
        callbacks.request(session, OTHER, GIVEN_UP, "zh", NOW, NOW, CHINA)
    deleting.run(having(settings), either_db, LATER)
    assert sum(row.startswith("callbacks") for row in left(either_db)) == 1
    with either_db.reading() as session:
        assert session.get_one(CallRecord, GIVEN_UP).caller == OTHER


def test_a_part_of_an_older_version_loses_the_number_in_its_name(
    settings: Settings, either_db: Database, two: list[str]
) -> None:
    """Guarded, and in the chain: it goes by the one way there is, and says so."""
    name = f"{WITH_SOUND}.70@seat01"
    with either_db.writing() as session:
        part = session.scalars(select(RecordingPart).where(RecordingPart.source == f"{name}.wav")).one()
        part_id = part.id
        older_name(session, part, f"{name}+{OTHER}.wav")
    assert differing(settings, either_db) == []
    deleting.run(having(settings, Retention(numbers_months=24)), either_db, LATER)
    with either_db.reading() as session:
        assert session.get_one(RecordingPart, part_id).source == f"{name}.wav"
    assert differing(settings, either_db) == []
    assert spool.without_caller("a.90+138.wav") == "a.90.wav" and spool.without_caller("a+b.wav") == "a+b.wav"


class Later(datetime):
    """The clock of the command line, three years on."""

    @classmethod
    def now(cls, tz: tzinfo | None = None) -> Self:
        return cls.fromtimestamp(LATER.timestamp(), tz)


@pytest.mark.thorough
def test_every_kind_is_told_before_and_after(
    settings: Settings, either_db: Database, two: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settings_file, "current", lambda: having(settings))
    monkeypatch.setattr(database, "current", lambda: either_db)
    monkeypatch.setattr(retention, "datetime", Later)
    shown = CliRunner().invoke(main, ["retention", "preview"]).output
    deleting.run(having(settings), either_db, LATER)
    told = CliRunner().invoke(main, ["retention", "report"]).output
    for kind in PersonalData:
        assert f"\n{kind}: " in shown and f"\n{kind}: 0 " not in shown, kind
        assert f" {kind} " in told, kind
    assert not any(each in shown + told for each in PERSONAL)
