"""Whose a case is: the clerk's who registered it, and the unit's that has it; for one case and for lists.

Nobody's of a unit that is accused in it.
"""

from dataclasses import dataclass

from sqlalchemy import ColumnElement, false, or_, true
from sqlalchemy.orm import Session

from hotline.cases import accused, units
from hotline.cases.cases import NOT_AT_A_UNIT, Case, is_of_units
from hotline.grants import By, Granted, Subject, may
from hotline.who_may import Act


@dataclass(frozen=True)
class _OneCase:
    session: Session
    case: Case

    def belongs_to(self, user_id: int) -> bool:
        return self.case.registered_by_id == user_id

    def lies_in(self, unit: str) -> bool:
        is_there = self.case.state not in NOT_AT_A_UNIT
        is_accused = accused.is_of(self.session, unit, self.case.accused_code)
        return is_there and not is_accused and units.is_in(self.session, self.case.unit_code, unit)


@dataclass(frozen=True)
class _In:
    """Any case of a unit."""

    unit: str

    def belongs_to(self, user_id: int) -> bool:
        return False

    def lies_in(self, unit: str) -> bool:
        return self.unit == unit


def subject(session: Session, case: Case) -> Subject:
    """What ``hotline.grants.may`` asks about a case."""
    return _OneCase(session, case)


def is_seen_by(session: Session, user: Granted) -> ColumnElement[bool]:
    """The condition for cases that a user may see."""
    if may(user, Act.SEE_CASES):
        return true()
    reached: list[ColumnElement[bool]] = [
        Case.state.not_in(NOT_AT_A_UNIT)
        & is_of_units(units.with_those_below(session, grant.unit))
        & accused.is_not_theirs(session, grant.unit)
        for grant in user.grants
        if grant.unit and may(user, Act.SEE_CASES, _In(grant.unit))
    ]
    if may(user, Act.SEE_CASES, By(user.id)):
        reached.append(Case.registered_by_id == user.id)
    return or_(false(), *reached)
