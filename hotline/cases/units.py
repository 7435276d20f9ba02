"""The responsible units (责任单位): a tree, imported from a file (``hotline.cases.unit_list``)."""

import dataclasses
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import ForeignKey, String, func, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from hotline.mapping import Base

MOST_REMOVED = 5


class Unit(Base):
    """One unit. ``aliases`` are further names people use for it, separated by ``;``."""

    __tablename__ = "units"

    code: Mapped[str] = mapped_column(String(20), primary_key=True)
    parent_code: Mapped[str | None] = mapped_column(ForeignKey("units.code"), index=True)
    name_zh: Mapped[str] = mapped_column(String(100))
    name_en: Mapped[str] = mapped_column(String(200), default="")
    aliases: Mapped[str] = mapped_column(String(500), default="")
    active: Mapped[bool] = mapped_column(default=True)


class UnitsError(Exception):
    """The list cannot be imported; the message names the line and what to do."""


@dataclass(frozen=True)
class UnitRow:
    """One line of the list; ``parent`` is None at the top.

    ``name_en`` and ``aliases`` are None where the list has no such column: they stay as they are.
    """

    code: str
    parent: str | None
    name_zh: str
    name_en: str | None = None
    aliases: str | None = None


@dataclass(frozen=True)
class UnitChanges:
    """What a list would change: the units it adds, changes (as they are → as they will be) and removes."""

    before: int
    """Units in force until now."""
    added: list[UnitRow]
    changed: list[tuple[UnitRow, UnitRow]]
    removed: list[UnitRow]
    without_zeros: list[str]
    """New codes that would be those of removed units with zeros before them."""

    @property
    def removes_many(self) -> bool:
        """More than a list loses in one revision: five units, or a tenth of them."""
        return len(self.removed) > MOST_REMOVED or len(self.removed) * 10 > self.before


def changes(session: Session, rows: Sequence[UnitRow]) -> UnitChanges:
    """What ``replace_all`` would do with this list."""
    known = {unit.code: unit for unit in session.scalars(select(Unit))}
    now = {code: _as_row(unit) for code, unit in known.items() if unit.active}
    then = {row.code: _filled(row, known.get(row.code)) for row in rows}
    removed = [row for code, row in now.items() if code not in then]
    shortened = {row.code.lstrip("0") for row in removed if row.code.startswith("0")}
    return UnitChanges(
        before=len(now),
        added=[row for code, row in then.items() if code not in now],
        changed=[(now[code], row) for code, row in then.items() if code in now and now[code] != row],
        removed=removed,
        without_zeros=sorted(shortened & (then.keys() - now.keys())),
    )


def replace_all(session: Session, rows: Iterable[UnitRow]) -> int:
    """Make the list the one in force and return its length; parents stand before their children.

    Units that are no longer listed stay for the cases that name them, but can't be chosen any more.
    """
    known = {unit.code: unit for unit in session.scalars(select(Unit))}
    session.execute(update(Unit).values(active=False))
    count = 0
    for row in rows:
        full = _filled(row, known.get(row.code))
        values = {"name_zh": full.name_zh, "name_en": full.name_en, "aliases": full.aliases}
        session.merge(Unit(code=full.code, parent_code=full.parent, active=True, **values))
        count += 1
    return count


def _as_row(unit: Unit) -> UnitRow:
    return UnitRow(unit.code, unit.parent_code, unit.name_zh, unit.name_en, unit.aliases)


def _filled(row: UnitRow, unit: Unit | None) -> UnitRow:
    """With what the list does not say as it is."""
    name_en = row.name_en if row.name_en is not None else unit.name_en if unit else ""
    aliases = row.aliases if row.aliases is not None else unit.aliases if unit else ""
    return dataclasses.replace(row, name_en=name_en, aliases=aliases)


def in_force(session: Session) -> int:
    """How many units can be chosen. Without any nobody can register a case."""
    return session.scalar(select(func.count()).where(Unit.active)) or 0


def choosable(session: Session) -> list[Unit]:
    """The units that can be chosen, by their codes."""
    return list(session.scalars(select(Unit).where(Unit.active).order_by(Unit.code)))


def with_those_below(session: Session, code: str) -> list[str]:
    """A unit and all below it, also those that can't be chosen any more: cases name them."""
    below: dict[str | None, list[str]] = {}
    for each, parent in session.execute(select(Unit.code, Unit.parent_code)):
        below.setdefault(parent, []).append(each)
    found, to_see = [code], [code]
    while to_see:
        children = below.get(to_see.pop(), [])
        found += children
        to_see += children
    return found


def of_codes(session: Session, codes: Collection[str | None]) -> Sequence[Unit]:
    """The units with these codes, as far as there are any."""
    return session.scalars(select(Unit).where(Unit.code.in_([code for code in codes if code]))).all()


def is_in(session: Session, code: str, top: str) -> bool:
    """Whether a unit is this one or below it."""
    seen: set[str] = set()
    unit = session.get(Unit, code)
    while unit is not None and unit.code not in seen:
        if unit.code == top:
            return True
        seen.add(unit.code)  # a list is refused that goes in a circle; a row put in by hand is not
        unit = session.get(Unit, unit.parent_code) if unit.parent_code else None
    return False


def code_of(session: Session, name: str) -> str | None:
    """The code of the one unit that has exactly this name, in either language; None for none or several."""
    named = select(Unit.code).where((Unit.name_zh == name) | (Unit.name_en == name)).limit(2)
    codes = session.scalars(named).all()
    return codes[0] if len(codes) == 1 else None
