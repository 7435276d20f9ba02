"""Screening: decisions, their undoing, and what an enquiry tells afterwards."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from hotline import enquiries, intake, screening, spool, units
from hotline.audit import AuditEntry
from hotline.cases import Case, CaseState, Category
from hotline.database import Database
from hotline.people import Role, User, add
from hotline.recordings import Outcome, Recording
from hotline.screening import Entry, ScreeningError
from hotline.settings import Settings
from tests.conftest import write_tone

NOW = datetime(2026, 11, 23, 20, tzinfo=UTC)
CHINA = "Asia/Shanghai"
UNKNOWN = "2600099999"
ENTRY = Entry("王秀兰", "13800001234", "新城区团结小区3号楼", Category.UTILITIES, "暖气不热", "01")


@pytest.fixture
def two(chosen: Settings, either_db: Database) -> list[str]:
    """Two recordings' identifiers, a clerk and a unit."""
    ids = []
    for number in (1, 2):
        call = f"1763885000.{number}"
        write_tone(spool.part_path(chosen.spool_dir, call, 0), 0.1)
        spool.write_note(
            chosen.spool_dir, spool.CallNote(call, "13800001234", "zh", NOW - timedelta(hours=3))
        )
        taken = intake.take_in(call, chosen, either_db)
        assert taken
        ids.append(taken.recording_id)
    with either_db.writing() as session:
        add(session, "li", "李", Role.CLERK, "correct horse")
        units.replace_all(session, [units.Row("01", None, "市供热公司", "Heating", "")])
    return ids


def load(session: Session, recording_id: str) -> tuple[Recording, int]:
    recording = session.get(Recording, recording_id)
    assert recording
    return recording, session.scalars(select(User.id)).one()


def register(db: Database, recording_id: str, entry: Entry = ENTRY) -> str:
    with db.writing() as session:
        recording, clerk = load(session, recording_id)
        return screening.register(session, recording, entry, clerk, NOW, CHINA).number


def status(db: Database, number: str) -> enquiries.CaseStatus:
    with db.reading() as session:
        found = enquiries.look_up(session, number, CHINA)
    assert found
    return found


def test_a_registered_case_is_due_sixty_days_later(either_db: Database, two: list[str]) -> None:
    found = status(either_db, register(either_db, two[0]))
    assert (found.state, found.unit_name_zh) == ("registered", "市供热公司")
    assert found.received_on == date(2026, 11, 24)  # past midnight in China
    assert found.due_on == date(2027, 1, 23)


def test_undoing_needs_a_reason_and_shows_the_former_state(either_db: Database, two: list[str]) -> None:
    number = register(either_db, two[0])
    with either_db.writing() as session:
        recording, clerk = load(session, two[0])
        with pytest.raises(ScreeningError) as caught:
            screening.undo(session, recording, "  ", clerk, NOW)
        assert caught.value.field == "reason"
        screening.undo(session, recording, "选错了单位", clerk, NOW)
    assert status(either_db, number).state == "received"
    with either_db.reading() as session:
        case = session.get(Case, number)
        assert case and case.state == CaseState.WITHDRAWN
        assert [row.action for row in session.scalars(select(AuditEntry))] == ["decide", "undo"]
    assert register(either_db, two[0]) == number


def test_a_case_that_is_being_handled_cannot_be_undone(either_db: Database, two: list[str]) -> None:
    number = register(either_db, two[0])
    with either_db.writing() as session:
        case = session.get(Case, number)
        assert case
        case.state = CaseState.HANDLING
    with either_db.writing() as session, pytest.raises(ScreeningError):
        recording, clerk = load(session, two[0])
        screening.undo(session, recording, "why not", clerk, NOW)


def test_a_duplicate_tells_where_the_first_case_stands(either_db: Database, two: list[str]) -> None:
    first = register(either_db, two[0])
    with either_db.writing() as session:
        recording, clerk = load(session, two[1])
        screening.join(session, recording, first, clerk, NOW)
        number = recording.case_number
    found = status(either_db, number)
    assert (found.state, found.unit_code, found.due_on) == ("duplicate", "01", date(2027, 1, 23))


def test_duplicates_form_no_chains(either_db: Database, two: list[str]) -> None:
    with either_db.writing() as session:
        (one, clerk), (other, _) = load(session, two[0]), load(session, two[1])
        with pytest.raises(ScreeningError):
            screening.join(session, one, one.case_number, clerk, NOW)
        screening.join(session, one, other.case_number, clerk, NOW)
        with pytest.raises(ScreeningError):
            screening.join(session, other, one.case_number, clerk, NOW)


@pytest.mark.parametrize("outcome", [Outcome.NO_CONTENT, Outcome.NUISANCE])
def test_setting_aside(either_db: Database, two: list[str], outcome: Outcome) -> None:
    with either_db.writing() as session:
        recording, clerk = load(session, two[0])
        screening.set_aside(session, recording, outcome, clerk, NOW)
        number = recording.case_number
    found = status(either_db, number)
    assert (found.state, found.unit_code, found.due_on) == (str(outcome), None, None)


def test_a_second_decision_is_refused(either_db: Database, two: list[str]) -> None:
    register(either_db, two[0])
    with either_db.writing() as session, pytest.raises(ScreeningError) as caught:
        recording, clerk = load(session, two[0])
        screening.set_aside(session, recording, Outcome.NUISANCE, clerk, NOW)
    assert caught.value.field == "outcome"


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"summary": " "}, "summary"),
        ({"unit_code": "99"}, "unit_code"),
        ({"petitioner": "王" * 81}, "petitioner"),
    ],
)
def test_an_entry_that_is_not_complete_is_refused_by_field(
    either_db: Database, two: list[str], changes: dict[str, str], field: str
) -> None:
    values = vars(ENTRY)
    with pytest.raises(ScreeningError) as caught:
        register(either_db, two[0], Entry(**{**values, **changes}))
    assert caught.value.field == field


def ask(db: Database, number: str, asker: str, at: datetime) -> enquiries.CaseStatus | None:
    with db.writing() as session:
        return enquiries.ask(session, number, asker, at, CHINA)


def test_ten_wrong_numbers_an_hour_and_no_more(either_db: Database) -> None:
    for minute in range(enquiries.WRONG_ALLOWED):
        at = NOW + timedelta(minutes=minute)
        assert ask(either_db, UNKNOWN, "13800001234", at) is None
    with pytest.raises(enquiries.TooMany):
        ask(either_db, UNKNOWN, "13800001234", NOW + timedelta(minutes=59))
    assert ask(either_db, UNKNOWN, "13800005678", NOW + timedelta(minutes=59)) is None
    assert ask(either_db, UNKNOWN, "13800001234", NOW + timedelta(minutes=61)) is None


def test_wrong_numbers_of_many_calls_at_once_are_counted_too(either_db: Database) -> None:
    def one(_: int) -> bool:
        try:
            ask(either_db, UNKNOWN, "13800001234", NOW)
        except enquiries.TooMany:
            return False
        return True

    with ThreadPoolExecutor(20) as pool:
        assert list(pool.map(one, range(20))).count(True) == enquiries.WRONG_ALLOWED


def test_counting_up_from_ones_own_number_ends_after_sixty(either_db: Database, two: list[str]) -> None:
    number = register(either_db, two[0])
    for _ in range(enquiries.ALLOWED):
        assert ask(either_db, number, "13800001234", NOW)
    with pytest.raises(enquiries.TooMany):
        ask(either_db, number, "13800001234", NOW)


def test_an_unknown_number_tells_nothing(either_db: Database, two: list[str]) -> None:
    with either_db.reading() as session:
        assert enquiries.look_up(session, "2600099999", CHINA) is None
        assert enquiries.look_up(session, "' OR 1=1", CHINA) is None
