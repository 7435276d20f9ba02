"""Letters, visits and appointments: entered, changed, and what becomes of them; heard by their number."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from hotline.audit import AuditEntry
from hotline.cases import case_events
from hotline.cases.case_entry import CannotRegister, CannotUndo
from hotline.cases.cases import Case, CaseState, Category
from hotline.cases.moves import Move
from hotline.cases.origins import Origin
from hotline.database import Database
from hotline.enquiries import enquiries
from hotline.handling import case_proof
from hotline.people import User
from hotline.refusals import Reason, Refused
from hotline.registration import call_cases
from hotline.submissions import deciding, entering, listing
from hotline.submissions.entering import SubmissionEntry
from hotline.submissions.listing import SubmissionFilter
from hotline.submissions.refusals import CannotDecideSubmission, CannotEnter
from hotline.submissions.submissions import Particular, Submission, SubmissionOutcome
from tests.kit.one_case import NOW, OTHER, SENT, UNIT, OneCase
from tests.kit.period_rules import RULES

CHINA = ZoneInfo("Asia/Shanghai")
LETTER = SubmissionEntry(
    Origin.LETTER,
    NOW - timedelta(days=2),
    petitioner="陈建国",
    telephone="１３９ 0000 1234",
    category=Category.HOUSING,
    summary="小区供暖不足。",
    unit_code=OTHER,
    particulars={Particular.POSTAL_NUMBER: " XA123 ", Particular.ROOM: "of a visit"},
)
VISIT = replace(LETTER, channel=Origin.VISIT, particulars={})


@pytest.fixture
def case(either_db: Database) -> OneCase:
    return OneCase(either_db)


def enter(case: OneCase, entry: SubmissionEntry = LETTER, who: str = "clerk") -> str:
    with case.db.writing() as session:
        return entering.enter(session, entry, CHINA, case.users[who], case.now).number


def kept(case: OneCase, number: str) -> Submission:
    with case.db.reading() as session:
        found = session.get_one(Submission, number)
        session.expunge(found)
        return found


def register(case: OneCase, number: str, who: str = "clerk") -> None:
    with case.db.writing() as session:
        deciding.register(session, number, case.users[who], case.now, RULES)


def join(case: OneCase, number: str, other: str, who: str = "clerk") -> None:
    with case.db.writing() as session:
        deciding.join(session, number, other, case.users[who], case.now)


def set_aside(case: OneCase, number: str, ground: str = "只是问路") -> None:
    with case.db.writing() as session:
        deciding.set_aside(session, number, ground, case.users["clerk"], case.now)


def undo(case: OneCase, number: str, reason: str = "看错了", who: str = "clerk") -> None:
    with case.db.writing() as session:
        user = session.get_one(User, case.users[who])
        deciding.undo(session, number, reason, user, case.now)


def told(case: OneCase, number: str) -> str:
    with case.db.reading() as session:
        found = enquiries.look_up(session, number, str(CHINA))
        assert found
        return found.state


def agrees(case: OneCase) -> bool:
    with case.db.reading() as session:
        return not any(case_proof.look(session))


def moves(case: OneCase, number: str) -> list[Move]:
    with case.db.reading() as session:
        return [each.move for each in case_events.of_case(session, number)]


def test_what_is_entered_has_a_number_at_once(case: OneCase) -> None:
    number = enter(case)
    found = kept(case, number)
    assert (found.channel, found.telephone, found.outcome) == (Origin.LETTER, "139 0000 1234", None)
    assert found.particulars == {"postal_number": "XA123"}  # what is none of a letter's is not kept
    assert told(case, number) == "submission_received"
    with case.db.reading() as session:
        assert listing.waiting(session)[Origin.LETTER].count == 1


@pytest.mark.parametrize(
    ("changed", "field", "reason"),
    [
        ({"petitioner": " ", "summary": "\n"}, "summary", CannotEnter.NOTHING),
        ({"received_at": NOW + timedelta(minutes=1)}, "received", CannotEnter.IN_THE_FUTURE),
        ({"received_at": datetime(202, 11, 3, tzinfo=UTC)}, "received", CannotEnter.TOO_LONG_AGO),
        ({"petitioner": "王" * 81}, "petitioner", CannotEnter.TOO_LONG),
        ({"summary": "王" * 4001}, "summary", CannotEnter.TOO_LONG),
        ({"telephone": "1" * 33}, "telephone", CannotEnter.TOO_LONG),
        ({"address": "王" * 201}, "address", CannotEnter.TOO_LONG),
        ({"unit_code": "9999"}, "unit_code", CannotRegister.NO_UNIT),
    ],
)
def test_what_cannot_be_entered(case: OneCase, changed: dict[str, Any], field: str, reason: Reason) -> None:
    with pytest.raises(Refused) as refused:
        enter(case, replace(LETTER, **changed))
    assert (refused.value.field, refused.value.reason) == (field, reason)


@pytest.mark.parametrize(
    ("channel", "particular", "text", "reason"),
    [
        (Origin.VISIT, Particular.PERSONS, "0", CannotEnter.NO_COUNT),
        (Origin.VISIT, Particular.PERSONS, "９", CannotEnter.NO_COUNT),
        (Origin.VISIT, Particular.PERSONS, "1000", CannotEnter.TOO_LONG),
        (Origin.VISIT, Particular.REPRESENTATIVES, "甲\n乙\n丙\n丁\n戊\n己", CannotEnter.TOO_MANY_SPEAK),
        (Origin.APPOINTMENT, Particular.APPOINTED_FOR, "2026-13-01T09:00", CannotEnter.NO_TIME),
        (Origin.APPOINTMENT, Particular.MEETING_ADDRESS, "javascript:alert(1)", CannotEnter.NO_ADDRESS),
        (Origin.APPOINTMENT, Particular.MEETING_ADDRESS, "https://", CannotEnter.NO_ADDRESS),
        (Origin.APPOINTMENT, Particular.MEETING_ADDRESS, "https://[x/", CannotEnter.NO_ADDRESS),
        (Origin.LETTER, Particular.POSTAL_NUMBER, "1" * 41, CannotEnter.TOO_LONG),
    ],
)
def test_what_no_particular_is(
    case: OneCase, channel: Origin, particular: Particular, text: str, reason: Reason
) -> None:
    with pytest.raises(Refused) as refused:
        enter(case, replace(LETTER, channel=channel, particulars={particular: text}))
    assert (refused.value.field, refused.value.reason) == (particular, reason)


def test_five_may_speak_for_all(case: OneCase) -> None:
    five = {Particular.REPRESENTATIVES: " 甲 \n乙\n\n丙\n丁\n戊\n"}
    number = enter(case, replace(VISIT, particulars=five))
    assert kept(case, number).particulars["representatives"] == "甲\n乙\n丙\n丁\n戊"


def test_queue_numbers_are_drawn_by_the_day(case: OneCase) -> None:
    midnight = NOW.astimezone(CHINA).replace(hour=0, minute=0)

    def drawn(at: datetime, **particulars: str) -> str:
        given = {Particular(name): text for name, text in particulars.items()}
        return kept(case, enter(case, replace(VISIT, received_at=at, particulars=given))).particulars[
            "queue_number"
        ]

    assert [drawn(midnight), drawn(midnight + timedelta(hours=8))] == ["1", "2"]
    assert drawn(midnight, queue_number="17") == "17" and drawn(midnight, queue_number="VIP") == "VIP"
    assert drawn(midnight + timedelta(hours=1)) == "18"
    assert drawn(midnight - timedelta(minutes=1)) == "1"  # the day before


def test_queue_numbers_of_many_at_once(case: OneCase) -> None:
    with ThreadPoolExecutor(6) as clerks:
        numbers = list(clerks.map(lambda _: enter(case, VISIT), range(6)))
    drawn = {kept(case, each).particulars["queue_number"] for each in numbers}
    assert drawn == {"1", "2", "3", "4", "5", "6"}


def test_it_is_changed_until_it_is_decided(case: OneCase) -> None:
    number = enter(case)

    def change(seen: int) -> None:
        changed = replace(LETTER, channel=Origin.VISIT, petitioner="陈建军")
        with case.db.writing() as session:
            entering.change(session, number, changed, seen, case.users["colleague"], case.now)

    change(1)
    assert (kept(case, number).petitioner, kept(case, number).channel) == ("陈建军", Origin.LETTER)
    with pytest.raises(Refused) as refused:
        change(1)
    assert refused.value.reason is CannotEnter.MEANWHILE
    register(case, number)
    with pytest.raises(Refused) as refused:
        change(3)
    assert refused.value.reason is CannotDecideSubmission.DECIDED_ALREADY


def test_it_becomes_a_case_under_its_own_number(case: OneCase) -> None:
    number = enter(case)
    register(case, number)
    with case.db.reading() as session:
        made = session.get_one(Case, number)
        assert (made.origin, made.origin_id, made.unit_code) == (Origin.LETTER, number, OTHER)
        assert made.received_at == LETTER.received_at and made.state == CaseState.REGISTERED
    assert told(case, number) == "registered" and agrees(case)


def test_what_is_missing_for_a_case(case: OneCase) -> None:
    for changed, field, reason in (
        ({"category": None}, "category", CannotRegister.NO_CATEGORY),
        ({"unit_code": None}, "unit_code", CannotRegister.NO_UNIT),
        ({"summary": ""}, "summary", CannotRegister.NO_SUMMARY),
    ):
        number = enter(case, replace(LETTER, **changed))
        with pytest.raises(Refused) as refused:
            register(case, number)
        assert (refused.value.field, refused.value.reason) == (field, reason)
        assert kept(case, number).outcome is None


def test_a_registration_is_undone_and_done_again(case: OneCase) -> None:
    number = enter(case)
    register(case, number)
    undo(case, number)
    assert told(case, number) == "submission_received"
    register(case, number)
    assert moves(case, number) == [Move.REGISTER, Move.WITHDRAW, Move.REGISTER]
    assert told(case, number) == "registered" and agrees(case)


def test_it_is_not_undone_once_a_unit_is_at_work(case: OneCase) -> None:
    number = enter(case, replace(LETTER, unit_code=UNIT))
    register(case, number)
    case.number = number
    case.goes(SENT)
    with pytest.raises(Refused) as refused:
        undo(case, number)
    assert refused.value.reason is CannotUndo.UNIT_AT_WORK
    assert kept(case, number).outcome == SubmissionOutcome.REGISTERED


def test_it_is_joined_to_a_case_and_parted_again(case: OneCase) -> None:
    case.goes(SENT, ("officer", Move.ACCEPT))
    before, number = case.row(), enter(case)
    join(case, number, case.number)
    assert case.row() == before  # it stands where it stood, and its period goes on
    assert told(case, number) == "submission_joined"
    with case.db.reading() as session:
        [*_, event] = case_events.of_case(session, case.number)
        assert (event.move, event.text, event.facts["submission"]) == (Move.JOIN, "", number)
    case.make("officer", Move.REPLY)
    undo(case, number, "不是同一事项")
    assert moves(case, case.number)[-3:] == [Move.JOIN, Move.REPLY, Move.PART]
    assert told(case, number) == "submission_received" and agrees(case)
    case.make("clerk", Move.CLOSE)
    join(case, number, case.number)
    assert case.row()[0] == CaseState.CLOSED and agrees(case)


@pytest.mark.parametrize("other", ["", "2699999999", "x", "itself", "withdrawn"])
def test_what_it_cannot_be_joined_to(case: OneCase, other: str) -> None:
    number, gone = enter(case), enter(case)
    register(case, gone)
    undo(case, gone)
    with pytest.raises(Refused) as refused:
        join(case, number, {"itself": number, "withdrawn": gone}.get(other, other))
    assert refused.value.reason is CannotDecideSubmission.NO_CASE


def test_a_case_to_which_something_is_joined_is_not_withdrawn(case: OneCase) -> None:
    number, other = enter(case), enter(case)
    register(case, other)
    for each in (case.number, other):
        join(case, number, each)
        with pytest.raises(Refused) as refused:
            if each == other:
                undo(case, other)
            else:
                with case.db.writing() as session:
                    call_cases.withdraw(session, case.case(session), "看错了", case.users["clerk"], case.now)
        assert refused.value.reason is CannotUndo.HAS_JOINED and number[3:7] in refused.value.said("zh")
        undo(case, number)
    undo(case, other)
    assert told(case, other) == "submission_received"


def test_no_case_has_a_reason(case: OneCase) -> None:
    number = enter(case)
    for ground, reason in (
        (" ", CannotDecideSubmission.NO_GROUND),
        ("长" * 301, CannotDecideSubmission.TOO_LONG),
    ):
        with pytest.raises(Refused) as refused:
            set_aside(case, number, ground)
        assert refused.value.reason is reason
    set_aside(case, number)
    assert (kept(case, number).ground, told(case, number)) == ("只是问路", "submission_no_case")
    undo(case, number)
    assert kept(case, number).ground == ""


def test_who_undoes(case: OneCase) -> None:
    number = enter(case)
    with pytest.raises(Refused) as refused:
        undo(case, number)
    assert refused.value.reason is CannotDecideSubmission.NOT_DECIDED
    set_aside(case, number)
    with pytest.raises(Refused) as refused:
        undo(case, number, who="colleague")
    assert refused.value.reason is CannotDecideSubmission.SOMEBODY_ELSES
    with pytest.raises(Refused) as refused:
        undo(case, number, " ")
    assert refused.value.reason is CannotDecideSubmission.NO_REASON
    undo(case, number, who="chief")
    with case.db.reading() as session:
        noted = select(AuditEntry.action).where(AuditEntry.subject == f"submission {number}")
        assert session.scalars(noted.order_by(AuditEntry.id)).all() == ["enter", "decide", "undo"]


def test_of_many_who_decide_at_once_one_is_first(case: OneCase) -> None:
    number = enter(case)

    def decide(place: int) -> bool:
        try:
            (lambda: join(case, number, case.number), lambda: register(case, number))[place % 2]()
        except Refused as refused:
            assert refused.reason is CannotDecideSubmission.DECIDED_ALREADY
            return False
        return True

    with ThreadPoolExecutor(6) as clerks:
        assert sum(clerks.map(decide, range(6))) == 1
    assert agrees(case)


def test_lists_and_searches(case: OneCase) -> None:
    waits, set_apart = enter(case), enter(case, replace(VISIT, petitioner="王秀兰", telephone=""))
    set_aside(case, set_apart)

    def found(**wanted: object) -> set[str]:
        asked = SubmissionFilter(**wanted)  # type: ignore[arg-type]
        with case.db.reading() as session:
            listed, more = listing.page(session, asked)
            assert listing.count(session, asked) == len(listed) and not more
            return {each.number for each in listed}

    assert found() == {waits} and found(outcome="") == {waits, set_apart}
    assert found(outcome="no_case") == {set_apart} and found(outcome="", channel=Origin.LETTER) == {waits}
    for search, numbers in (
        ("王秀兰", {set_apart}),
        ("供暖", {waits, set_apart}),
        (waits[:8], {waits, set_apart} if set_apart.startswith(waits[:8]) else {waits}),
        (f"{waits[:3]} {waits[3:]}", {waits}),
        ("13900001234", {waits}),  # it was typed with blanks
        ("%", set()),
    ):
        assert found(outcome="", search=search) == numbers, search


def test_pages_go_on_where_the_last_one_ended(case: OneCase, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(listing, "SUBMISSIONS_A_PAGE", 2)
    numbers = [enter(case, replace(LETTER, received_at=NOW - timedelta(days=each))) for each in (5, 4, 3)]
    with case.db.reading() as session:
        first, more = listing.page(session, SubmissionFilter())
        second, no_more = listing.page(session, SubmissionFilter(after=first[-1].number))
    assert [each.number for each in (*first, *second)] == numbers and more and not no_more
