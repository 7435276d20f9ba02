"""How far a case is, from its events: the one function that says what an event changes."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import reduce

from hotline.cases.case_events import CaseEvent, Facts
from hotline.cases.cases import Case, CaseState
from hotline.cases.moves import ADDS, MOVES, Move
from hotline.cases.periods import Period, PeriodKind


@dataclass(frozen=True)
class Standing:
    """How far a case is. ``period``: the one that runs, None where nobody has to do anything by a day."""

    state: CaseState
    unit_code: str
    period: Period | None = None
    objected: bool = False
    accused_code: str = ""

    @property
    def is_extendable(self) -> bool:
        """Whether the time for handling runs and was not extended yet; that is done once."""
        return self.period is not None and self.period.kind is PeriodKind.HANDLING


def of(events: Iterable[CaseEvent]) -> Standing | None:
    """How far the case of these events is, the first one first; None without any."""
    return reduce(after, events, None)


def after(before: Standing | None, event: CaseEvent) -> Standing:
    """How far a case is after an event. Raises LookupError for one that its move does not fit."""
    if event.move in ADDS and before:
        return before
    unit_code = str(event.facts.get("unit", before.unit_code if before else ""))
    accused_code = str(event.facts.get("accused", before.accused_code if before else ""))
    objected = event.move == Move.OBJECT
    return Standing(_state(event), unit_code, period_of(event.facts), objected, accused_code)


def _state(event: CaseEvent) -> CaseState:
    if event.move == Move.CARRY_OVER:
        return CaseState(str(event.facts["state"]))
    if event.move == Move.REGISTER:
        return CaseState.REGISTERED
    return CaseState.WITHDRAWN if event.move == Move.WITHDRAW else MOVES[event.move].after


def facts_of(period: Period | None) -> dict[str, str | int]:
    """A period as an event has it."""
    if period is None:
        return {}
    return {
        "period": str(period.kind),
        "began_on": period.began_on.isoformat(),
        "days": period.days,
        "due_on": period.due_on.isoformat(),
        "yellow_on": period.yellow_on.isoformat(),
    }


def period_of(facts: Facts) -> Period | None:
    """The period that runs after an event; None for none."""
    if "period" not in facts:
        return None
    began_on, due_on, yellow_on = (
        date.fromisoformat(str(facts[name])) for name in ("began_on", "due_on", "yellow_on")
    )
    return Period(PeriodKind(str(facts["period"])), began_on, int(facts["days"]), due_on, yellow_on)


def write(case: Case, standing: Standing) -> None:
    """Let the row of a case say how far it is."""
    for name, value in _row(standing).items():
        setattr(case, name, value)


def is_true_of(case: Case, standing: Standing | None) -> bool:
    """Whether the row of a case says what its events say."""
    return standing is not None and all(
        getattr(case, name) == value for name, value in _row(standing).items()
    )


def _row(standing: Standing) -> dict[str, object]:
    """What the row of a case has of it."""
    running = standing.period
    return {
        "state": standing.state,
        "unit_code": standing.unit_code,
        "objected": standing.objected,
        "accused_code": standing.accused_code or None,
        "period": running.kind if running else None,
        "due_on": running.due_on if running else None,
        "yellow_on": running.yellow_on if running else None,
    }
