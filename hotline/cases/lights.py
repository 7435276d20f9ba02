"""The light of a case: of the period that runs, as a rule and as a condition."""

from datetime import date

from sqlalchemy import ColumnElement, and_

from hotline.cases import periods
from hotline.cases.cases import HAS_A_DUE_DAY, Case
from hotline.cases.periods import Light


def light_of(case: Case, today: date) -> Light | None:
    """None for a case of which nobody has to do anything by a day."""
    if case.due_on is None or case.yellow_on is None:
        return None
    return periods.light(case.yellow_on, case.due_on, today)


def has_light(light: Light, today: date) -> ColumnElement[bool]:
    """The condition for cases with this light."""
    conditions = {
        Light.RED: Case.due_on < today,
        Light.YELLOW: and_(Case.due_on >= today, Case.yellow_on <= today),
        Light.GREEN: and_(Case.due_on >= today, Case.yellow_on > today),
    }
    return and_(HAS_A_DUE_DAY, conditions[light])
