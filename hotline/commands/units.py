"""``hotline units``: the list of responsible units."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import click
from sqlalchemy import select

from hotline import audit, database
from hotline.cases import unit_list, unit_tables, units
from hotline.cases.units import Unit, UnitChanges, UnitRow, UnitsError

MOST_SHOWN = 20
"""Units of each kind that are named one by one, unless all are asked for."""


@click.group("units")
def group() -> None:
    """The units that handle cases."""


@group.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--dry-run", is_flag=True, help="Show what would change, every unit of it, and change nothing.")
@click.option("--yes", is_flag=True, help="Do it, even where it removes many units.")
def import_units(file: Path, dry_run: bool, yes: bool) -> None:
    """Make a file the list in force: CSV of any usual kind or an Excel workbook (.xlsx), with a heading line.

    \b
    code      编码      a unit's number, 1 to 20 letters or digits
    parent    上级编码  the code of the unit above it, empty at the top
    name_zh   中文名    its name
    name_en   英文名    its English name (may be left out: those there are stay)
    aliases   别名      what else people call it, with ; between (the same)

    What changes is shown first, and the list is taken as a whole or not at all. One that removes more than
    five units, or a tenth of them, is refused without --yes. Units that are no longer listed stay for the
    cases that name them, but can't be chosen any more.
    """
    try:
        with file.open("rb") as content:
            rows = unit_list.read(content.read(unit_tables.MOST_BYTES + 1))
        db = database.current()
        with db.reading() if dry_run else db.writing() as session:
            changes = units.changes(session, rows)
            for sentence in _told(changes, len(rows) if dry_run else MOST_SHOWN):
                click.echo(sentence)
            if dry_run:
                click.echo("Nothing was changed.")
                return
            if not yes:
                _refuse_a_mistake(changes)
            count = units.replace_all(session, rows)
            detail = f"{count} units: {_counted(changes)}"
            audit.note(session, datetime.now(UTC), None, "import units", file.name, detail)
    except UnitsError as error:
        raise click.ClickException(f"{file.name}: {error}; nothing was changed") from None
    click.echo(f"{count} units are in force.")


def _counted(changes: UnitChanges) -> str:
    return f"{len(changes.added)} added, {len(changes.changed)} changed, {len(changes.removed)} removed"


def _refuse_a_mistake(changes: UnitChanges) -> None:
    """Raises UnitsError for what hardly anybody means."""
    if changes.without_zeros:
        [code, *_] = changes.without_zeros
        raise UnitsError(
            f"{len(changes.without_zeros)} codes have lost the zeros at their beginning, {code} for one. "
            "Excel takes them away: format the column of codes as text before the list is opened or typed; "
            "or give --yes if they are meant"
        )
    if changes.removes_many:
        raise UnitsError(
            f"the list removes {len(changes.removed)} of {changes.before} units, which then can't be chosen "
            "any more: is it whole? Give --yes if this is meant"
        )


def _told(changes: UnitChanges, most: int) -> Iterator[str]:
    """What a list changes, line by line: sums first."""
    yield f"{_counted(changes)}."
    for name, rows in (("added", changes.added), ("removed", changes.removed)):
        yield from _some([f"{name:<10}{row.code:<12}{row.name_zh}" for row in rows], most)
    yield from _some(
        [f"changed   {was.code:<12}{_difference(was, row)}" for was, row in changes.changed], most
    )


def _some(sentences: list[str], most: int) -> Iterator[str]:
    yield from sentences[:most]
    if len(sentences) > most:
        yield f"          … and {len(sentences) - most} more; --dry-run shows all"


def _difference(was: UnitRow, row: UnitRow) -> str:
    """What is said differently of one unit."""
    names = ("parent", "name_zh", "name_en", "aliases")
    pairs = ((name, getattr(was, name) or "–", getattr(row, name) or "–") for name in names)
    return "; ".join(f"{name}: {before} → {after}" for name, before, after in pairs if before != after)


@group.command("list")
def list_units() -> None:
    """List the units in force."""
    with database.current().reading() as session:
        for unit in session.scalars(select(Unit).where(Unit.active).order_by(Unit.code)):
            click.echo(f"{unit.code:<12}{unit.name_zh}  {unit.name_en}")
