"""Whether every case is what its events say, and whether any of those was changed."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from hotline.cases import case_events, standing
from hotline.cases.case_events import CaseEvent
from hotline.cases.cases import Case
from hotline.cases.moves import Move
from hotline.handling import case_documents

ROWS_A_QUERY = 1000


@dataclass(frozen=True)
class CaseDoubt:
    """What does not fit. ``sequence``: the event; 0 where it is the row of the case."""

    number: str
    sequence: int
    what: str


def count(session: Session) -> int:
    """How many cases there are to look at."""
    return session.scalar(select(func.count()).select_from(Case)) or 0


def look(session: Session) -> Iterator[CaseDoubt | None]:
    """For each case, by its number, what does not fit; None where all does."""
    ordered = select(CaseEvent).order_by(CaseEvent.case_number, CaseEvent.sequence)
    rows = session.scalars(ordered.execution_options(yield_per=ROWS_A_QUERY))
    found = groupby(rows, key=lambda event: event.case_number)
    number, events = next(found, ("", iter(())))
    cases = select(Case).order_by(Case.number).execution_options(yield_per=ROWS_A_QUERY)
    for case in session.scalars(cases):
        own: list[CaseEvent] = []
        if number == case.number:
            own = list(events)
            number, events = next(found, ("", iter(())))
        yield doubt(case, own) or _documents(session, own)


def _documents(session: Session, events: list[CaseEvent]) -> CaseDoubt | None:
    """The first event whose document is not the one that is kept; None where there is no such."""
    for event in events:
        if event.move == Move.ADD_DOCUMENT and (what := case_documents.differs(session, event)):
            return CaseDoubt(event.case_number, event.sequence, what)
    return None


def doubt(case: Case, events: list[CaseEvent]) -> CaseDoubt | None:
    """What does not fit between a case and its events; None where all does."""
    broken = case_events.first_broken(events)
    if broken is not None:
        return CaseDoubt(case.number, broken.sequence, "it was changed, or one before it is missing")
    if case.events != len(events):
        return CaseDoubt(case.number, len(events) + 1, "it is missing")
    try:
        told = standing.of(events)
    except (LookupError, ValueError) as problem:
        return CaseDoubt(case.number, 0, f"its events make no sense: {problem}")
    if not standing.is_true_of(case, told):
        return CaseDoubt(case.number, 0, "the row is not what its events say")
    return None
