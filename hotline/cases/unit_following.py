"""What follows when a unit ends: whose cases come to another, and who stays with an account of it."""

from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from hotline.cases import unit_acts
from hotline.cases.cases import Case, CaseState, is_of_units
from hotline.cases.units import Unit

OVER = (CaseState.NOT_ACCEPTED, CaseState.CLOSED, CaseState.WITHDRAWN)
"""States of cases that no unit has anything to do with any more."""


@dataclass(frozen=True)
class Following:
    """``open_cases``: those it answers for; ``below``: the units in force right below it."""

    open_cases: int
    below: list[Unit]


def following(session: Session, code: str) -> Following:
    """What comes to the successor, or stays without a unit."""
    return Following(open_cases(session, code), unit_acts.below(session, code))


def open_cases(session: Session, code: str) -> int:
    """How many cases a unit answers for that are not over, those of its predecessors among them."""
    of_it = is_of_units(in_care(session, code))
    done = (CaseState.CLOSED, CaseState.WITHDRAWN)  # what was not accepted, the office has still to close
    return session.scalar(select(func.count()).where(of_it, Case.state.not_in(done))) or 0


def in_care(session: Session, code: str) -> list[str]:
    """A unit and all whose successor it is, in however many steps."""
    found = [code]
    for each in found:
        before = session.scalars(select(Unit.code).where(Unit.successor_code == each).order_by(Unit.code))
        found += [one for one in before if one not in found]
    return found
