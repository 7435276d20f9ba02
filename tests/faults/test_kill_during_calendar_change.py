"""Changing the calendar survives ``kill -9`` at any line: all of it is there, or nothing."""

from datetime import date

import pytest
from sqlalchemy.orm import Session

from hotline.cases import case_events
from hotline.cases.moves import Move
from hotline.database import Database
from hotline.evidence import sealing
from hotline.handling import calendar_acts, case_proof, move_periods, recomputing
from hotline.hours import calendar_changing, calendar_days
from hotline.hours.calendar_changing import AskedChange
from hotline.sections import Hours
from tests.kit.killing import killed_at
from tests.kit.one_case import NOW, SENT, OneCase

DAY = date(2026, 11, 26)
MODULES = (calendar_acts, recomputing, move_periods, calendar_changing, calendar_days, case_events, sealing)


@pytest.mark.timeout(600)
def test_kill_at_every_line(either_db: Database) -> None:
    one, line = OneCase(either_db).goes(SENT), 0

    def ask(session: Session) -> AskedChange:
        return calendar_changing.span(session, DAY, DAY, False, "停电", "")

    def run() -> None:
        with either_db.writing() as session:
            calendar_acts.change(session, ask, None, one.users["chief"], Hours(), NOW)

    either_db.engine.dispose()  # a fork must not share a connection
    while killed_at(line, run, *MODULES):
        with either_db.reading() as session:
            version = calendar_days.version(session)
            moved = [each for each in case_events.of_case(session, one.number) if each.move == Move.RECOMPUTE]
            assert (version, len(moved)) == (0, 0), line
        either_db.engine.dispose()
        line += 1
    assert line > 60, "the tracer saw too few lines: the test proves nothing"
    with either_db.reading() as session:
        assert calendar_days.version(session) == 1
        last = case_events.of_case(session, one.number)[-1]
        assert (last.move, last.facts["objection_until"]) == (Move.RECOMPUTE, "2026-12-01")
        assert [each for each in case_proof.look(session) if each] == []
