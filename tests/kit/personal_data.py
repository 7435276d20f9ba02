"""All that is ever kept of a caller, in one database, and what is left of it."""

from collections.abc import Iterator
from datetime import timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from hotline import audit, drafts, withheld_numbers
from hotline.callbacks import callbacks
from hotline.callers import caller_notes, nuisance
from hotline.calls.calls import CallEnding, CallRecord
from hotline.cases.cases import Case, CaseState, is_of_call
from hotline.cases.origins import Origin
from hotline.database import Database
from hotline.drafts import DraftPlace, FormName
from hotline.enquiries import enquiries
from hotline.intake import intake
from hotline.people import Role, User, add
from hotline.recordings.recordings import Recording, TranscriptionState
from hotline.registration import call_agents, call_forms, form_finishing
from hotline.registration.call_agents import KnownCall
from hotline.registration.call_forms import Author, FormKind
from hotline.retention import gathering
from hotline.schema import metadata
from hotline.seats import seat_messages
from hotline.seats.seats import Seat, SeatState
from hotline.settings_file import Settings
from hotline.submissions import deciding, entering
from hotline.submissions.entering import SubmissionEntry
from hotline.submissions.submissions import Particular
from hotline.withheld_numbers import RevealGround
from tests.kit.period_rules import RULES
from tests.kit.retention import set_aside, transcribe
from tests.kit.screening import CHINA, ENTRY, NOW, load, register, two_messages, undo
from tests.kit.wav import write_tone

CALLER, OTHER = "13800001234", "13912345678"
"""Of messages and of calls without a recording."""
ANSWERED, GIVEN_UP, WITH_SOUND = "1795400000.1", "1795400000.2", "1795400000.3"
NOBODYS, UNLOGGED = "1795400000.4", "1795400000.9"
"""Of a caller who withholds the number; of the second the log was lost, and nothing else is there."""


def words(db: Database) -> Iterator[str]:
    """Everything that is written anywhere but in the register: ``table: row``."""
    with db.reading() as session:
        for table in metadata.sorted_tables:
            if table.name not in ("cases", "case_events", "users", "units"):
                for row in session.execute(select(table)):
                    yield f"{table.name}: {tuple(row)}"


PERSONAL = (CALLER, OTHER, "138****1234", "139****5678", "王秀兰", "团结小区", "暖气不热", "typed")


def left(db: Database) -> list[str]:
    return [row for row in words(db) if any(each in row for each in PERSONAL)]


def all_of_a_caller(settings: Settings, db: Database) -> list[str]:
    """The same, for a fault to happen to it."""
    ids = two_messages(settings, db)
    transcribe(db, ids[0])
    register(db, ids[0], ENTRY)
    undo(db, ids[0], "typed: 王秀兰 has called again")
    set_aside(db, ids[0])
    set_aside(db, ids[1])
    with db.writing() as session:
        clerk = load(session, ids[0])[1]
        chief = add(session, "chen", "陈", Role.SUPERVISOR, "correct horse").id
        session.add(Seat(name="seat01", state=SeatState.READY, since=NOW, user_id=clerk))
    call_with_form(db, ANSWERED, clerk, FormKind.CONSULTATION)
    call_with_form(db, GIVEN_UP, clerk, None)
    with db.writing() as session:
        asked = callbacks.request(session, OTHER, GIVEN_UP, "zh", NOW, NOW, CHINA)
        callbacks.cancel(session, asked.id, NOW, chief)
        by_day = callbacks.request(session, CALLER, "1795400000.6", "zh", NOW, NOW, CHINA)
        callbacks.cancel(session, by_day.id, NOW, chief)
        for number in (CALLER, OTHER):
            kept = caller_notes.add(session, number, f"typed: 王秀兰 shouts, {number}", clerk, NOW)
        caller_notes.take_back(session, kept, session.get_one(User, clerk), NOW)
        blocked = nuisance.block(session, OTHER, False, "typed: 王秀兰", NOW + timedelta(days=9), chief, NOW)
        nuisance.lift(session, blocked.id, chief, NOW + timedelta(hours=1))
        seat_messages.send(session, "seat01", f"typed: call {OTHER} back", chief, NOW)
        for form, about in (
            (FormName.KEEP, ids[0]),
            (FormName.NOTE, GIVEN_UP),
            (FormName.MESSAGE, "seat01"),
            (FormName.BLOCK, ""),
            (FormName.REGISTER, ids[1]),
        ):
            draft = dict.fromkeys(drafts.FIELDS[form], f"typed: 王秀兰, {OTHER}")
            drafts.save(session, DraftPlace(clerk, form, about), draft, 0, NOW)
        for where, text in (("recordings", "王秀兰"), ("calls", audit.sought(OTHER))):
            audit.note(session, NOW, clerk, "search", where, text)
        letter = SubmissionEntry(
            Origin.VISIT,
            NOW,
            "王秀兰",
            OTHER,
            "团结小区",
            None,
            "typed: 暖气不热",
            particulars={Particular.REPRESENTATIVES: "王秀兰"},
        )
        number = entering.enter(session, letter, ZoneInfo(CHINA), clerk, NOW).number
        session.flush()
        deciding.set_aside(session, number, "typed: a question", clerk, NOW)
        deciding.undo(session, number, "typed: 王秀兰 has called", session.get_one(User, clerk), NOW)
        deciding.set_aside(session, number, "typed: a question", clerk, NOW)
        enquiries.ask(session, "2600000012", CALLER, NOW, CHINA)
        gathering.note_closed(session, NOW)
        session.add(CallRecord(call_id=NOBODYS, caller="", arrived_at=NOW, ended_at=NOW))
        for call_id in (NOBODYS, UNLOGGED, session.get_one(Recording, ids[0]).call_id):
            withheld_numbers.keep(session, call_id, OTHER, NOW)
            withheld_numbers.reveal(
                session, call_id, RevealGround.LIFE, f"typed: 王秀兰, {OTHER}", chief, NOW
            )
    _talk_with_sound(settings, db, clerk)
    return ids


def call_of(session: Session, call_id: str) -> KnownCall:
    found = call_agents.find(session, call_id)
    assert found
    return found


def call_with_form(db: Database, call_id: str, clerk: int, kind: FormKind | None) -> None:
    """A call without a recording: answered, and what the agent typed in it; or given up."""
    fields = {"petitioner": "王秀兰", "telephone": OTHER, "address": "团结小区", "category": "labour"}
    fields |= {"summary": "typed", "topic": "typed", "answer": "typed", "unit_code": "01"}
    ending = CallEnding.ANSWERED if kind else CallEnding.ABANDONED
    with db.writing() as session:
        call = CallRecord(call_id=call_id, caller=OTHER, arrived_at=NOW, ended_at=NOW, ending=ending)
        session.add(call)
        if kind:
            author = Author(clerk, "seat01", OTHER, True)
            form = call_forms.save(session, call_id, author, kind, fields, 0, NOW)
            form_finishing.finish(session, call_of(session, call_id), form, clerk, NOW, RULES)


def _talk_with_sound(settings: Settings, db: Database, clerk: int) -> None:
    """An answered call with its two sides, named as Asterisk names them; its case is closed since."""
    for side in (70, 71):
        write_tone(settings.spool_dir / f"{WITH_SOUND}.{side}@seat01+{OTHER}.wav", 0.1)
    call_with_form(db, WITH_SOUND, clerk, FormKind.CASE)
    assert intake.take_in(WITH_SOUND, settings, db)
    with db.writing() as session:
        case = session.scalars(select(Case).where(is_of_call(WITH_SOUND))).one()
        case.state, case.closed_at = CaseState.CLOSED, NOW
        talk = session.scalars(select(Recording).where(Recording.call_id == WITH_SOUND)).one()
        talk.transcription = TranscriptionState.NO_SPEECH
