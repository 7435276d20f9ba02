"""The moves of a case: who makes which, and what they leave behind."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta

import pytest
from sqlalchemy import delete, select, update
from sqlalchemy.exc import DatabaseError

from hotline.audit import AuditEntry
from hotline.cases import case_events, lights
from hotline.cases.case_events import CaseEvent
from hotline.cases.cases import CaseState
from hotline.cases.moves import Move
from hotline.cases.periods import Light, PeriodKind
from hotline.database import Database
from hotline.handling.move_refusals import CannotMove
from hotline.people import Role
from hotline.refusals import Reason, Refused
from tests.kit.evidence import unguarded
from tests.kit.one_case import ACCEPTED, BELOW, OTHER, REPLIED, SENT, UNIT, OneCase, days


@pytest.fixture
def case(either_db: Database) -> OneCase:
    return OneCase(either_db)


NO_DAYS = ("0", "31", "-1", "1.5", "", "x", "９", "1" * 5000, "\x00")


def test_the_whole_way(case: OneCase) -> None:
    assert case.row() == (CaseState.REGISTERED, UNIT, PeriodKind.DISPATCH, days(15))
    case.make("clerk", Move.DISPATCH)
    assert case.row() == (CaseState.DISPATCHED, UNIT, PeriodKind.NOTICE, days(15))
    case.now += timedelta(days=1)
    case.make("officer", Move.ACCEPT)
    assert case.row() == (CaseState.ACCEPTED, UNIT, PeriodKind.HANDLING, days(61))
    case.make("head", Move.EXTEND, days="20")
    assert case.row() == (CaseState.ACCEPTED, UNIT, PeriodKind.EXTENSION, days(81))
    case.make("officer", Move.REPLY)
    assert case.row() == (CaseState.REPLIED, UNIT, None, None)
    case.make("chief", Move.SEND_BACK)
    assert case.row() == (CaseState.ACCEPTED, UNIT, PeriodKind.EXTENSION, days(81))  # nothing begins anew
    case.goes(("head", Move.REPLY), ("clerk", Move.CLOSE))
    assert case.row() == (CaseState.CLOSED, UNIT, None, None)


def test_an_objection_is_in_force_when_the_office_agrees(case: OneCase) -> None:
    case.goes(SENT, ("officer", Move.OBJECT))
    assert case.row() == (CaseState.DISPATCHED, UNIT, PeriodKind.NOTICE, days(15))  # the clock runs
    with pytest.raises(Refused) as refused:
        case.make("officer", Move.ACCEPT)
    assert refused.value.reason is CannotMove.NOT_NOW
    case.make("clerk", Move.DISAGREE)
    case.goes(("head", Move.OBJECT), ("chief", Move.AGREE))
    assert case.row() == (CaseState.REGISTERED, UNIT, PeriodKind.DISPATCH, days(15))
    case.make("clerk", Move.DISPATCH, unit_code=OTHER)
    assert case.row()[:2] == (CaseState.DISPATCHED, OTHER)
    with pytest.raises(Refused) as refused:
        case.make("officer", Move.ACCEPT)  # it is another unit's now
    assert refused.value.reason is CannotMove.NOT_YOURS


@pytest.mark.parametrize(("after", "is_late"), [(7, False), (8, True)])
def test_a_unit_objects_within_five_working_days(case: OneCase, after: int, is_late: bool) -> None:
    """Sent on Monday, 23 November 2026: until Monday the 30th."""
    case.goes(SENT)
    case.now += timedelta(days=after)
    if not is_late:
        case.make("officer", Move.OBJECT)
        return
    with pytest.raises(Refused) as refused:
        case.make("officer", Move.OBJECT)
    assert refused.value.reason is CannotMove.TOO_LATE
    assert "2026-11-30" in refused.value.said("zh")


def test_what_went_to_a_wrong_unit_is_taken_back(case: OneCase) -> None:
    case.goes(SENT, ("clerk", Move.RECALL))
    assert case.row() == (CaseState.REGISTERED, UNIT, PeriodKind.DISPATCH, days(15))
    case.make("clerk", Move.DISPATCH, unit_code=OTHER)
    case.goes(("other", Move.ACCEPT), ("clerk", Move.RECALL))  # also when it may not have it any more
    assert case.row() == (CaseState.REGISTERED, OTHER, PeriodKind.DISPATCH, days(15))


def test_not_accepted_is_told_and_closed(case: OneCase) -> None:
    case.goes(SENT, ("officer", Move.DECLINE))
    assert case.row() == (CaseState.NOT_ACCEPTED, UNIT, None, None)
    case.make("clerk", Move.CLOSE)
    assert case.row()[0] == CaseState.CLOSED


def test_what_a_unit_did_not_accept_goes_to_another(case: OneCase) -> None:
    case.goes(SENT, ("officer", Move.DECLINE), ("clerk", Move.RECALL))
    assert case.row() == (CaseState.REGISTERED, UNIT, PeriodKind.DISPATCH, days(15))


def test_a_closed_case_goes_back_to_its_unit(case: OneCase) -> None:
    case.goes(*REPLIED, ("clerk", Move.CLOSE), ("clerk", Move.SEND_BACK))
    assert case.row() == (CaseState.ACCEPTED, UNIT, PeriodKind.HANDLING, days(60))


def test_one_that_was_never_accepted_has_sixty_days_from_then_on(case: OneCase) -> None:
    case.goes(SENT, ("officer", Move.DECLINE), ("clerk", Move.CLOSE))
    case.now += timedelta(days=3)
    case.make("clerk", Move.SEND_BACK)
    assert case.row() == (CaseState.ACCEPTED, UNIT, PeriodKind.HANDLING, days(63))


def test_what_is_late_is_not_extended(case: OneCase) -> None:
    case.goes(*ACCEPTED)
    case.now += timedelta(days=61)
    with pytest.raises(Refused) as refused:
        case.make("head", Move.EXTEND)
    assert refused.value.reason is CannotMove.DAY_IS_PAST
    case.now -= timedelta(days=1)
    case.make("head", Move.EXTEND)


def test_time_is_extended_once_and_by_the_head(case: OneCase) -> None:
    case.goes(*ACCEPTED)
    for who, reason in (("officer", CannotMove.NOT_YOURS), ("chief", CannotMove.NOT_YOURS)):
        with pytest.raises(Refused) as refused:
            case.make(who, Move.EXTEND)
        assert refused.value.reason is reason
    case.make("head", Move.EXTEND)
    with pytest.raises(Refused) as refused:
        case.make("head", Move.EXTEND)
    assert refused.value.reason is CannotMove.NOT_NOW


@pytest.mark.parametrize(
    ("steps", "who", "move", "entered", "field"),
    [
        ((), "clerk", Move.DISPATCH, {"unit_code": "9999"}, "unit_code"),
        ((), "clerk", Move.DISPATCH, {"unit_code": ""}, "unit_code"),
        ((), "clerk", Move.DISPATCH, {"manner": "post"}, "manner"),
        ((SENT,), "officer", Move.DECLINE, {"ground": "no time"}, "ground"),
        ((SENT,), "officer", Move.DECLINE, {"text": " \n\t"}, "text"),
        ((SENT,), "officer", Move.OBJECT, {"text": "x" * 4001}, "text"),
        (ACCEPTED, "officer", Move.REPLY, {"outcome": ""}, "outcome"),
        *((ACCEPTED, "head", Move.EXTEND, {"days": days}, "days") for days in NO_DAYS),
    ],
)
def test_what_is_missing_or_wrong_is_refused_for_its_field(
    case: OneCase,
    steps: tuple[tuple[str, Move], ...],
    who: str,
    move: Move,
    entered: dict[str, str],
    field: str,
) -> None:
    case.goes(*steps)
    before = case.row()
    with pytest.raises(Refused) as refused:
        case.make(who, move, **entered)
    assert refused.value.field == field and case.row() == before


def test_who_has_not_seen_the_last_event_sees_it_first(case: OneCase) -> None:
    case.goes(SENT)
    for seen in (0, 1, 3):
        with pytest.raises(Refused) as refused:
            case.make_after(seen, "officer", Move.ACCEPT, {})
        assert refused.value.reason is CannotMove.MEANWHILE
    case.make_after(2, "officer", Move.ACCEPT, {})


def test_of_many_at_once_one_is_first(case: OneCase) -> None:
    case.goes(SENT)
    ready = threading.Barrier(6)

    def accepts(_: int) -> Reason | None:
        ready.wait()
        try:
            case.make_after(2, "officer", Move.ACCEPT, {})
        except Refused as refused:
            return refused.reason
        return None

    with ThreadPoolExecutor(6) as pool:
        outcomes = list(pool.map(accepts, range(6)))
    assert sorted(outcomes, key=str) == [CannotMove.MEANWHILE] * 5 + [None]
    with case.db.reading() as session:
        assert [each.sequence for each in case_events.of_case(session, case.number)] == [1, 2, 3]


def test_a_clerk_sends_what_is_the_clerks_own(case: OneCase) -> None:
    for who in ("colleague", "leader", "officer", "head"):
        with pytest.raises(Refused) as refused:
            case.make(who, Move.DISPATCH)
        assert refused.value.reason is CannotMove.NOT_YOURS
    case.make("chief", Move.DISPATCH)


def test_a_unit_handles_what_is_below_it_and_not_the_other_way_round(case: OneCase) -> None:
    case.make("clerk", Move.DISPATCH, unit_code=BELOW)
    case.make("head", Move.ACCEPT)  # of the unit above
    case.make("below", Move.REPLY)
    case.goes(("clerk", Move.SEND_BACK))
    with pytest.raises(Refused) as refused:
        case.make("other", Move.REPLY)
    assert refused.value.reason is CannotMove.NOT_YOURS


def test_the_light_is_that_of_the_period_that_runs(case: OneCase) -> None:
    def light(day: date) -> Light | None:
        with case.db.reading() as session:
            return lights.light_of(case.case(session), day)

    assert [light(days(left)) for left in (9, 10, 15, 16)] == [
        Light.GREEN, Light.YELLOW, Light.YELLOW, Light.RED
    ]  # fmt: skip
    case.goes(*ACCEPTED)
    assert [light(days(60 - left)) for left in (20, 19, 1, 0, -1)] == [
        Light.GREEN, Light.YELLOW, Light.YELLOW, Light.YELLOW, Light.RED
    ]  # fmt: skip
    case.goes(("officer", Move.REPLY))
    assert light(days(100)) is None


def test_every_move_is_an_event_and_noted(case: OneCase) -> None:
    case.goes(*REPLIED, ("clerk", Move.CLOSE))
    with case.db.reading() as session:
        events = case_events.of_case(session, case.number)
        assert [each.move for each in events] == [
            Move.REGISTER, Move.DISPATCH, Move.ACCEPT, Move.REPLY, Move.CLOSE
        ]  # fmt: skip
        assert [(each.role, each.unit_code) for each in events[1:3]] == [
            (Role.CLERK, ""), (Role.UNIT_OFFICER, UNIT)
        ]  # fmt: skip
        assert case_events.first_broken(events) is None
        noted = select(AuditEntry.detail).where(AuditEntry.action == "move case")
        assert [each.split("sha256 ")[1] for each in session.scalars(noted.order_by(AuditEntry.id))] == [
            each.hash for each in events[1:]
        ]


def test_an_event_is_never_changed_or_deleted(case: OneCase) -> None:
    case.goes(SENT)
    for change in (
        update(CaseEvent).values(text="anders"),
        update(CaseEvent).values(facts={"unit": OTHER}),
        delete(CaseEvent),
    ):
        with pytest.raises(DatabaseError, match="never changed or deleted"), case.db.writing() as session:
            session.execute(change)


def test_what_was_changed_behind_the_guards_is_found(case: OneCase) -> None:
    case.goes(*ACCEPTED)
    second = CaseEvent.sequence == 2
    unguarded(
        case.db,
        lambda session: session.execute(update(CaseEvent).where(second).values(facts={"unit": OTHER})),
    )
    with case.db.reading() as session:
        broken = case_events.first_broken(case_events.of_case(session, case.number))
        assert broken and broken.sequence == 2
    unguarded(case.db, lambda session: session.execute(delete(CaseEvent).where(second)))
    with case.db.reading() as session:
        broken = case_events.first_broken(case_events.of_case(session, case.number))
        assert broken and broken.sequence == 3
