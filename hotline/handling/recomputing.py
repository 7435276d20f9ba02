"""What a change of the calendar does to running periods: one event for each case whose last day changes."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from hotline import audit
from hotline.cases import case_events, standing
from hotline.cases.case_events import CaseEvent, Facts
from hotline.cases.cases import HAS_A_DUE_DAY, Case, CaseState
from hotline.cases.moves import Move
from hotline.handling import move_periods
from hotline.handling.move_periods import FORMER, OBJECTION
from hotline.hours.office_calendar import OfficeCalendar


@dataclass(frozen=True)
class MovedDay:
    """A case of which a last day becomes another; ``facts``: what its event will say of that."""

    number: str
    before: date
    after: date
    facts: Facts


def moved_days(session: Session, calendar: OfficeCalendar, today: date) -> list[MovedDay]:
    """What a calendar changes in the running periods, in the order of the case numbers.

    A period runs whose last day is not past, as it was or as it becomes.
    """
    return [each for event in _running(session) if (each := _moved(event, calendar)) and _runs(each, today)]


def write(session: Session, moved: Sequence[MovedDay], by_id: int, now: datetime) -> None:
    """Add an event to each of these cases, in the name of who changed the calendar."""
    for each in moved:
        case = session.get_one(Case, each.number)
        session.refresh(case, with_for_update=True)
        before = standing.of(case_events.of_case(session, case.number))
        runs = standing.facts_of(before.period if before else None)
        event = case_events.add(session, case, Move.RECOMPUTE, {**runs, **each.facts}, "", by_id, now)
        standing.write(case, standing.after(before, event))
        made = f"event {event.sequence}, sha256 {event.hash}"
        audit.note(session, now, by_id, "move case", f"case {case.number}", made)


def _running(session: Session) -> Iterator[CaseEvent]:
    """Of each case that a unit has not answered yet, the event that says until when it may object."""
    at_a_unit = select(Case.number).where(HAS_A_DUE_DAY, Case.state == CaseState.DISPATCHED)
    query = (
        select(CaseEvent)
        .where(CaseEvent.move.in_((Move.DISPATCH, Move.RECOMPUTE)), CaseEvent.case_number.in_(at_a_unit))
        .order_by(CaseEvent.case_number, CaseEvent.sequence)
    )
    newest = {event.case_number: event for event in session.scalars(query)}
    yield from newest.values()


def _moved(event: CaseEvent, calendar: OfficeCalendar) -> MovedDay | None:
    facts = move_periods.recomputed(event.facts, calendar)
    if not facts:
        return None
    before, after = (date.fromisoformat(str(facts[name])) for name in (FORMER, OBJECTION))
    return MovedDay(event.case_number, before, after, facts)


def _runs(moved: MovedDay, today: date) -> bool:
    return max(moved.before, moved.after) >= today
