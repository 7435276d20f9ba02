"""The responsible units (责任单位): a tree, imported from a CSV file."""

import csv
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

from sqlalchemy import ForeignKey, String, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from hotline.mapping import Base

SAMPLE = Path(__file__).parents[1] / "data" / "sample_units.csv"
COLUMNS = ("code", "parent", "name_zh", "name_en", "aliases")


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
class Row:
    """One line of the list; ``parent`` is None at the top."""

    code: str
    parent: str | None
    name_zh: str
    name_en: str
    aliases: str


def read(file: TextIO) -> list[Row]:
    """The rows of a CSV file with a heading line, parents before children. Raises UnitsError."""
    reader = csv.DictReader(file)
    missing = [name for name in COLUMNS[:3] if name not in (reader.fieldnames or ())]
    if missing:
        raise UnitsError(f"the first line must name the columns {', '.join(COLUMNS)}; missing: {missing[0]}")
    rows: dict[str, Row] = {}
    for line, record in enumerate(reader, start=2):
        row = _row({name: (record.get(name) or "").strip() for name in COLUMNS})
        if not row.code.isalnum() or len(row.code) > 20 or not row.name_zh:
            raise UnitsError(
                f"line {line}: code must be 1 to 20 letters or digits, name_zh must not be empty"
            )
        if row.code in rows:
            raise UnitsError(f"line {line}: the code {row.code} stands there twice; give each unit its own")
        rows[row.code] = row
    return list(_parents_first(rows))


def _row(record: dict[str, str]) -> Row:
    return Row(
        code=record["code"],
        parent=record["parent"] or None,
        name_zh=record["name_zh"][:100],
        name_en=record["name_en"][:200],
        aliases=record["aliases"][:500],
    )


def _parents_first(rows: dict[str, Row]) -> Iterator[Row]:
    placed: set[str] = set()
    waiting = list(rows.values())
    while waiting:
        ready = [row for row in waiting if row.parent is None or row.parent in placed]
        if not ready:
            raise UnitsError(f"unit {waiting[0].code}: its parent {waiting[0].parent} is not in the list")
        yield from ready
        placed.update(row.code for row in ready)
        waiting = [row for row in waiting if row.code not in placed]


def replace_all(session: Session, rows: Iterable[Row]) -> int:
    """Make the list the one in force and return its length.

    Units that are no longer listed stay for the cases that name them, but can't be chosen any more.
    """
    session.execute(update(Unit).values(active=False))
    count = 0
    for row in rows:
        unit = Unit(code=row.code, parent_code=row.parent, name_zh=row.name_zh, name_en=row.name_en)
        unit.aliases, unit.active = row.aliases, True
        session.merge(unit)
        count += 1
    return count


def ensure_sample(session: Session) -> None:
    """Load the sample list into a database that has no units yet."""
    if session.scalars(select(Unit.code).limit(1)).first() is None:
        with SAMPLE.open(encoding="utf-8") as file:
            replace_all(session, read(file))
