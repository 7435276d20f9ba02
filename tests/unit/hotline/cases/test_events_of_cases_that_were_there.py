"""The migration that gives every case its first event, in every state."""

from collections.abc import Iterator
from datetime import UTC, date, datetime

import pytest
import sqlalchemy as sa

from hotline import database
from hotline.cases import case_events, case_number, standing
from hotline.cases.cases import Case, CaseState
from hotline.cases.periods import PeriodKind
from hotline.database import Database
from hotline.enquiries import enquiries
from hotline.evidence import guards
from hotline.handling import case_proof
from hotline.settings_file import Settings
from tests.kit.postgresql import PostgreSQL

LATE = datetime(2026, 3, 9, 15, 30, tzinfo=UTC)  # 23:30 in the office's time zone
STATES = ("registered", "handling", "replied", "closed", "withdrawn")
USER = {
    "id": 7, "name": "li", "full_name": "李敏", "password_hash": "none", "role": "clerk", "language": "",
    "active": True, "must_change": False,
}  # fmt: skip


@pytest.fixture(params=["sqlite", "postgresql"])
def before(request: pytest.FixtureRequest, settings: Settings) -> Iterator[Settings]:
    """Settings with a database as 0019 has left it, with a case in every state."""
    if request.param == "postgresql":
        server = PostgreSQL()
        settings = settings.model_copy(update={"database_url": server.url})
        request.addfinalizer(server.stop)
    engine = sa.create_engine(settings.database_url)
    with engine.begin() as connection:
        database.migrate(connection, "0019")
        there = sa.MetaData()
        there.reflect(connection)
        connection.execute(there.tables["users"].insert().values(USER))
        connection.execute(
            there.tables["units"]
            .insert()
            .values(code="01", name_zh="市供热公司", active=True, name_en="", aliases="")
        )
        for serial, state in enumerate(STATES):
            connection.execute(there.tables["cases"].insert().values(case(serial, state)))
            given = {"number": number(serial), "leads_to": number(serial), "origin": "call"}
            row = given | {
                "origin_id": str(serial),
                "given_at": LATE.replace(tzinfo=None if request.param == "sqlite" else UTC),
            }
            connection.execute(there.tables["case_numbers"].insert().values(row))
    engine.dispose()
    yield settings


def number(serial: int) -> str:
    found = case_number.make(2026, serial + 1)
    assert found
    return found


def case(serial: int, state: str) -> dict[str, object]:
    return {
        "number": number(serial), "origin": "call", "origin_id": str(serial), "state": state,
        "petitioner": "王秀兰", "telephone": "", "address": "", "category": "utilities", "summary": "",
        "unit_code": "01", "received_at": LATE, "registered_at": LATE, "registered_by_id": 7,
        "due_on": date(2026, 5, 9), "closed_at": None,
    }  # fmt: skip


def test_every_state_goes_on(before: Settings) -> None:
    database.upgrade(before)
    db = Database(before.database_url)
    with db.reading() as session:
        found = {each.origin_id: each for each in session.scalars(sa.select(Case))}
        assert [
            (found[key].state, found[key].period, found[key].due_on, found[key].yellow_on) for key in "01234"
        ] == [
            (CaseState.REGISTERED, PeriodKind.DISPATCH, date(2026, 3, 24), date(2026, 3, 19)),
            (CaseState.ACCEPTED, PeriodKind.HANDLING, date(2026, 5, 9), date(2026, 4, 20)),
            (CaseState.REPLIED, None, None, None),
            (CaseState.CLOSED, None, None, None),
            (CaseState.WITHDRAWN, None, None, None),
        ]
        for each in found.values():
            [event] = case_events.of_case(session, each.number)
            assert (event.at, event.by_id, event.role) == (LATE, 7, "clerk")
            assert standing.is_true_of(each, standing.of([event]))
        assert list(case_proof.look(session)) == [None] * 5
        told = enquiries.look_up(session, found["1"].number, "Asia/Shanghai")
        assert told and (told.state, told.due_on) == ("accepted", date(2026, 5, 9))
        assert guards.missing(session.connection()) == []
