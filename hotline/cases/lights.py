"""The light of a case: of one that somebody still has to conclude, as a rule and as a condition."""

from datetime import date

from sqlalchemy import ColumnElement, and_

from hotline.cases import deadlines
from hotline.cases.cases import HAS_TO_BE_CONCLUDED, TO_CONCLUDE, Case
from hotline.cases.deadlines import Light


def light_of(case: Case, today: date) -> Light | None:
    """None for one that is replied to, closed or withdrawn, or has no day."""
    if case.due_on is None or case.state not in TO_CONCLUDE:
        return None
    return deadlines.light(case.due_on, today)


def is_to_conclude() -> ColumnElement[bool]:
    """The condition for cases that have a light."""
    return and_(HAS_TO_BE_CONCLUDED, Case.due_on.is_not(None))


def has_light(light: Light, today: date) -> ColumnElement[bool]:
    """The condition for cases with this light."""
    first, after = deadlines.due_days(light, today)
    days = [Case.due_on >= first] if first else []
    return and_(is_to_conclude(), *days, *([Case.due_on < after] if after else []))
