"""The register: cases by state, light, unit, category, channel, day and words, in pages or all for a file.

``seen`` is the condition for those that its reader may see (``hotline.handling.case_access``).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, Select, func, select, tuple_
from sqlalchemy.orm import Session

from hotline.cases import lights, units
from hotline.cases.cases import HAS_A_DUE_DAY, IS_BY_HAND, Case, CaseState, Category, is_of_units
from hotline.cases.origins import BY_HAND, Origin
from hotline.cases.periods import Light
from hotline.cases.units import Unit
from hotline.people import User
from hotline.registration import case_search

Condition = ColumnElement[bool]
CASES_A_PAGE = 50


@dataclass(frozen=True)
class CaseFilter:
    """Cases that were registered from ``begin`` until before ``end``; None and empty: any.

    ``unit``: its code; the units below it are meant as well. ``by_due``: those of which somebody has to do
    something by a day, by that day; else the newest first.
    ``after``: the last case of the page before.
    """

    state: CaseState | None = None
    light: Light | None = None
    unit: str = ""
    category: Category | None = None
    channel: Origin | None = None
    begin: datetime | None = None
    end: datetime | None = None
    search: str = ""
    by_due: bool = False
    after: str = ""


@dataclass(frozen=True)
class ListedCase:
    """A case as the register shows it. ``registrar``: the full name of who registered it."""

    case: Case
    unit: Unit | None
    registrar: str
    light: Light | None


def page(
    session: Session, wanted: CaseFilter, seen: Condition, today: date, most: int = CASES_A_PAGE
) -> tuple[Sequence[ListedCase], bool]:
    """One page of the register, and whether another follows."""
    found = list(_listed(session, _query(session, wanted, seen, today).limit(most + 1), today))
    return found[:most], len(found) > most


def every(session: Session, wanted: CaseFilter, seen: Condition, today: date) -> Iterator[ListedCase]:
    """All that the filters leave, for a file; read while they are written."""
    return _listed(session, _query(session, wanted, seen, today).execution_options(yield_per=1000), today)


def count(session: Session, wanted: CaseFilter, seen: Condition, today: date) -> int:
    """How many there are on all pages."""
    query = select(func.count()).select_from(Case).where(seen, *_conditions(session, wanted, today))
    return session.scalar(query) or 0


def count_by_light(session: Session, seen: Condition, today: date) -> dict[Light, int]:
    """How many cases have which light now."""
    counts = [func.count().filter(lights.has_light(light, today)) for light in Light]
    found = session.execute(select(*counts).select_from(Case).where(seen, HAS_A_DUE_DAY)).one()
    return dict(zip(Light, found, strict=True))


def _query(session: Session, wanted: CaseFilter, seen: Condition, today: date) -> Select[Case, Unit, str]:
    query = (
        select(Case, Unit, User.full_name)
        .outerjoin(Unit, Unit.code == Case.unit_code)
        .join(User, User.id == Case.registered_by_id)
        .where(seen, *_conditions(session, wanted, today))
    )
    after = select(Case).where(seen, Case.number == wanted.after)
    last = session.scalars(after).first() if wanted.after else None
    if wanted.by_due:
        place = tuple_(Case.due_on, Case.number)
        query = query.order_by(Case.due_on, Case.number)
        return query.where(place > tuple_(last.due_on, last.number)) if last and last.due_on else query
    place = tuple_(Case.registered_at, Case.number)
    query = query.order_by(Case.registered_at.desc(), Case.number.desc())
    return query.where(place < tuple_(last.registered_at, last.number)) if last else query


def _conditions(session: Session, wanted: CaseFilter, today: date) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if wanted.state:
        found.append(Case.state == wanted.state)
    if wanted.light:
        found.append(lights.has_light(wanted.light, today))
    if wanted.by_due:
        found.append(HAS_A_DUE_DAY)
    if wanted.unit:
        found.append(is_of_units(units.with_those_below(session, wanted.unit)))
    if wanted.category:
        found.append(Case.category == wanted.category)
    if wanted.channel:
        found.append(Case.origin == wanted.channel)
        found += [IS_BY_HAND] if wanted.channel in BY_HAND else []
    if wanted.begin:
        found.append(Case.registered_at >= wanted.begin)
    if wanted.end:
        found.append(Case.registered_at < wanted.end)
    if search := wanted.search.strip():
        found.append(Case.number.in_(case_search.matching(search)))
    return found


def _listed(session: Session, query: Select[Case, Unit, str], today: date) -> Iterator[ListedCase]:
    for case, unit, registrar in session.execute(query):
        yield ListedCase(case, unit, registrar, lights.light_of(case, today))
