"""What a list changes in the units that are there: shown first, then done, each as an act of today."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from hotline.cases import unit_changes, units
from hotline.cases.unit_changes import Doing, UnitAct
from hotline.cases.units import Unit, UnitRow, UnitsError

MOST_ABOLISHED = 5


@dataclass(frozen=True)
class UnitChanges:
    """What a list would add, restore, change (as it is → as it will be) and abolish."""

    before: int
    """Units in force until now."""
    added: list[UnitRow]
    restored: list[UnitRow]
    changed: list[tuple[UnitRow, UnitRow]]
    abolished: list[UnitRow]
    without_zeros: list[str]
    """New codes that would be those of missing units with zeros before them."""

    @property
    def abolishes_many(self) -> bool:
        """More than a list loses in one revision: five units, or a tenth of them."""
        return len(self.abolished) > MOST_ABOLISHED or len(self.abolished) * 10 > self.before


def changes(session: Session, rows: Sequence[UnitRow]) -> UnitChanges:
    """What ``take`` would do with this list."""
    known = {unit.code: unit for unit in session.scalars(select(Unit))}
    now = {code: units.as_row(unit) for code, unit in known.items() if unit.active}
    then = {row.code: units.filled(row, known.get(row.code)) for row in rows}
    missing = [row for code, row in now.items() if code not in then]
    shortened = {row.code.lstrip("0") for row in missing if row.code.startswith("0")}
    return UnitChanges(
        before=len(now),
        added=[row for code, row in then.items() if code not in known],
        restored=[row for code, row in then.items() if code in known and code not in now],
        changed=[(now[code], row) for code, row in then.items() if code in now and now[code] != row],
        abolished=missing,
        without_zeros=sorted(shortened & (then.keys() - now.keys())),
    )


def take(session: Session, rows: Sequence[UnitRow], doing: Doing) -> int:
    """Make the list the one in force and return its length. Raises UnitsError.

    A unit that is missing in it is abolished as of the day, one that had ended before and stands in it is
    in force again. A new one is in force from the day, unless the list says from when; the first list of all
    says nothing of that.
    """
    units.lock(session)
    told = changes(session, rows)
    _check_days(rows, doing)
    for row in told.abolished:
        unit = session.get_one(Unit, row.code)
        unit.active, unit.ended_on, unit.successor_code = False, doing.day, None
        unit_changes.record(session, unit, UnitAct.ABOLISH, doing, unit.code)
    session.flush()
    count = units.replace_all(session, rows)
    session.flush()
    for was, row in told.changed:
        _record_change(session, was, row, doing)
    for row in told.restored:
        _restore(session, row, doing)
    if told.before or told.restored:
        for row in told.added:
            _add(session, row, doing)
    return count


def _check_days(rows: Sequence[UnitRow], doing: Doing) -> None:
    for row in rows:
        if row.began_on and row.began_on > doing.today:
            raise UnitsError(
                f"unit {row.code} is in force from {row.began_on} on, a day that is still to come: "
                "take it into the list then"
            )


def _record_change(session: Session, was: UnitRow, row: UnitRow, doing: Doing) -> None:
    unit = session.get_one(Unit, row.code)
    if was.name_zh != row.name_zh:
        unit_changes.record(session, unit, UnitAct.RENAME, doing, was.name_zh, row.name_zh)
    if was.parent != row.parent:
        unit_changes.record(session, unit, UnitAct.MOVE, doing, was.parent or "", row.parent or "")


def _restore(session: Session, row: UnitRow, doing: Doing) -> None:
    unit = session.get_one(Unit, row.code)
    unit_changes.record(session, unit, UnitAct.RESTORE, doing, unit.successor_code or "", unit.code)
    unit.ended_on, unit.successor_code = None, None


def _add(session: Session, row: UnitRow, doing: Doing) -> None:
    unit = session.get_one(Unit, row.code)
    unit.began_on = unit.began_on or doing.day
    unit_changes.record(session, unit, UnitAct.ADD, doing, "", unit.code)
