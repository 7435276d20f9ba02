"""Which period runs after a move, and how long: rules over values."""

from collections.abc import Callable, Sequence
from datetime import date

from hotline.cases import periods, standing
from hotline.cases.case_events import CaseEvent, Facts
from hotline.cases.moves import Move
from hotline.cases.period_rules import PeriodRules
from hotline.cases.periods import CONCLUDING, ONE_DAY, Period, PeriodKind
from hotline.hours.office_calendar import OfficeCalendar
from hotline.sections import Periods

OBJECTION = "objection_until"
FORMER = f"former_{OBJECTION}"
"""What it was, in the event that says that the calendar was changed."""


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


def objection(today: date, rules: PeriodRules) -> dict[str, str | int]:
    """Until when a unit that gets a case today may object, R23: facts of the event with which it gets it.

    The number of working days stands there as well as the last of them, and the version of the calendar by
    which it was found, so that it can be found anew by another.
    """
    days = rules.lengths.objection_working_days
    until = periods.last_working_day(today, days, rules.works)
    return {
        "objection_until": until.isoformat(),
        "objection_days": days,
        "calendar": rules.calendar_version,
    }


def objection_until(events: Sequence[CaseEvent]) -> date:
    """The last day on which the unit that has the case may object. Raises LookupError without any."""
    said = (each.facts[OBJECTION] for each in reversed(events) if OBJECTION in each.facts)
    if (until := next(said, None)) is None:
        raise LookupError("no unit has the case")
    return date.fromisoformat(str(until))


def recomputed(facts: Facts, calendar: OfficeCalendar) -> dict[str, str | int]:
    """What of these facts another calendar says otherwise, with what was said before; empty where nothing.

    That is the end of the time to object. The other periods are calendar days, and the last days of office
    and units do not move with a holiday: only a petitioner's would (民法典, Article 203), and of those none
    runs yet. Events from before there were versions do not say how many working days they counted: they are
    counted again, by the calendar beneath, which was the only one.
    """
    if OBJECTION not in facts:
        return {}
    began_on = date.fromisoformat(str(facts["began_on"]))
    before = date.fromisoformat(str(facts[OBJECTION]))
    days = int(facts.get("objection_days", 0)) or _working_days(began_on, before, calendar.ground)
    after = periods.last_working_day(began_on, days, calendar)
    if after == before:
        return {}
    return {
        OBJECTION: after.isoformat(),
        "objection_days": days,
        FORMER: before.isoformat(),
        "calendar": calendar.version,
    }


def _working_days(began_on: date, last: date, works: Callable[[date], bool]) -> int:
    between = (last - began_on).days
    return sum(works(began_on + ahead * ONE_DAY) for ahead in range(1, between + 1))


def _extended(running: Period | None, days: int) -> Period:
    """From the day it was due, R34."""
    if running is None:
        raise LookupError("no period runs that could be extended")
    return periods.period(PeriodKind.EXTENSION, running.due_on, days)


def _last(events: Sequence[CaseEvent], *kinds: PeriodKind) -> Period | None:
    """The period of these kinds that ran last: nothing begins anew when a case comes back."""
    ran = [standing.period_of(each.facts) for each in events]
    return next((each for each in reversed(ran) if each and each.kind in kinds), None)
