"""What is known of a caller: under every way to write the number, from cases, calls, messages and notes."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import count

import pytest
from sqlalchemy import event
from sqlalchemy.orm import Session

from hotline.callbacks.callbacks import Callback
from hotline.callers import caller_history, caller_notes
from hotline.callers.caller_notes import CallerNote
from hotline.calls.calls import CallEnding, CallRecord
from hotline.cases import units
from hotline.cases.case_entry import CaseEntry
from hotline.cases.cases import Case, CaseState, Category
from hotline.cases.periods import Light
from hotline.database import Database
from hotline.people import Role, User, add
from hotline.recordings.recordings import Recording, RecordingKind
from hotline.refusals import Refused
from hotline.registration import call_cases, consultations
from hotline.registration.call_forms import CallForm, FormKind
from hotline.telephone_numbers import ways_to_write
from tests.kit import case_way
from tests.kit.period_rules import RULES

NOW = datetime(2026, 11, 23, 3, tzinfo=UTC)
CHINA = "Asia/Shanghai"
CALLER = "13800001234"
serial = count(1)


@pytest.fixture
def agent(either_db: Database) -> Iterator[int]:
    with either_db.writing() as session:
        units.replace_all(session, [units.UnitRow("01", None, "市供热公司", "Heating", "")])
        user_id = add(session, "li", "李芳", Role.CLERK, "correct horse").id
    yield user_id


def case(session: Session, agent: int, telephone: str = "", name: str = "", days_ago: int = 0) -> Case:
    entry = CaseEntry(name, telephone, "", Category.OTHER, "反映的内容", "01")
    at = NOW - timedelta(days=days_ago)
    return call_cases.register(session, f"other-{next(serial)}", entry, at, agent, at, RULES)


def call(session: Session, agent: int, caller: str, days_ago: int) -> CallRecord:
    at = NOW - timedelta(days=days_ago)
    made = CallRecord(
        call_id=f"call-{next(serial)}", caller=caller, arrived_at=at, seat="seat03", user_id=agent
    )
    made.ending, made.satisfaction = CallEnding.ANSWERED, 1
    session.add(made)
    return made


def recording(session: Session, caller: str, call_id: str, kind: RecordingKind, number: str) -> Recording:
    made = Recording(id=f"r-{call_id}", call_id=call_id, case_number=number, caller=caller, language="zh")
    made.received_at = made.changed_at = NOW
    made.seconds, made.kind = 5.0, kind
    session.add(made)
    return made


def look(db: Database, caller: str, besides: str = "") -> caller_history.CallerHistory:
    with db.reading() as session:
        return caller_history.history_of(session, caller, NOW, CHINA, besides)


def test_a_withheld_number_is_known_to_nobody(either_db: Database, agent: int) -> None:
    with either_db.writing() as session:
        case(session, agent)  # registered without a telephone: not of everybody who withholds the number
        call(session, agent, "", 1)
    found = look(either_db, "")
    assert (found.caller, found.cases, found.calls, found.name) == ("", (), (), None)


def test_one_telephone_is_known_however_it_is_written(either_db: Database, agent: int) -> None:
    with either_db.writing() as session:
        case(session, agent, telephone=CALLER, name="王秀兰")
        caller_notes.add(session, f"0{CALLER}", "听力不好", agent, NOW)
        call(session, agent, f"+86{CALLER}", 1)
    for written in (CALLER, f"0{CALLER}", f"86{CALLER}", f"+86{CALLER}"):
        found = look(either_db, written)
        assert (len(found.cases), len(found.notes), len(found.calls)) == (1, 1, 1), written
        assert found.name and found.name.name == "王秀兰"


def test_cases_are_found_by_telephone_message_and_call(either_db: Database, agent: int) -> None:
    with either_db.writing() as session:
        by_telephone = case(session, agent, telephone=CALLER, days_ago=3)
        by_call = case(session, agent, days_ago=2)
        form = CallForm(call_id=by_call.origin_id, seat="seat01", user_id=agent, caller=CALLER, saved_at=NOW)
        form.kind, form.fields = FormKind.CASE, {}
        session.add(form)
        by_message = case(session, agent, days_ago=1)
        session.flush()
        recording(session, CALLER, "m-1", RecordingKind.MESSAGE, by_message.number)
        session.flush()
        by_message.origin_id = "m-1"
        case(session, agent, telephone="13999999999")
        case(session, agent, telephone=CALLER).state = CaseState.WITHDRAWN
        expected = [by_message.number, by_call.number, by_telephone.number]
    found = look(either_db, CALLER)
    assert [each.case.number for each in found.cases] == expected
    assert [each.call_id for each in found.messages] == ["m-1"]
    assert [each.unit.name_zh for each in found.cases if each.unit] == ["市供热公司"] * 3


def test_the_name_is_the_one_given_last(either_db: Database, agent: int) -> None:
    with either_db.writing() as session:
        first = case(session, agent, CALLER, "王秀兰", days_ago=9).number
    name = look(either_db, CALLER).name
    assert name and (name.name, name.case_number) == ("王秀兰", first)
    with either_db.writing() as session:
        fields = {"petitioner": "王建军", "category": "other", "topic": "问", "answer": "答"}
        consultations.keep(session, "c-1", CALLER, "seat01", fields, agent, NOW)
        case(session, agent, CALLER, "", days_ago=0)  # a nameless one takes no name away
    name = look(either_db, CALLER).name
    assert name and (name.name, name.case_number) == ("王建军", None)


def test_earlier_calls_leave_the_present_one_out(either_db: Database, agent: int) -> None:
    with either_db.writing() as session:
        present = call(session, agent, CALLER, 0).call_id
        earlier = call(session, agent, CALLER, 1).call_id
        session.flush()
        recording(session, CALLER, earlier, RecordingKind.CALL, "2600000017")
        session.add(open_callback())
    found = look(either_db, CALLER, besides=present)
    [known] = found.calls
    assert (known.call.call_id, known.agent, known.recording_id) == (earlier, "李芳", f"r-{earlier}")
    assert len(found.callbacks) == 1 and not found.messages


def open_callback() -> Callback:
    return Callback(
        call_id="b-1",
        case_number="2600000025",
        number=CALLER,
        open_number=CALLER,
        language="zh",
        joined_at=NOW,
        asked_at=NOW,
        next_attempt_at=NOW,
    )


def test_as_many_queries_for_a_hundred_calls_as_for_none(either_db: Database, agent: int) -> None:
    def asked() -> int:
        seen: list[str] = []
        listener = lambda *told: seen.append(told[2])  # noqa: E731
        event.listen(either_db.engine, "before_cursor_execute", listener)
        look(either_db, CALLER)
        event.remove(either_db.engine, "before_cursor_execute", listener)
        return len([each for each in seen if each.startswith("SELECT")])

    before = asked()
    with either_db.writing() as session:
        for days in range(50):
            call(session, agent, CALLER, days)
            case(session, agent, CALLER, days_ago=days)
    assert asked() <= before + 1  # their unit
    assert (
        len(look(either_db, CALLER).calls)
        == len(look(either_db, CALLER).cases)
        == caller_history.MOST_OF_A_KIND
    )


def test_notes_are_taken_back_by_their_writer_or_a_supervisor(either_db: Database, agent: int) -> None:
    with either_db.writing() as session:
        other = add(session, "zhao", "赵", Role.CLERK, "correct horse")
        supervisor = add(session, "chen", "陈", Role.SUPERVISOR, "correct horse")
        first = caller_notes.add(session, CALLER, " 听力\n不好 ", agent, NOW)
        second = caller_notes.add(session, CALLER, "常来电", agent, NOW)
        assert first.text == "听力 不好"
        with pytest.raises(Refused, match="ask a supervisor"):
            caller_notes.take_back(session, first, other, NOW)
        caller_notes.take_back(session, first, session.get_one(User, agent), NOW)
        caller_notes.take_back(session, second, supervisor, NOW)
        assert not caller_notes.about(session, ways_to_write(CALLER))
        assert session.query(CallerNote).count() == 2


@pytest.mark.parametrize(("caller", "text"), [("", "谁"), (CALLER, "  "), (CALLER, "长" * 501)])
def test_notes_that_are_refused(either_db: Database, agent: int, caller: str, text: str) -> None:
    with either_db.writing() as session, pytest.raises(Refused):
        caller_notes.add(session, caller, text, agent, NOW)


def test_a_case_that_is_closed_has_no_light(either_db: Database, agent: int) -> None:
    with either_db.writing() as session:
        case_way.bring(session, case(session, agent, CALLER, days_ago=5), CaseState.CLOSED, NOW)
        case(session, agent, CALLER, days_ago=4)
    assert [each.light for each in look(either_db, CALLER).cases] == [Light.GREEN, None]


@pytest.mark.parametrize(
    ("number", "others"),
    [
        ("04716583321", {"864716583321", "+864716583321"}),
        ("+8604716583321", {"04716583321", "864716583321"}),
        ("12345", set()),
        ("", set()),
    ],
)
def test_ways_to_write(number: str, others: set[str]) -> None:
    found = ways_to_write(number)
    assert set(found) >= others
    assert len(found) == len(set(found)) and (not number or found[0] == number)
