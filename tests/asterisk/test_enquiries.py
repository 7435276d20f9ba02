"""Callers key a number and hear where the case stands; numbers cannot be harvested."""

from collections.abc import Iterator
from concurrent.futures import Future
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from hotline import case_number, enquiries, intake, people, recordings, screening, spool, units
from hotline.cases import Case, CaseState, Category
from hotline.database import Database
from hotline.people import Role
from hotline.recordings import Outcome, Recording
from hotline.settings import PROJECT
from hotline.spool import CallNote
from ivr.softphone_caller import Caller
from tests.asterisk.conftest import USUAL_PARTS, running
from tests.asterisk.conversations import PATIENCE, Conversation, hold_at_once, own_number
from tests.asterisk.instance import HotlineInstance
from tests.conftest import write_tone

RECEIVED = datetime(2026, 3, 9, 15, 30, tzinfo=UTC)  # 23:30 in the office's time zone
REGISTERED = datetime(2026, 3, 10, 2, 0, tzinfo=UTC)
DATE_RECEIVED = ["year-2026", "month-3", "day-9"]
UNIT = "0102"
UNIT_PROMPT = f"units/{UNIT}" if (PROJECT / "sounds/zh/units" / f"{UNIT}.wav").exists() else ""
IN_CHARGE = ["case-unit", UNIT_PROMPT] if UNIT_PROMPT else ["case-unit-unnamed"]
STATES = ("received", "registered", "handling", "replied", "closed", "no_content", "duplicate", "nuisance")
ENTRY = screening.Entry("王某", "13800001234", "人民路15号", Category.UTILITIES, "路灯损坏", UNIT)


@pytest.fixture(scope="module")
def hotline(tmp_path_factory: pytest.TempPathFactory) -> Iterator[HotlineInstance]:
    yield from running(tmp_path_factory.mktemp("enquiries"), USUAL_PARTS, {})


@pytest.fixture(scope="module")
def numbers(hotline: HotlineInstance) -> dict[str, str]:
    """The number of a case in each state, brought there as the office does it."""
    database = Database(hotline.settings.database_url)
    taken = {state: take_in(hotline, database, state) for state in STATES}
    with database.writing() as session:
        units.ensure_sample(session)
        clerk = people.add(session, "clerk", "值班员", Role.CLERK, "lamp-street-night").id
        for state, number in taken.items():
            recording = recordings.by_number(session, number)
            assert recording
            bring(session, recording, state, clerk, taken["registered"])
    return taken


def take_in(hotline: HotlineInstance, database: Database, call_id: str) -> str:
    folder = hotline.settings.spool_dir
    folder.mkdir(parents=True, exist_ok=True)
    call = call_id.replace("_", "-")
    spool.write_note(folder, CallNote(call, "13900000000", "zh", RECEIVED))
    write_tone(spool.part_path(folder, call, 1), 3.0)
    message = intake.take_in(call, hotline.settings, database)
    assert message
    return message.case_number


def bring(session: Session, recording: Recording, state: str, clerk: int, original: str) -> None:
    if state in ("no_content", "nuisance"):
        screening.set_aside(session, recording, Outcome(state), clerk, REGISTERED)
    elif state == "duplicate":
        screening.join(session, recording, original, clerk, REGISTERED)
    elif state != "received":
        case = screening.register(session, recording, ENTRY, clerk, REGISTERED, "Asia/Shanghai")
        case.state = CaseState(state)


def asking(number: str) -> Conversation:
    def ask(caller: Caller) -> None:
        caller.begins_to_hear("welcome-closed", timeout=PATIENCE)
        caller.presses("2")
        caller.begins_to_hear("enquiry-ask", timeout=PATIENCE)
        caller.presses(number + "#")
        caller.hears("goodbye", timeout=60)
        assert caller.is_over() == "hotline"

    return ask


def wrong(number: str, complaint: str) -> Conversation:
    """Three times a number that leads to nothing."""

    def ask(caller: Caller) -> None:
        caller.begins_to_hear("welcome-closed", timeout=PATIENCE)
        caller.presses("2")
        for _ in range(3):
            caller.begins_to_hear("enquiry-ask", timeout=PATIENCE)
            caller.presses(number + "#")
            caller.begins_to_hear(complaint, timeout=PATIENCE)
        caller.begins_to_hear("offer-message", timeout=PATIENCE)
        caller.presses("1")
        caller.begins_to_hear("message-ask", timeout=PATIENCE)
        caller.hangs_up()

    return ask


def too_many(caller: Caller) -> None:
    caller.begins_to_hear("welcome-closed", timeout=PATIENCE)
    caller.presses("2")
    caller.begins_to_hear("enquiry-ask", timeout=PATIENCE)
    caller.presses("2600000000#")
    caller.hears("enquiry-too-many", timeout=PATIENCE)
    caller.hangs_up()


def mistyped(number: str) -> str:
    return number[:-1] + str((int(number[-1]) + 1) % 10)


def unknown(year: int = 26) -> str:
    return next(
        number for running in range(9_000_000, 9_000_099) if (number := case_number.make(year, running))
    )


@pytest.fixture(scope="module")
def calls(
    hotline: HotlineInstance, numbers: dict[str, str], tmp_path_factory: pytest.TempPathFactory
) -> dict[str, Future[Caller]]:
    now = datetime.now(UTC)
    with Database(hotline.settings.database_url).writing() as session:
        for minutes in range(10):
            enquiries.note_wrong(session, own_number("harvester"), now - timedelta(minutes=minutes))
    conversations = {state: asking(number) for state, number in numbers.items()}
    conversations["wrong digit"] = wrong(mistyped(numbers["received"]), "enquiry-wrong")
    conversations["unknown"] = wrong(unknown(), "enquiry-unknown")
    conversations["harvester"] = too_many
    return hold_at_once(hotline, tmp_path_factory.mktemp("heard"), conversations)


@pytest.mark.parametrize("state", STATES)
def test_status_is_heard(
    state: str, hotline: HotlineInstance, numbers: dict[str, str], calls: dict[str, Future[Caller]]
) -> None:
    heard = [one.key for one in calls[state].result().heard() if not one.key.startswith("silence-")]
    told = heard[heard.index("case-number") :]
    expected = ["case-number", *(f"digit-{digit}" for digit in numbers[state])]
    expected += [f"case-state-{state.replace('_', '-')}"]
    if due := due_date(hotline, numbers["registered"] if state == "duplicate" else numbers[state]):
        expected += [*IN_CHARGE, "case-received-on", *DATE_RECEIVED, "case-due-on", *due]
    else:
        expected += ["case-received-on", *DATE_RECEIVED]
    assert told == [*expected, "goodbye"]


def due_date(hotline: HotlineInstance, number: str) -> list[str]:
    with Database(hotline.settings.database_url).reading() as session:
        case = session.get(Case, number)
        on = case.due_on if case else None
        return [f"year-{on.year}", f"month-{on.month}", f"day-{on.day}"] if on else []


def test_a_wrong_digit_is_noticed(calls: dict[str, Future[Caller]]) -> None:
    calls["wrong digit"].result()


def test_an_unknown_number_is_said(calls: dict[str, Future[Caller]]) -> None:
    calls["unknown"].result()


def test_after_ten_wrong_numbers_an_hour_no_more_are_taken(calls: dict[str, Future[Caller]]) -> None:
    heard = [one.key for one in calls["harvester"].result().heard()]
    assert "enquiry-too-many" in heard
    assert "case-number" not in heard
