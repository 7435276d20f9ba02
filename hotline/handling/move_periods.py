"""Which period runs after a move, and how long: rules over values."""

from collections.abc import Sequence
from datetime import date

from hotline.cases import periods, standing
from hotline.cases.case_events import CaseEvent, Facts
from hotline.cases.moves import Move
from hotline.cases.period_rules import PeriodRules
from hotline.cases.periods import CONCLUDING, Period, PeriodKind
from hotline.sections import Periods


def after(
    move: Move,
    running: Period | None,
    events: Sequence[CaseEvent],
    facts: Facts,
    today: date,
    settings: Periods,
) -> Period | None:
    """The period that runs after a move made today; ``running``: the one before it.

    Raises LookupError where an extension has nothing to begin at.
    """
    if move is Move.DISPATCH:
        return periods.period(PeriodKind.NOTICE, today, settings.notice_days)
    if move is Move.ACCEPT:
        return periods.period(PeriodKind.HANDLING, today, settings.handling_days)
    if move is Move.EXTEND:
        return _extended(running, int(facts["asked_days"]))
    if move in (Move.OBJECT, Move.DISAGREE, Move.NAME_ACCUSED):
        return running  # until the office agrees to an objection, the clock runs (R23)
    if move in (Move.AGREE, Move.RECALL):
        return _last(events, PeriodKind.DISPATCH)
    if move is Move.SEND_BACK:
        ran = _last(events, *CONCLUDING)
        return ran or periods.period(PeriodKind.HANDLING, today, settings.handling_days)
    return None


def objection_until(today: date, rules: PeriodRules) -> date:
    """The last day on which a unit that gets a case today may object, R23."""
    return periods.last_working_day(today, rules.lengths.objection_working_days, rules.works)


def _extended(running: Period | None, days: int) -> Period:
    """From the day it was due, R34."""
    if running is None:
        raise LookupError("no period runs that could be extended")
    return periods.period(PeriodKind.EXTENSION, running.due_on, days)


def _last(events: Sequence[CaseEvent], *kinds: PeriodKind) -> Period | None:
    """The period of these kinds that ran last: nothing begins anew when a case comes back."""
    ran = [standing.period_of(each.facts) for each in events]
    return next((each for each in reversed(ran) if each and each.kind in kinds), None)
