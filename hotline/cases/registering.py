"""The events with which a case begins: it is registered, for a unit, and its registration is undone."""

from datetime import datetime

from sqlalchemy.orm import Session

from hotline.cases import case_events, periods, standing
from hotline.cases.case_entry import CannotUndo
from hotline.cases.case_events import Facts
from hotline.cases.cases import Case, CaseState
from hotline.cases.moves import Move
from hotline.cases.period_rules import PeriodRules
from hotline.cases.periods import PeriodKind
from hotline.refusals import Refused


def put_in_force(
    session: Session,
    case: Case,
    unit_code: str,
    received_at: datetime,
    by_id: int,
    now: datetime,
    rules: PeriodRules,
) -> None:
    """Let a new or withdrawn case begin: from receipt the office has its time to hand it to the unit, R22."""
    case.state, case.unit_code, case.events = CaseState.REGISTERED, unit_code, case.events or 0
    case.received_at, case.registered_at, case.registered_by_id = received_at, now, by_id
    session.add(case)
    session.flush()  # the case first: its events refer to it
    _registered(session, case, unit_code, by_id, now, rules)


def register_again(
    session: Session, case: Case, unit_code: str, by_id: int, now: datetime, rules: PeriodRules
) -> None:
    """What a case is about says more, after a further part: its unit is chosen anew, or sees what was added.

    One that a unit has stays with that unit, and where it stands.
    """
    if case.state != CaseState.REGISTERED:
        before = standing.of(case_events.of_case(session, case.number))
        runs = standing.facts_of(before.period if before else None)
        case_events.add(session, case, Move.SUPPLEMENT, runs, case.summary, by_id, now)
    elif case.unit_code != unit_code:
        _registered(session, case, unit_code, by_id, now, rules)


def withdraw(session: Session, case: Case, field: str, by_id: int, now: datetime) -> None:
    """Take a registration back. Raises Refused, for ``field``, when a unit already has the case."""
    if case.state not in (CaseState.REGISTERED, CaseState.WITHDRAWN):
        raise Refused(field, CannotUndo.UNIT_AT_WORK)
    if case.state == CaseState.REGISTERED:
        _happened(session, case, Move.WITHDRAW, {}, by_id, now)


def _registered(
    session: Session, case: Case, unit_code: str, by_id: int, now: datetime, rules: PeriodRules
) -> None:
    began_on = rules.day(case.received_at)
    runs = periods.period(PeriodKind.DISPATCH, began_on, rules.lengths.dispatch_days)
    _happened(session, case, Move.REGISTER, {"unit": unit_code} | standing.facts_of(runs), by_id, now)


def _happened(session: Session, case: Case, move: Move, facts: Facts, by_id: int, now: datetime) -> None:
    before = standing.of(case_events.of_case(session, case.number))
    event = case_events.add(session, case, move, facts, "", by_id, now)
    standing.write(case, standing.after(before, event))
