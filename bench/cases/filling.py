"""A register of many cases, the same at every run: of three years and every unit, in every state."""

import random
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from itertools import islice

from sqlalchemy import insert, select

from hotline import hash_chain
from hotline.cases import case_number, periods, standing, unit_list
from hotline.cases.case_events import CaseEvent, event_id
from hotline.cases.cases import Case, CaseState, Category
from hotline.cases.moves import Move
from hotline.cases.numbering import CaseNumber
from hotline.cases.origins import BY_HAND, Origin
from hotline.cases.periods import PeriodKind
from hotline.cases.units import Unit
from hotline.database import Database
from hotline.people import Role, add

NOW = datetime(2026, 11, 23, 3, tzinfo=UTC)
TODAY = date(2026, 11, 23)
DAYS = 3 * 365
PASSWORD = "night-desk-2026"  # noqa: S105 - of a database that is thrown away
OFFICER_UNIT = "0110"
PEOPLE = (
    ("chief", Role.SUPERVISOR, ""),
    ("officer", Role.UNIT_OFFICER, OFFICER_UNIT),
    ("lead", Role.LEADER, ""),
)
WORDS = ("小区供暖不足", "拖欠工资三个月", "路灯长期不亮", "公积金提取被拒", "垃圾无人清运", "自来水有异味")
RARE = "井盖丢失"
"""Stands in one case of a thousand."""
OPEN = (CaseState.REGISTERED, CaseState.DISPATCHED, CaseState.ACCEPTED)
ROWS_AT_ONCE = 5_000
SAME = 1
"""Seed: the same cases at every run."""


def people_and_units(db: Database) -> int:
    """Who looks at the cases; the identifier of the clerk who has registered all of them."""
    with db.writing() as session:
        unit_list.ensure_sample(session)
        for name, role, unit in PEOPLE:
            add(session, name, name, role, PASSWORD, unit_code=unit)
        return add(session, "clerk", "clerk", Role.CLERK, PASSWORD).id


def numbers(count: int) -> Iterator[str]:
    """So many case numbers, as they are given out."""
    given = (case_number.make(26, running) for running in range(1, 2 * count))
    return islice(filter(None, given), count)


def fill(db: Database, count: int, clerk: int) -> list[str]:
    """Add so many cases with their numbers and one event each; their numbers, the oldest first."""
    chance = random.Random(SAME)  # noqa: S311 - cases, no secret
    with db.reading() as session:
        units = session.scalars(select(Unit.code).order_by(Unit.code)).all()
    every = list(numbers(count))
    for begin in range(0, count, ROWS_AT_ONCE):
        some = every[begin : begin + ROWS_AT_ONCE]
        rows = [_case(number, place, count, chance, units, clerk) for place, number in enumerate(some, begin)]
        with db.writing() as session:
            session.execute(insert(Case), rows)
            session.execute(insert(CaseNumber), [_number(row) for row in rows])
            session.execute(insert(CaseEvent), [_event(row) for row in rows])
    return every


def _case(
    number: str, place: int, count: int, chance: random.Random, units: Sequence[str], clerk: int
) -> dict[str, object]:
    at = NOW - timedelta(days=DAYS) + place * timedelta(days=DAYS) / count
    is_open = place > count - 20_000 or chance.random() < 0.01
    state = chance.choice(OPEN) if is_open else CaseState.CLOSED
    runs = periods.period(PeriodKind.HANDLING, TODAY - timedelta(days=chance.randrange(70)), 60)
    summary = RARE if place % 1000 == 0 else chance.choice(WORDS)
    by_hand = chance.random() < 0.1
    return {
        "number": number,
        "origin": chance.choice(BY_HAND) if by_hand else Origin.CALL,
        "origin_id": number if by_hand else f"call-{place}",
        "state": state,
        "petitioner": f"王{place % 5000:04d}",
        "telephone": f"139{place:08d}",
        "address": f"明远区{place % 900}号楼",
        "category": chance.choice(list(Category)),
        "summary": f"{summary}，{place}号反映多次没有答复。",
        "unit_code": chance.choice(units),
        "received_at": at,
        "registered_at": at,
        "registered_by_id": clerk,
        "events": 1,
        "period": runs.kind if is_open else None,
        "due_on": runs.due_on if is_open else None,
        "yellow_on": runs.yellow_on if is_open else None,
    }


def _number(row: dict[str, object]) -> dict[str, object]:
    return {
        "number": row["number"],
        "origin": row["origin"],
        "origin_id": row["origin_id"],
        "given_at": row["received_at"],
        "leads_to": row["number"],
    }


def _event(row: dict[str, object]) -> dict[str, object]:
    """As of a case that was there before there were events: it says the state itself."""
    runs = periods.period(PeriodKind.HANDLING, TODAY, 60) if row["period"] else None
    facts = {"state": str(row["state"]), "unit": str(row["unit_code"])} | standing.facts_of(runs)
    return {
        "id": event_id(str(row["number"]), 1),
        "case_number": row["number"],
        "sequence": 1,
        "at": row["registered_at"],
        "by_id": row["registered_by_id"],
        "role": Role.CLERK,
        "unit_code": "",
        "move": Move.CARRY_OVER,
        "facts": facts,
        "text": "",
        "previous": hash_chain.START,
        "hash": hash_chain.START,
    }
