"""The register: what its filters leave, in which order, and page by page without gaps."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import insert, true

from hotline.cases import lights, units
from hotline.cases.cases import Case, CaseState, Category, is_of_units
from hotline.cases.origins import Origin
from hotline.cases.periods import Light, PeriodKind
from hotline.cases.units import Unit, UnitRow
from hotline.database import Database
from hotline.people import Role, add
from hotline.registration import case_register
from hotline.registration.case_register import CaseFilter
from tests.kit.steps import Steps

NOW = datetime(2026, 11, 23, 3, tzinfo=UTC)
TODAY = date(2026, 11, 23)
TREE = (("01", None), ("0101", "01"), ("010101", "0101"), ("0102", "01"))


@pytest.fixture
def clerk(either_db: Database) -> int:
    return prepared(either_db)


def prepared(db: Database) -> int:
    with db.writing() as session:
        units.replace_all(session, [UnitRow(code, above, f"单位{code}") for code, above in TREE])
        return add(session, "li", "李敏", Role.CLERK, "long-enough-password").id


def case(number: int, clerk: int, left: int = 30, unit: str = "0102", **other: object) -> dict[str, object]:
    """A row; the higher its number, the newer it is. ``left``: days until it is due."""
    at = NOW - timedelta(days=200) + timedelta(minutes=number)
    return {
        "number": f"{2600000000 + number}", "origin": "call", "origin_id": f"c-{number}",
        "petitioner": "王秀兰", "telephone": f"139{number:08d}", "address": "",
        "summary": "暖气不热", "category": Category.UTILITIES,
        "unit_code": unit, "state": CaseState.REGISTERED, "received_at": at, "registered_at": at,
        "registered_by_id": clerk, "due_on": TODAY + timedelta(days=left),
        "yellow_on": TODAY + timedelta(days=left - 19), "period": PeriodKind.HANDLING,
    } | other  # fmt: skip


def numbers(db: Database, wanted: CaseFilter) -> list[int]:
    """What the register shows, from page to page; and it counts as many."""
    found: list[int] = []
    with db.reading() as session:
        count, more = case_register.count(session, wanted, true(), TODAY), True
        while more:
            shown, more = case_register.page(session, wanted, true(), TODAY, most=3)
            found += [int(each.case.number) - 2600000000 for each in shown]
            wanted = replace(wanted, after=shown[-1].case.number if shown else "")
    assert count == len(found)
    return found


def test_every_filter_by_itself(either_db: Database, clerk: int) -> None:
    rows = [
        case(1, clerk, left=-1),
        case(2, clerk, left=0, unit="010101"),
        case(3, clerk, left=19, unit="0101", category=Category.LAND),
        case(4, clerk, left=20, unit="01", petitioner="赵云"),
        case(5, clerk, due_on=None, state=CaseState.CLOSED),
        case(6, clerk, left=-3, state=CaseState.ACCEPTED, summary="下水道堵了"),
        case(7, clerk, due_on=None, state=CaseState.WITHDRAWN),
    ]
    with either_db.writing() as session:
        session.execute(insert(Case), rows)
    third = NOW - timedelta(days=200) + timedelta(minutes=3)
    for wanted, expected in (
        (CaseFilter(), [7, 6, 5, 4, 3, 2, 1]),
        (CaseFilter(by_due=True), [6, 1, 2, 3, 4]),
        (CaseFilter(light=Light.RED), [6, 1]),
        (CaseFilter(light=Light.YELLOW), [3, 2]),
        (CaseFilter(light=Light.GREEN), [4]),
        (CaseFilter(state=CaseState.CLOSED), [5]),
        (CaseFilter(state=CaseState.ACCEPTED, by_due=True), [6]),
        (CaseFilter(state=CaseState.WITHDRAWN, by_due=True), []),
        (CaseFilter(category=Category.LAND), [3]),
        (CaseFilter(unit="0101"), [3, 2]),
        (CaseFilter(unit="01", by_due=True), [6, 1, 2, 3, 4]),
        (CaseFilter(unit="nowhere"), []),
        (CaseFilter(begin=third), [7, 6, 5, 4, 3]),
        (CaseFilter(end=third), [2, 1]),
        (CaseFilter(search="赵云"), [4]),
        (CaseFilter(search="下水道"), [6]),
        (CaseFilter(search="2600000003"), [3]),
        (CaseFilter(search="260 0000 003"), [3]),
        (CaseFilter(search="13900000005"), [5]),
        (CaseFilter(search="没有人"), []),
        (CaseFilter(search="%"), []),
        (CaseFilter(light=Light.RED, unit="0102", search="王秀兰"), [6, 1]),
    ):
        assert numbers(either_db, wanted) == expected, wanted
    with either_db.reading() as session:
        assert case_register.count_by_light(session, true(), TODAY) == {
            Light.GREEN: 1, Light.YELLOW: 2, Light.RED: 2
        }  # fmt: skip


def test_many_of_one_moment_are_all_on_some_page(either_db: Database, clerk: int) -> None:
    with either_db.writing() as session:
        session.execute(insert(Case), [case(n, clerk, left=n % 2, registered_at=NOW) for n in range(1, 20)])
    assert numbers(either_db, CaseFilter()) == list(range(19, 0, -1))
    assert numbers(either_db, CaseFilter(by_due=True)) == [*range(2, 20, 2), *range(1, 20, 2)]
    assert numbers(either_db, CaseFilter(after="2600009999")) == list(
        range(19, 0, -1)
    )  # none has this number


def test_what_is_listed(either_db: Database, clerk: int) -> None:
    with either_db.writing() as session:
        session.execute(insert(Case), [case(1, clerk, left=5), case(2, clerk)])
    with either_db.reading() as session:
        _, first = case_register.every(session, CaseFilter(), true(), TODAY)
        assert first.unit and (first.unit.code, first.registrar) == ("0102", "李敏")
        assert first.light == lights.light_of(first.case, TODAY) == Light.YELLOW


def test_a_unit_by_its_whole_name(either_db: Database, clerk: int) -> None:
    with either_db.writing() as session:
        assert units.code_of(session, "单位0101") == "0101"
        assert units.code_of(session, "单位01011") is None
        session.get_one(Unit, "0102").name_zh = "单位0101"  # nobody knows which of the two is meant
        assert units.code_of(session, "单位0101") is None


MANY = 100_000


@pytest.mark.thorough
def test_a_page_of_a_hundred_thousand_costs_what_one_of_a_hundred_does(db: Database) -> None:
    """Counted in steps of SQLite's machine, which no load on the computer changes."""
    clerk = prepared(db)
    with db.writing() as session:
        most = [case(n, clerk, due_on=None, state=CaseState.CLOSED) for n in range(100, MANY - 500)]
        session.execute(insert(Case), most)
        oldest = [case(n, clerk, due_on=None, state=CaseState.CLOSED, origin="letter") for n in range(100)]
        session.execute(insert(Case), oldest)
        session.execute(insert(Case), [case(n, clerk, left=n % 90) for n in range(MANY - 500, MANY)])
    steps = Steps(db)
    for wanted in (
        CaseFilter(),
        CaseFilter(by_due=True),
        CaseFilter(after="2600050000"),
        CaseFilter(light=Light.YELLOW, by_due=True),
        CaseFilter(light=Light.GREEN, by_due=True),
        CaseFilter(search="2600050000"),
        CaseFilter(search="13900050000"),
        CaseFilter(channel=Origin.LETTER),
    ):
        with db.reading() as session:
            steps.count = 0
            assert case_register.page(session, wanted, true(), TODAY)[0]
        assert steps.count < 40, wanted
    whole_city = is_of_units(["0102", *(f"{code:04d}" for code in range(9000, 9453))])
    for wanted in (CaseFilter(), CaseFilter(by_due=True)):
        with db.reading() as session:
            steps.count = 0
            assert case_register.page(session, wanted, whole_city, TODAY)[0]
        assert steps.count < 80, wanted
    with db.reading() as session:
        steps.count = 0
        assert sum(case_register.count_by_light(session, true(), TODAY).values()) == 500
        assert steps.count < 200
