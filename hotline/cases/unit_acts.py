"""Renaming, merging and abolishing a unit: acts with a date (``hotline.cases.unit_changes``).

Cases keep the unit they were given. Each act asks its ``check_…`` first; a page does before it asks the user.
"""

from sqlalchemy import select
from sqlalchemy.orm import Session

from hotline import audit
from hotline.cases import unit_changes, units
from hotline.cases.unit_changes import Doing, UnitAct
from hotline.cases.unit_refusals import CannotChangeUnit
from hotline.cases.units import Unit
from hotline.refusals import Refused

LONGEST = {"name": 100, "name_en": 200}


def check_rename(session: Session, code: str, name: str, name_en: str | None, doing: Doing) -> Unit:
    """The unit that can be renamed. Raises Refused."""
    unit = _in_force(session, code)
    if not name:
        raise Refused("name", CannotChangeUnit.NO_NAME)
    for field, text in (("name", name), ("name_en", name_en or "")):
        if len(text) > LONGEST[field]:
            raise Refused(field, CannotChangeUnit.NAME_TOO_LONG, most=LONGEST[field])
    if name == unit.name_zh and name_en in (None, unit.name_en):
        raise Refused("name", CannotChangeUnit.SAME_NAME)
    namesake = select(Unit.code).where(Unit.active, Unit.name_zh == name, Unit.code != code)
    if taken := session.scalar(namesake.limit(1)):
        raise Refused("name", CannotChangeUnit.NAME_TAKEN, code=taken)
    _check_day(session, unit, doing)
    return unit


def rename(session: Session, code: str, name: str, name_en: str | None, doing: Doing) -> Unit:
    """Give a unit another name from a day on; what it was called before is found by it as well."""
    units.lock(session)
    unit = check_rename(session, code, name, name_en, doing)
    before, after = unit.name_zh, name
    if name != before:
        unit.name_zh, unit.aliases = name, _with_alias(unit.aliases, before, name)
    else:
        before, after = unit.name_en, name_en or ""
    if name_en is not None:
        unit.name_en = name_en
    unit_changes.record(session, unit, UnitAct.RENAME, doing, before, after)
    detail = f"{before} → {after}, as of {doing.day.isoformat()}"
    audit.note(session, doing.now, doing.by_id, "rename unit", f"unit {code}", detail)
    return unit


def check_merge(session: Session, code: str, into: str, doing: Doing) -> tuple[Unit, Unit]:
    """The unit that can be merged, and its successor. Raises Refused."""
    unit = _in_force(session, code)
    successor = session.get(Unit, into)
    if successor is None:
        raise Refused("into", CannotChangeUnit.NO_SUCCESSOR)
    if successor is unit:
        raise Refused("into", CannotChangeUnit.INTO_ITSELF)
    if not successor.active:
        raise Refused("into", CannotChangeUnit.INTO_ENDED)
    if units.is_in(session, into, code):
        raise Refused("into", CannotChangeUnit.INTO_ONE_BELOW)
    for each in (unit, *below(session, code)):  # those below get another above them, as of that day
        _check_day(session, each, doing)
    if successor.began_on and doing.day < successor.began_on:
        raise Refused("day", CannotChangeUnit.SUCCESSOR_LATER, day=successor.began_on.isoformat())
    return unit, successor


def merge(session: Session, code: str, into: str, doing: Doing) -> Unit:
    """A unit ends, its successor answers for its cases, and what stood below it stands below that one."""
    units.lock(session)
    unit, successor = check_merge(session, code, into, doing)
    for each in below(session, code):
        unit_changes.record(session, each, UnitAct.MOVE, doing, code, into)
        each.parent_code = into
    unit_changes.record(session, unit, UnitAct.MERGE, doing, code, into)
    _end(unit, doing, successor.code)
    detail = f"into unit {into}, as of {doing.day.isoformat()}"
    audit.note(session, doing.now, doing.by_id, "merge unit", f"unit {code}", detail)
    return unit


def check_abolish(session: Session, code: str, doing: Doing) -> Unit:
    """The unit that can be abolished. Raises Refused."""
    unit = _in_force(session, code)
    if below(session, code):
        raise Refused("", CannotChangeUnit.UNITS_BELOW)
    if units.in_force(session) == 1:
        raise Refused("", CannotChangeUnit.THE_LAST)
    _check_day(session, unit, doing)
    return unit


def abolish(session: Session, code: str, doing: Doing) -> Unit:
    """A unit ends without a successor; the office sends its open cases to others."""
    units.lock(session)
    unit = check_abolish(session, code, doing)
    unit_changes.record(session, unit, UnitAct.ABOLISH, doing, code)
    _end(unit, doing, None)
    detail = f"as of {doing.day.isoformat()}"
    audit.note(session, doing.now, doing.by_id, "abolish unit", f"unit {code}", detail)
    return unit


def below(session: Session, code: str) -> list[Unit]:
    """The units in force right below one."""
    return list(
        session.scalars(select(Unit).where(Unit.active, Unit.parent_code == code).order_by(Unit.code))
    )


def _in_force(session: Session, code: str) -> Unit:
    unit = session.get(Unit, code)
    if unit is None:
        raise Refused("", CannotChangeUnit.NO_UNIT)
    if not unit.active:
        raise Refused("", CannotChangeUnit.ENDED)
    return unit


def _check_day(session: Session, unit: Unit, doing: Doing) -> None:
    if doing.day > doing.today:
        raise Refused("day", CannotChangeUnit.IN_THE_FUTURE)
    if unit.began_on and doing.day < unit.began_on:
        raise Refused("day", CannotChangeUnit.BEFORE_IT_BEGAN, day=unit.began_on.isoformat())
    last = unit_changes.last_day(session, unit.code)
    if last and doing.day < last:
        raise Refused("day", CannotChangeUnit.BEFORE_ITS_LAST, day=last.isoformat())


def _end(unit: Unit, doing: Doing, successor: str | None) -> None:
    unit.active, unit.ended_on, unit.successor_code = False, doing.day, successor


def _with_alias(aliases: str, former: str, name: str) -> str:
    """With the former name, as far as there is room: people go on using it."""
    known = [each for each in aliases.split(";") if each and each not in (former, name)]
    longer = ";".join([*known, former])
    return longer if len(longer) <= 500 else aliases
