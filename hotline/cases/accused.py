"""The unit that is accused (被检举、控告的单位): neither it nor anybody of it may learn of the case.

信访工作条例 (2022), Article 30: what somebody reports or accuses, and all about it, is not let out or handed
to whom or what it is about.
"""

from sqlalchemy import ColumnElement, or_
from sqlalchemy.orm import Session

from hotline.cases import unit_following, units
from hotline.cases.cases import Case


def is_of(session: Session, unit: str, accused: str | None) -> bool:
    """Whether the people of a unit are those of the accused one."""
    return bool(accused) and accused in _theirs(session, unit)


def is_not_theirs(session: Session, unit: str) -> ColumnElement[bool]:
    """The condition for cases in which the people of this unit are not the accused ones."""
    return or_(Case.accused_code.is_(None), Case.accused_code.not_in(_theirs(session, unit)))


def may_handle(session: Session, unit: str, accused: str | None) -> bool:
    """Whether a case may go to a unit: not to the accused one, nor to one below or above it."""
    if not accused:
        return True
    return not is_of(session, unit, accused) and unit not in units.with_those_above(session, accused)


def _theirs(session: Session, unit: str) -> list[str]:
    """The unit, those above it, and those that ended and whose people came to one of these."""
    above = units.with_those_above(session, unit)
    return [each for one in above for each in unit_following.in_care(session, one)]
