"""Every case is what its events say, and what was changed behind the guards is found."""

import json
from collections.abc import Callable

import pytest
from click.testing import CliRunner
from sqlalchemy import delete, update
from sqlalchemy.orm import Session

from hotline.cases.case_events import CaseEvent
from hotline.cases.cases import Case, CaseState
from hotline.commands import main
from hotline.database import Database
from hotline.handling import case_proof
from tests.kit.evidence import unguarded
from tests.kit.one_case import ACCEPTED, OTHER, OneCase


@pytest.fixture
def case(either_db: Database) -> OneCase:
    return OneCase(either_db).goes(*ACCEPTED)


def doubts(db: Database) -> list[tuple[int, str]]:
    with db.reading() as session:
        return [(each.sequence, each.what) for each in case_proof.look(session) if each]


def test_nothing_differs(case: OneCase) -> None:
    assert doubts(case.db) == []


@pytest.mark.parametrize(
    ("change", "sequence"),
    [
        (
            lambda session: session.execute(
                update(CaseEvent).where(CaseEvent.sequence == 2).values(text="x")
            ),
            2,
        ),
        (lambda session: session.execute(update(CaseEvent).values(role="leader")), 1),
        (lambda session: session.execute(delete(CaseEvent).where(CaseEvent.sequence == 1)), 2),
        (lambda session: session.execute(delete(CaseEvent).where(CaseEvent.sequence == 3)), 3),
        (lambda session: session.execute(delete(CaseEvent)), 1),
        (lambda session: session.execute(update(Case).values(state=CaseState.CLOSED)), 0),
        (lambda session: session.execute(update(Case).values(due_on=None)), 0),
        (lambda session: session.execute(update(Case).values(unit_code=OTHER)), 0),
    ],
)
def test_what_was_changed_is_found(case: OneCase, change: Callable[[Session], object], sequence: int) -> None:
    unguarded(case.db, change)
    [(found, _)] = doubts(case.db)
    assert found == sequence


def test_on_the_command_line(db: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("hotline.database.current", lambda: db)
    one = OneCase(db).goes(*ACCEPTED)
    told = CliRunner().invoke(main, ["case", "verify"])
    assert (told.exit_code, told.stdout) == (0, "1 cases are what their events say.\n")
    with db.writing() as session:
        session.execute(update(Case).values(state=CaseState.CLOSED))
    told = CliRunner().invoke(main, ["case", "verify"])
    assert told.exit_code == 1 and f"case {one.number}: the row is not what its events say" in told.output
    [line] = CliRunner().invoke(main, ["case", "verify", "--json"]).stdout.splitlines()
    assert json.loads(line)["number"] == one.number
