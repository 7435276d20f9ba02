"""Making a move with a case (``hotline.cases.moves``): what is checked, and what it leaves behind.

One transaction locks the case, adds the event, writes the row, and notes the move in the audit trail. Whoever
has not seen the last event is refused, and so sees first what somebody else did meanwhile; documents that
were added meanwhile refuse nobody.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from sqlalchemy.orm import Session

from hotline import audit
from hotline.cases import accused, case_events, moves, standing
from hotline.cases.case_events import CaseEvent
from hotline.cases.cases import Case
from hotline.cases.moves import MOVES, DeclineGround, Given, Manner, Move, ReplyOutcome
from hotline.cases.period_rules import PeriodRules
from hotline.cases.standing import Standing
from hotline.cases.units import Unit
from hotline.grants import Granted, may
from hotline.handling import case_access, move_periods
from hotline.handling.move_refusals import CannotMove
from hotline.refusals import Refused

LONGEST_TEXT = 4000
CHOICES = {
    Given.MANNER: tuple(Manner),
    Given.GROUND: tuple(DeclineGround),
    Given.OUTCOME: tuple(ReplyOutcome),
}


@dataclass(frozen=True)
class AskedMove:
    """What somebody wants to do: the move, what was last seen of the case, and what was entered."""

    move: Move
    seen: int
    entered: Mapping[Given, str] = field(default_factory=dict)


def make(
    session: Session, number: str, asked: AskedMove, user: Granted, now: datetime, rules: PeriodRules
) -> CaseEvent:
    """Make a move with a case that there is. Raises Refused, for the field that is wrong."""
    case = session.get_one(Case, number)
    session.refresh(case, with_for_update=True)  # it may have been read before somebody else's move
    events = case_events.of_case(session, number)
    before = _before(session, case, asked, user, events)
    facts = _checked(session, asked, rules)
    text = asked.entered.get(Given.TEXT, "").strip() if Given.TEXT in MOVES[asked.move].given else ""
    today = rules.day(now)
    if asked.move is Move.OBJECT:
        _ask_whether_in_time(events, today, rules)
    if asked.move is Move.EXTEND and before.period and before.period.due_on < today:
        raise Refused("", CannotMove.DAY_IS_PAST)
    if asked.move is Move.DISPATCH:
        if not accused.may_handle(session, str(facts["unit"]), case.accused_code):
            raise Refused(Given.UNIT, CannotMove.ACCUSED)
        facts |= move_periods.objection(today, rules)
    runs = move_periods.after(asked.move, before.period, events, facts, today, rules.lengths)
    event = case_events.add(session, case, asked.move, facts | standing.facts_of(runs), text, user.id, now)
    standing.write(case, standing.after(before, event))
    made = f"event {event.sequence}, sha256 {event.hash}"
    audit.note(session, now, user.id, "move case", f"case {number}", made)
    return event


def allowed(session: Session, case: Case, user: Granted) -> list[Move]:
    """The moves that a user may make with a case now, in the order of the table."""
    found = standing.of(case_events.of_case(session, case.number))
    if found is None:
        return []
    whose = case_access.subject(session, case)
    possible = moves.possible(found.state, found.objected, found.is_extendable)
    return [move for move in possible if may(user, MOVES[move].act, whose)]


def _before(
    session: Session, case: Case, asked: AskedMove, user: Granted, events: Sequence[CaseEvent]
) -> Standing:
    """How far the case is, where this move can be made by this user. Raises Refused."""
    rule = MOVES.get(asked.move)
    if rule is None or not may(user, rule.act, case_access.subject(session, case)):
        raise Refused("", CannotMove.NOT_YOURS)
    if asked.seen > case.events or any(each.move != Move.ADD_DOCUMENT for each in events[asked.seen :]):
        raise Refused("", CannotMove.MEANWHILE)
    before = standing.of(events)
    if before is None or asked.move not in moves.possible(
        before.state, before.objected, before.is_extendable
    ):
        raise Refused("", CannotMove.NOT_NOW)
    return before


def _checked(session: Session, asked: AskedMove, rules: PeriodRules) -> dict[str, str | int]:
    """What was entered, as facts of the event. Raises Refused for the first that is missing or wrong."""
    facts: dict[str, str | int] = {}
    for given in MOVES[asked.move].given:
        entered = asked.entered.get(given, "").strip()
        if given is Given.TEXT:
            _check_text(entered)
        elif given is Given.UNIT:
            facts["unit"] = _unit(session, entered)
        elif given is Given.ACCUSED:
            facts["accused"] = _accused(session, entered)
        elif given is Given.DAYS:
            facts["asked_days"] = _days(entered, rules.lengths.extension_days)
        elif entered in CHOICES[given]:
            facts[str(given)] = entered
        else:
            raise Refused(given, CannotMove.NO_CHOICE)
    return facts


def _check_text(entered: str) -> None:
    if not entered:
        raise Refused(Given.TEXT, CannotMove.NO_TEXT)
    if len(entered) > LONGEST_TEXT:
        raise Refused(Given.TEXT, CannotMove.TEXT_TOO_LONG, most=LONGEST_TEXT)


def _unit(session: Session, code: str) -> str:
    unit = session.get(Unit, code)
    if unit is None or not unit.active:
        raise Refused(Given.UNIT, CannotMove.NO_UNIT)
    return unit.code


def _accused(session: Session, code: str) -> str:
    """One that has ended may be accused as well."""
    if code and session.get(Unit, code) is None:
        raise Refused(Given.ACCUSED, CannotMove.NO_ACCUSED)
    return code


def _days(entered: str, most: int) -> int:
    days = int(entered) if entered.isascii() and entered.isdigit() and len(entered) < 4 else 0
    if not 1 <= days <= most:
        raise Refused(Given.DAYS, CannotMove.DAYS, most=most)
    return days


def _ask_whether_in_time(events: Sequence[CaseEvent], today: date, rules: PeriodRules) -> None:
    """Raises Refused where the time to object is over."""
    until = move_periods.objection_until(events)
    if today > until:
        days = rules.lengths.objection_working_days
        raise Refused("", CannotMove.TOO_LATE, days=days, until=until)
