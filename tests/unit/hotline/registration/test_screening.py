"""Screening: decisions, their undoing, and what an enquiry tells afterwards."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, replace
from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import select

from hotline.audit import AuditEntry
from hotline.cases import case_events, standing
from hotline.cases.cases import Case, CaseState
from hotline.cases.moves import Move
from hotline.cases.periods import PeriodKind
from hotline.database import Database
from hotline.enquiries import enquiries
from hotline.evidence import trail
from hotline.intake import intake
from hotline.people import Role, add
from hotline.recordings import spool
from hotline.recordings.recordings import ScreeningOutcome
from hotline.refusals import Refused
from hotline.registration import screening
from hotline.registration.screening import Decision
from hotline.settings_file import Settings
from tests.kit import case_way
from tests.kit.screening import CHINA, ENTRY, NOW, load, register, two_messages, undo
from tests.kit.wav import write_tone

UNKNOWN = "2600099999"


@pytest.fixture
def two(settings: Settings, either_db: Database) -> list[str]:
    """Two recordings' identifiers, a clerk and a unit."""
    return two_messages(settings, either_db)


def join(db: Database, recording_id: str, number: str) -> str:
    with db.writing() as session:
        recording, clerk = load(session, recording_id)
        screening.join(session, recording, number, clerk, NOW)
        return recording.case_number


def set_aside(db: Database, recording_id: str, outcome: ScreeningOutcome = ScreeningOutcome.NUISANCE) -> str:
    with db.writing() as session:
        recording, clerk = load(session, recording_id)
        screening.set_aside(session, recording, outcome, clerk, NOW)
        return recording.case_number


def status(db: Database, number: str) -> enquiries.CaseStatus:
    with db.reading() as session:
        found = enquiries.look_up(session, number, CHINA)
    assert found
    return found


def test_no_day_is_told_before_the_unit_has_accepted(either_db: Database, two: list[str]) -> None:
    found = status(either_db, register(either_db, two[0]))
    assert (found.state, found.unit_name_zh) == ("registered", "市供热公司")
    assert found.received_on == date(2026, 11, 24)  # past midnight in China
    assert found.due_on is None
    with either_db.reading() as session:
        case = session.scalars(select(Case)).one()
        assert (case.period, case.due_on) == (PeriodKind.DISPATCH, date(2026, 12, 9))  # 15 days from receipt


def test_undoing_needs_a_reason_and_shows_the_former_state(either_db: Database, two: list[str]) -> None:
    number = register(either_db, two[0])
    with pytest.raises(Refused, match="say why"):
        undo(either_db, two[0], "  ")
    undo(either_db, two[0], "选错了单位")
    assert status(either_db, number).state == "received"
    with either_db.reading() as session:
        case = session.get(Case, number)
        assert case and case.state == CaseState.WITHDRAWN
        acts = select(AuditEntry.action).where(AuditEntry.subject == f"recording {two[0]}")
        assert session.scalars(acts.order_by(AuditEntry.id)).all() == ["decide", "undo"]
    assert register(either_db, two[0]) == number


def test_a_case_that_is_being_handled_cannot_be_undone(either_db: Database, two: list[str]) -> None:
    number = register(either_db, two[0])
    with either_db.writing() as session:
        case = session.get(Case, number)
        assert case
        case.state = CaseState.ACCEPTED
    with pytest.raises(Refused, match="already handling"):
        undo(either_db, two[0], "why not")


def test_only_the_decision_that_was_seen_is_undone(either_db: Database, two: list[str]) -> None:
    set_aside(either_db, two[0])
    with either_db.reading() as session:
        seen = screening.in_force(session, two[0])
        assert seen
    undo(either_db, two[0], "那是一件信访件")
    register(either_db, two[0])
    with either_db.writing() as session, pytest.raises(Refused, match="decided anew"):
        recording, clerk = load(session, two[0])
        screening.undo(session, recording, seen.id, "那是一件信访件", clerk, NOW)


def test_undoing_what_somebody_else_decided_needs_a_supervisor(either_db: Database, two: list[str]) -> None:
    register(either_db, two[0])
    with either_db.writing() as session:
        add(session, "wang", "王", Role.CLERK, "correct horse")
        add(session, "chen", "陈", Role.SUPERVISOR, "correct horse")
    with pytest.raises(Refused, match="supervisor"):
        undo(either_db, two[0], "选错了单位", by="wang")
    undo(either_db, two[0], "选错了单位", by="chen")
    set_aside(either_db, two[0])


def test_what_was_registered_first_is_kept(either_db: Database, two: list[str]) -> None:
    register(either_db, two[0])
    undo(either_db, two[0], "选错了单位")
    register(either_db, two[0], replace(ENTRY, petitioner="王秀芝"))
    with either_db.reading() as session:
        entries = session.scalars(select(Decision.entry).order_by(Decision.id)).all()
        registered = screening.registered(session, two[0])
        acts = trail.of_subject(session, f"recording {two[0]}", 2)
    assert [entry["petitioner"] for entry in entries if entry] == ["王秀兰", "王秀芝"]
    assert entries[0] == asdict(ENTRY)
    assert [each["petitioner"] for each in registered.values()] == ["王秀芝"]  # at one moment: the last
    assert [(act.action, name) for act, name in acts] == [("decide", "李"), ("undo", "李")]


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        (" 13904718826 / 0471-6583321 ", "13904718826 / 0471-6583321"),
        ("１３９ ０４７１\t8826", "139 0471 8826"),
        ("邻居 13904718826", "邻居 13904718826"),
    ],
)
def test_a_telephone_number_is_kept_as_typed(
    either_db: Database, two: list[str], typed: str, kept: str
) -> None:
    number = register(either_db, two[0], replace(ENTRY, telephone=typed))
    with either_db.reading() as session:
        assert session.get_one(Case, number).telephone == kept


def test_both_ways_of_deciding_at_one_moment(either_db: Database, two: list[str]) -> None:
    def decide(number: int) -> bool:
        try:
            set_aside(either_db, two[0], (ScreeningOutcome.NUISANCE, ScreeningOutcome.NO_CONTENT)[number % 2])
        except Refused:
            return False
        return True

    with ThreadPoolExecutor(6) as pool:
        assert list(pool.map(decide, range(6))).count(True) == 1
    with either_db.reading() as session:
        assert len(session.scalars(select(Decision)).all()) == 1


def test_a_duplicate_tells_where_the_first_case_stands(either_db: Database, two: list[str]) -> None:
    first = register(either_db, two[0])
    with either_db.writing() as session:
        recording, clerk = load(session, two[1])
        screening.join(session, recording, first, clerk, NOW)
        number = recording.case_number
    found = status(either_db, number)
    assert (found.state, found.unit_code, found.due_on) == ("duplicate", "01", None)


def test_duplicates_form_no_chains(either_db: Database, two: list[str]) -> None:
    with either_db.writing() as session:
        (one, clerk), (other, _) = load(session, two[0]), load(session, two[1])
        with pytest.raises(Refused):
            screening.join(session, one, one.case_number, clerk, NOW)
        screening.join(session, one, other.case_number, clerk, NOW)
        with pytest.raises(Refused):
            screening.join(session, other, one.case_number, clerk, NOW)


@pytest.mark.parametrize("outcome", [ScreeningOutcome.NO_CONTENT, ScreeningOutcome.NUISANCE])
def test_nothing_is_joined_to_what_was_set_aside(
    either_db: Database, two: list[str], outcome: ScreeningOutcome
) -> None:
    first = set_aside(either_db, two[0], outcome)
    with pytest.raises(Refused, match="set aside"):
        join(either_db, two[1], first)


def test_what_others_repeat_is_not_set_aside(either_db: Database, two: list[str]) -> None:
    first = register(either_db, two[0])
    second = join(either_db, two[1], first)
    undo(either_db, two[0], "选错了单位")
    found = status(either_db, second)
    assert (found.state, found.unit_code, found.due_on) == ("duplicate", None, None)
    with pytest.raises(Refused, match="joined to this one"):
        set_aside(either_db, two[0])
    register(either_db, two[0])
    assert status(either_db, second).unit_code == "01"
    undo(either_db, two[1], "是另一件事")
    undo(either_db, two[0], "没有内容")
    set_aside(either_db, two[0])


def further_part(settings: Settings, db: Database) -> None:
    """A second part of the first call arrives."""
    write_tone(spool.part_path(settings.spool_dir, "1763885000.1", 1), 0.1)
    assert intake.take_in("1763885000.1", settings, db)


def test_a_further_part_lets_a_decided_recording_wait_again(
    settings: Settings, either_db: Database, two: list[str]
) -> None:
    number = register(either_db, two[0])
    further_part(settings, either_db)
    with either_db.reading() as session:
        recording, _ = load(session, two[0])
        assert recording.state == "pending"
        last = session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc())).first()
        assert last and (last.action, last.user_id, last.detail) == ("undo", None, screening.FURTHER_PART)
        assert session.scalars(select(Decision.undone_reason)).one() == screening.FURTHER_PART
    found = status(either_db, number)  # the citizen's case stands meanwhile
    assert (found.state, found.unit_code, found.due_on) == ("registered", "01", None)


def test_a_case_in_hand_stays_so_when_it_is_registered_with_its_further_part(
    settings: Settings, either_db: Database, two: list[str]
) -> None:
    number = register(either_db, two[0])
    with either_db.writing() as session:
        case_way.bring(session, session.get_one(Case, number), CaseState.ACCEPTED, NOW)
    further_part(settings, either_db)
    with pytest.raises(Refused, match="already handling"):
        set_aside(either_db, two[0])
    register(either_db, two[0], replace(ENTRY, summary="暖气不热，水管也漏"))
    with either_db.reading() as session:
        case = session.get_one(Case, number)
        assert (case.state, case.summary) == (CaseState.ACCEPTED, "暖气不热，水管也漏")
        *before, last = case_events.of_case(session, number)
        assert (last.move, last.text) == (Move.SUPPLEMENT, "暖气不热，水管也漏")
        assert standing.is_true_of(case, standing.of([*before, last]))


def test_setting_aside_after_a_further_part_withdraws_the_case(
    settings: Settings, either_db: Database, two: list[str]
) -> None:
    register(either_db, two[0])
    further_part(settings, either_db)
    number = set_aside(either_db, two[0])
    with either_db.reading() as session:
        assert session.get_one(Case, number).state == CaseState.WITHDRAWN
    assert status(either_db, number).state == "nuisance"


@pytest.mark.parametrize("outcome", [ScreeningOutcome.NO_CONTENT, ScreeningOutcome.NUISANCE])
def test_setting_aside(either_db: Database, two: list[str], outcome: ScreeningOutcome) -> None:
    with either_db.writing() as session:
        recording, clerk = load(session, two[0])
        screening.set_aside(session, recording, outcome, clerk, NOW)
        number = recording.case_number
    found = status(either_db, number)
    assert (found.state, found.unit_code, found.due_on) == (str(outcome), None, None)


def test_a_second_decision_is_refused(either_db: Database, two: list[str]) -> None:
    register(either_db, two[0])
    with either_db.writing() as session, pytest.raises(Refused) as caught:
        recording, clerk = load(session, two[0])
        screening.set_aside(session, recording, ScreeningOutcome.NUISANCE, clerk, NOW)
    assert caught.value.field == "outcome"


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"summary": " "}, "summary"),
        ({"unit_code": "99"}, "unit_code"),
        ({"petitioner": "王" * 81}, "petitioner"),
        ({"telephone": "1" * 33}, "telephone"),
        ({"telephone": "139\u202e0471"}, "telephone"),
    ],
)
def test_an_entry_that_is_not_complete_is_refused_by_field(
    either_db: Database, two: list[str], changes: dict[str, str], field: str
) -> None:
    with pytest.raises(Refused) as caught:
        register(either_db, two[0], replace(ENTRY, **changes))  # type: ignore[arg-type]
    assert caught.value.field == field


def ask(db: Database, number: str, asker: str, at: datetime) -> enquiries.CaseStatus | None:
    with db.writing() as session:
        return enquiries.ask(session, number, asker, at, CHINA)


def test_ten_wrong_numbers_an_hour_and_no_more(either_db: Database) -> None:
    for minute in range(enquiries.WRONG_ALLOWED):
        at = NOW + timedelta(minutes=minute)
        assert ask(either_db, UNKNOWN, "13800001234", at) is None
    with pytest.raises(enquiries.TooManyEnquiries):
        ask(either_db, UNKNOWN, "13800001234", NOW + timedelta(minutes=59))
    assert ask(either_db, UNKNOWN, "13800005678", NOW + timedelta(minutes=59)) is None
    assert ask(either_db, UNKNOWN, "13800001234", NOW + timedelta(minutes=61)) is None


def test_wrong_numbers_of_many_calls_at_once_are_counted_too(either_db: Database) -> None:
    def one(_: int) -> bool:
        try:
            ask(either_db, UNKNOWN, "13800001234", NOW)
        except enquiries.TooManyEnquiries:
            return False
        return True

    with ThreadPoolExecutor(20) as pool:
        assert list(pool.map(one, range(20))).count(True) == enquiries.WRONG_ALLOWED


def test_counting_up_from_ones_own_number_ends_after_sixty(either_db: Database, two: list[str]) -> None:
    number = register(either_db, two[0])
    for _ in range(enquiries.ENQUIRIES_ALLOWED):
        assert ask(either_db, number, "13800001234", NOW)
    with pytest.raises(enquiries.TooManyEnquiries):
        ask(either_db, number, "13800001234", NOW)


def test_an_unknown_number_tells_nothing(either_db: Database, two: list[str]) -> None:
    with either_db.reading() as session:
        assert enquiries.look_up(session, "2600099999", CHINA) is None
        assert enquiries.look_up(session, "' OR 1=1", CHINA) is None
