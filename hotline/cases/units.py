"""The responsible units (责任单位): a tree, imported from a file (``hotline.cases.unit_list``).

A unit that has ended keeps its row and its cases; its successor answers for them (``answering``).
"""

import dataclasses
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, String, func, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from hotline.mapping import Base


class UnitLevel(StrEnum):
    """Where in the administration a unit stands."""

    CITY = "city"
    COUNTY = "county"
    """A county, district or banner, or a zone that is led like one."""
    TOWNSHIP = "township"
    SUBDISTRICT = "subdistrict"


class UnitKind(StrEnum):
    """What a unit is there for."""

    GOVERNMENT = "government"
    """It leads an area: a government, a zone's committee, a subdistrict's office."""
    DEPARTMENT = "department"
    """It has one field of work: a bureau, a service centre, a public company."""


class Unit(Base):
    """One unit. ``aliases`` are further names people use for it, separated by ``;``.

    ``level`` and ``kind`` are empty where no list has said them, ``began_on`` where nobody has noted the day.
    ``ended_on`` is the first day on which it is not in force any more.
    """

    __tablename__ = "units"

    code: Mapped[str] = mapped_column(String(20), primary_key=True)
    parent_code: Mapped[str | None] = mapped_column(ForeignKey("units.code"), index=True)
    name_zh: Mapped[str] = mapped_column(String(100))
    name_en: Mapped[str] = mapped_column(String(200), default="")
    aliases: Mapped[str] = mapped_column(String(500), default="")
    active: Mapped[bool] = mapped_column(default=True)
    level: Mapped[str] = mapped_column(String(12), default="", server_default="")
    kind: Mapped[str] = mapped_column(String(12), default="", server_default="")
    began_on: Mapped[date | None]
    ended_on: Mapped[date | None]
    successor_code: Mapped[str | None] = mapped_column(ForeignKey("units.code"), index=True)


class UnitsError(Exception):
    """The list cannot be imported; the message names the line and what to do."""


@dataclass(frozen=True)
class UnitRow:
    """One line of the list; ``parent`` is None at the top.

    What follows the name is None where the list does not say it: it stays as it is.
    """

    code: str
    parent: str | None
    name_zh: str
    name_en: str | None = None
    aliases: str | None = None
    level: str | None = None
    kind: str | None = None
    began_on: date | None = None


def replace_all(session: Session, rows: Iterable[UnitRow]) -> int:
    """Make the list the one in force and return its length; parents stand before their children.

    For a database without units. What a list changes in another is done by ``unit_import.take``.
    """
    known = {unit.code: unit for unit in session.scalars(select(Unit))}
    session.execute(update(Unit).values(active=False))
    count = 0
    for row in rows:
        full = filled(row, known.get(row.code))
        values = {name: getattr(full, name) for name in ("name_zh", *FILLED)}
        session.merge(Unit(code=full.code, parent_code=full.parent, active=True, **values))
        count += 1
    return count


FILLED = ("name_en", "aliases", "level", "kind", "began_on")
"""What a list need not say."""


def as_row(unit: Unit) -> UnitRow:
    """A unit as a list would say it."""
    return UnitRow(unit.code, unit.parent_code, unit.name_zh, *(getattr(unit, name) for name in FILLED))


def filled(row: UnitRow, unit: Unit | None) -> UnitRow:
    """With what the list does not say as it is."""
    known = as_row(unit) if unit else UnitRow("", None, "", "", "", "", "")
    unsaid: dict[str, Any] = {name: getattr(known, name) for name in FILLED if getattr(row, name) is None}
    return dataclasses.replace(row, **unsaid)


def lock(session: Session) -> None:
    """Nobody else changes units until this transaction ends; SQLite has one writer at a time anyway."""
    session.execute(select(Unit.code).order_by(Unit.code).with_for_update()).all()


def in_force(session: Session) -> int:
    """How many units are in force and can be chosen. Without any nobody can register a case."""
    return session.scalar(select(func.count()).where(Unit.active)) or 0


def choosable(session: Session) -> list[Unit]:
    """The units that can be chosen, by their codes."""
    return list(session.scalars(select(Unit).where(Unit.active).order_by(Unit.code)))


def all_there_were(session: Session) -> list[Unit]:
    """All units, also those that have ended, by their codes."""
    return list(session.scalars(select(Unit).order_by(Unit.code)))


def with_those_below(session: Session, code: str) -> list[str]:
    """A unit, all below it, and all whose cases have come to one of these since they ended."""
    to_it: dict[str | None, list[str]] = {}
    for each, parent, successor in session.execute(select(Unit.code, Unit.parent_code, Unit.successor_code)):
        to_it.setdefault(parent, []).append(each)
        to_it.setdefault(successor, []).append(each)
    found, to_see = {code: None}, [code]
    while to_see:
        nearer = [each for each in to_it.get(to_see.pop(), []) if each not in found]
        found |= dict.fromkeys(nearer)
        to_see += nearer
    return list(found)


def of_codes(session: Session, codes: Collection[str | None]) -> Sequence[Unit]:
    """The units with these codes, as far as there are any."""
    return session.scalars(select(Unit).where(Unit.code.in_([code for code in codes if code]))).all()


def is_in(session: Session, code: str, top: str) -> bool:
    """Whether a unit is this one or below it, or has one of these for its successor."""
    return top in with_those_above(session, code)


def with_those_above(session: Session, code: str) -> list[str]:
    """A unit, all above it, and all to which the cases of one of these have come since it ended."""
    found, to_see = dict[str, None](), [code]
    while to_see:
        unit = session.get(Unit, to_see.pop())
        if unit is None or unit.code in found:
            continue  # a list is refused that goes in a circle; a row put in by hand is not
        found[unit.code] = None
        to_see += filter(None, (unit.parent_code, unit.successor_code))
    return list(found)


def answering(session: Session, code: str) -> Unit | None:
    """The unit that answers now for what this one was given: itself, or the last of its successors.

    None where it has ended without one.
    """
    seen = set[str]()
    unit = session.get(Unit, code)
    while unit is not None and not unit.active and unit.code not in seen:
        seen.add(unit.code)
        unit = session.get(Unit, unit.successor_code) if unit.successor_code else None
    return unit if unit is not None and unit.active else None


def code_of(session: Session, name: str) -> str | None:
    """The code of the one unit that has exactly this name, in either language; None for none or several."""
    named = select(Unit.code).where((Unit.name_zh == name) | (Unit.name_en == name)).limit(2)
    codes = session.scalars(named).all()
    return codes[0] if len(codes) == 1 else None
