"""Whoever tries whatever move: a case is where the table leads."""

from datetime import timedelta
from typing import ClassVar

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test
from sqlalchemy import delete

from hotline.audit import AuditEntry
from hotline.cases import case_events, moves, standing
from hotline.cases.case_events import CaseEvent
from hotline.cases.cases import Case, CaseState
from hotline.cases.moves import MOVES, Move
from hotline.cases.numbering import CaseNumber
from hotline.database import Database
from hotline.evidence import guards
from hotline.people import User
from hotline.refusals import Refused
from tests.kit.one_case import BELOW, OTHER, PEOPLE, UNIT, OneCase


class AnySequence(RuleBasedStateMachine):
    """Whoever tries whatever move: the case is where the table leads, and equals the replay of its events."""

    db: Database
    made: ClassVar[set[Move]] = set()

    @initialize()
    def begins(self) -> None:
        with self.db.writing() as session:
            guards.take_down(session.connection())
            for table in (CaseEvent, CaseNumber, Case, AuditEntry, User):
                session.execute(delete(table))
        self.one = OneCase(self.db)
        self.state = CaseState.REGISTERED

    @rule(
        who=st.sampled_from(list(PEOPLE)),
        move=st.sampled_from(list(Move)),
        unit=st.sampled_from([UNIT, BELOW, OTHER, "9999"]),
        later=st.integers(0, 9),
    )
    def tries(self, who: str, move: Move, unit: str, later: int) -> None:
        self.one.now += timedelta(days=later)
        self.makes(who, move, unit)

    @rule(which=st.integers(0, 9))
    def goes_on(self, which: int) -> None:
        """Somebody who may makes one of the moves that can be made."""
        with self.db.reading() as session:
            case = self.one.case(session)
            told = standing.of(case_events.of_case(session, case.number))
        assert told
        possible = moves.possible(told.state, told.objected, told.is_extendable)
        for who in PEOPLE if possible else ():
            if self.makes(who, possible[which % len(possible)], UNIT):
                return

    def makes(self, who: str, move: Move, unit: str) -> bool:
        try:
            self.one.make(who, move, unit_code=unit)
        except Refused:
            return False
        assert self.state in MOVES[move].before
        self.state = MOVES[move].after
        self.made.add(move)
        return True

    @invariant()
    def is_the_replay_of_its_events(self) -> None:
        if not hasattr(self, "one"):
            return
        with self.db.reading() as session:
            case, events = self.one.case(session), case_events.of_case(session, self.one.number)
            assert case.state == self.state and case.events == len(events)
            assert standing.is_true_of(case, standing.of(events))
            assert case_events.first_broken(events) is None


@pytest.mark.thorough
def test_no_sequence_of_moves_leaves_the_table(db: Database) -> None:
    AnySequence.db = db
    steady = settings(
        max_examples=60, derandomize=True, stateful_step_count=30, suppress_health_check=list(HealthCheck)
    )
    run_state_machine_as_test(AnySequence, settings=steady)
    assert AnySequence.made >= {Move.DISPATCH, Move.ACCEPT, Move.REPLY, Move.SEND_BACK, Move.CLOSE}
