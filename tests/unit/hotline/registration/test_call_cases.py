"""A case registered in a call and the call's recording find each other, whichever comes first."""

import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from click.testing import CliRunner
from sqlalchemy import delete, select, update
from sqlalchemy.exc import SQLAlchemyError

from hotline import database, settings_file
from hotline.callbacks import callback_attempts, callbacks
from hotline.callbacks.callbacks import CallbackState
from hotline.calls.calls import CallRecord
from hotline.cases import numbering, units
from hotline.cases.case_entry import CaseEntry
from hotline.cases.cases import Case, CaseState, Category
from hotline.cases.numbering import CaseNumber
from hotline.cases.origins import Origin
from hotline.commands import main
from hotline.database import Database
from hotline.enquiries import enquiries
from hotline.intake import intake
from hotline.people import Role, add
from hotline.recordings import spool
from hotline.recordings.recordings import Recording, RecordingKind, ScreeningOutcome
from hotline.refusals import Refused
from hotline.registration import call_cases, screening
from hotline.registration.screening import Decision
from hotline.settings_file import Settings
from tests.kit.period_rules import RULES
from tests.kit.wav import write_tone

CALL = "1795400000.5"
NOW = datetime(2026, 11, 23, 3, tzinfo=UTC)
CHINA = "Asia/Shanghai"
ENTRY = CaseEntry("王秀兰", "13800001234", "团结小区3号楼", Category.UTILITIES, "暖气不热", "01")


@pytest.fixture
def agent(either_db: Database) -> int:
    """An agent, and a unit."""
    with either_db.writing() as session:
        units.replace_all(session, [units.UnitRow("01", None, "市供热公司", "Heating", "")])
        return add(session, "li", "李", Role.CLERK, "correct horse").id


def record(settings: Settings, db: Database, *sides: int, call_id: str = CALL) -> str:
    """Take in what a seat has recorded of the call, or a message left in it; returns the case number."""
    for side in sides or (spool.CALLER_SIDE, spool.AGENT_SIDE):
        seat = "@seat07+13800001234" if side >= spool.CALLER_SIDE else ""
        write_tone(settings.spool_dir / f"{call_id}.{side:02d}{seat}.wav", 0.2, 300 + side)
    taken = intake.take_in(call_id, settings, db)
    assert taken
    return taken.case_number


def register(db: Database, agent: int, entry: CaseEntry = ENTRY, call_id: str = CALL) -> str:
    with db.writing() as session:
        return call_cases.register(session, call_id, entry, NOW, agent, NOW, RULES).number


def withdraw(db: Database, agent: int, reason: str) -> None:
    with db.writing() as session:
        case = call_cases.of_call(session, CALL)
        assert case
        call_cases.withdraw(session, case, reason, agent, NOW)


def assert_one(db: Database, number: str) -> None:
    """One number, one case, one recording, one decision in force, by the agent who registered."""
    with db.reading() as session:
        recording = session.scalars(select(Recording)).one()
        case = session.scalars(select(Case)).one()
        decision = screening.in_force(session, recording.id)
        assert (recording.case_number, case.number) == (number, number)
        assert (case.origin, case.origin_id, recording.call_id) == (Origin.CALL, CALL, CALL)
        assert (case.state, recording.outcome) == (CaseState.REGISTERED, ScreeningOutcome.REGISTERED)
        assert decision and decision.by_id == case.registered_by_id and decision.entry
        assert decision.entry["summary"] == "暖气不热"


def test_the_recording_takes_the_number_the_caller_was_told(
    settings: Settings, either_db: Database, agent: int
) -> None:
    number = register(either_db, agent)
    assert record(settings, either_db) == number
    assert_one(either_db, number)


def test_the_case_takes_the_number_of_a_recording_that_is_there(
    settings: Settings, either_db: Database, agent: int
) -> None:
    number = record(settings, either_db)
    assert register(either_db, agent) == number
    assert_one(either_db, number)


def asks_for_callback(db: Database) -> tuple[str, str, str]:
    """The number a citizen was told for a callback, and two of our own calls to him."""
    with db.writing() as session:
        told = callbacks.request(session, "13800001234", CALL, "zh", NOW, NOW, CHINA).case_number
    return told, f"callback-{told}-1", f"callback-{told}-2"


def answers(db: Database, ours: str) -> None:
    """The citizen answers a call of ours, and the log has been read."""
    with db.writing() as session:
        session.add(CallRecord(call_id=ours, caller="13800001234", arrived_at=NOW, answered_at=NOW))


def hears(db: Database, told: str) -> str:
    """What whoever asks with the number is told."""
    with db.reading() as session:
        found = enquiries.look_up(session, told, CHINA)
    assert found
    return found.state


@pytest.mark.parametrize("at_desk", [False, True])
def test_the_number_told_is_kept_for_the_case_of_the_talk(
    settings: Settings, either_db: Database, agent: int, at_desk: bool
) -> None:
    """However often he was called in vain, or cut off, and whatever was recorded."""
    told, in_vain, ours = asks_for_callback(either_db)
    assert record(settings, either_db, call_id=in_vain) != told
    answers(either_db, ours)
    own = record(settings, either_db, call_id=ours)
    assert own != told
    assert hears(either_db, told) == "callback_open"
    assert register(either_db, agent, call_id=in_vain) != told
    if at_desk:
        with either_db.writing() as session:
            talk = session.scalars(select(Recording).where(Recording.call_id == ours)).one()
            screening.register(session, talk, ENTRY, agent, NOW, RULES)
    else:
        assert register(either_db, agent, call_id=ours) == told
    with either_db.reading() as session:
        talk = session.scalars(select(Recording).where(Recording.call_id == ours)).one()
        assert (talk.case_number, session.get_one(Case, told).origin_id) == (told, ours)
    assert hears(either_db, told) == "registered"
    assert hears(either_db, own) == "registered", "whoever was given that one meanwhile finds it, too"


def test_a_recording_that_decisions_name_keeps_its_number(
    settings: Settings, either_db: Database, agent: int
) -> None:
    told, ours, _ = asks_for_callback(either_db)
    answers(either_db, ours)
    own, said_again = record(settings, either_db, call_id=ours), record(settings, either_db, 0)
    with either_db.writing() as session:
        again = session.scalars(select(Recording).where(Recording.case_number == said_again)).one()
        screening.join(session, again, own, agent, NOW)
    assert register(either_db, agent, call_id=ours) == own
    assert hears(either_db, told) == "registered", "the citizen has that one"


def test_a_case_registered_first_has_the_number_that_was_told(
    settings: Settings, either_db: Database, agent: int
) -> None:
    told, ours, again = asks_for_callback(either_db)
    for each in (ours, again):
        answers(either_db, each)
    assert register(either_db, agent, call_id=ours) == told
    assert register(either_db, agent, call_id=again) != told
    assert record(settings, either_db, call_id=ours) == told


def test_an_agent_is_done_before_the_log_is_read(either_db: Database, agent: int) -> None:
    told, _, _ = asks_for_callback(either_db)
    with either_db.writing() as session:
        asked = callbacks.by_number(session, told)
        ours = callback_attempts.begin(session, asked.id, NOW) if asked else None
        assert ours and told in ours
        callback_attempts.talks(session, ours, "seat07", NOW)
    assert register(either_db, agent, call_id=ours) == told


def test_what_is_withdrawn_was_a_callback_all_the_same(either_db: Database, agent: int) -> None:
    told, ours, _ = asks_for_callback(either_db)
    answers(either_db, ours)
    register(either_db, agent, call_id=ours)
    with either_db.writing() as session:
        callback = callbacks.by_number(session, told)
        assert callback
        callback.state = CallbackState.DONE
        call_cases.withdraw(session, session.get_one(Case, told), "登记错了", agent, NOW)
    assert hears(either_db, told) == "callback_done"


def test_a_number_that_was_given_out_stands_for_good(either_db: Database, agent: int) -> None:
    """What it was given for, and the case it leads to: neither by mistake nor on purpose is it another's."""
    number, other = register(either_db, agent), register(either_db, agent, call_id="1795400000.6")
    with either_db.writing() as session:
        numbering.attach(session, number, session.get_one(Case, number))
        with pytest.raises(ValueError, match="already"):
            numbering.attach(session, number, session.get_one(Case, other))
    changes = (update(CaseNumber).values(leads_to=other), update(CaseNumber).values(origin_id=""))
    for change in (*changes, delete(CaseNumber)):
        with pytest.raises(SQLAlchemyError, match="never changed"), either_db.writing() as session:
            session.execute(change)


def test_the_number_is_of_the_year_in_which_the_call_arrived(either_db: Database, agent: int) -> None:
    midnight = datetime(2027, 1, 1, tzinfo=ZoneInfo(CHINA))
    before, after = midnight - timedelta(minutes=1), midnight + timedelta(minutes=1)
    with either_db.writing() as session:
        case = call_cases.register(session, CALL, ENTRY, before, agent, after, RULES)
        assert case.number.startswith("26")


def test_a_case_that_stands_is_not_registered_over(
    settings: Settings, either_db: Database, agent: int
) -> None:
    number = register(either_db, agent)
    for _ in range(2):  # without its recording, and with a message that waits to be screened
        with pytest.raises(Refused, match="undo that decision first"):
            register(either_db, agent, replace(ENTRY, summary="另一件事"))
        record(settings, either_db, 0)
    with either_db.reading() as session:
        assert session.get_one(Case, number).summary == "暖气不热"


def test_both_at_one_moment_agree(settings: Settings, either_db: Database, agent: int) -> None:
    with ThreadPoolExecutor(2) as both:
        told = both.submit(register, either_db, agent)
        kept = both.submit(record, settings, either_db)
        assert told.result() == kept.result()
    assert_one(either_db, told.result())


def test_one_side_after_the_other(settings: Settings, either_db: Database, agent: int) -> None:
    number = register(either_db, agent)
    assert record(settings, either_db, spool.CALLER_SIDE) == number
    assert record(settings, either_db, spool.AGENT_SIDE) == number
    assert_one(either_db, number)
    with either_db.reading() as session:
        assert len(session.scalars(select(Decision)).all()) == 1


def test_a_message_left_in_the_same_call_is_screened_and_the_case_stands(
    settings: Settings, either_db: Database, agent: int
) -> None:
    number = register(either_db, agent)
    record(settings, either_db)
    record(settings, either_db, 0)
    with either_db.reading() as session:
        recording = session.scalars(select(Recording)).one()
        assert (recording.kind, recording.outcome) == (RecordingKind.MESSAGE, None)
        case = session.get(Case, number)
        assert case and case.state == CaseState.REGISTERED


def test_the_number_is_known_to_an_enquiry_at_once(
    settings: Settings, either_db: Database, agent: int
) -> None:
    number = register(either_db, agent)
    for _ in range(2):
        with either_db.reading() as session:
            found = enquiries.look_up(session, number, CHINA)
        assert found and (found.state, found.unit_name_zh) == ("registered", "市供热公司")
        assert found.due_on is None  # its unit has not accepted it yet
        record(settings, either_db)


@pytest.mark.parametrize("recorded", [True, False])
def test_withdrawing_needs_a_reason_and_keeps_the_number(
    settings: Settings, either_db: Database, agent: int, recorded: bool
) -> None:
    number = register(either_db, agent)
    if recorded:
        record(settings, either_db)
    with pytest.raises(Refused, match="say why"):
        withdraw(either_db, agent, " ")
    withdraw(either_db, agent, "登记错了")
    with either_db.reading() as session:
        found = enquiries.look_up(session, number, CHINA)
        assert found and (found.state, found.unit_code) == ("received", None)
    assert record(settings, either_db) == number  # a recording that comes after it leaves it withdrawn
    with either_db.reading() as session:
        assert session.get_one(Case, number).state == CaseState.WITHDRAWN
        assert session.scalars(select(Recording)).one().outcome is None
    assert register(either_db, agent) == number
    assert_one(either_db, number)


def test_a_case_being_handled_is_not_withdrawn(either_db: Database, agent: int) -> None:
    number = register(either_db, agent)
    with either_db.writing() as session:
        session.get_one(Case, number).state = CaseState.ACCEPTED
    with pytest.raises(Refused, match="already handling"):
        withdraw(either_db, agent, "登记错了")


def test_the_command_line_shows_a_case_without_its_recording(
    settings: Settings, db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOTLINE_STATE_DIR", str(settings.state_dir))
    settings_file.current.cache_clear()
    database.current.cache_clear()
    with db.writing() as session:
        units.replace_all(session, [units.UnitRow("01", None, "市供热公司", "Heating", "")])
        li = add(session, "li", "李", Role.CLERK, "correct horse").id
    number = register(db, li)
    shown = json.loads(CliRunner().invoke(main, ["case", "show", number, "--json"]).output)
    assert (shown["state"], shown["summary"], shown["recording_id"]) == ("registered", "暖气不热", None)
