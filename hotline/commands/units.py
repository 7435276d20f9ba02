"""``hotline units``: the list of responsible units, and what becomes of each."""

import json
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path

import click

from hotline import audit, database
from hotline.cases import unit_import, unit_list, unit_tables, units
from hotline.cases.unit_import import UnitChanges
from hotline.cases.units import UnitRow, UnitsError
from hotline.commands import unit_acts
from hotline.commands.unit_acts import as_of

MOST_SHOWN = 20
"""Units of each kind that are named one by one, unless all are asked for."""


@click.group("units")
def group() -> None:
    """The units that handle cases."""


for command in (unit_acts.rename, unit_acts.merge, unit_acts.abolish, unit_acts.list_units):
    group.add_command(command)


@group.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--dry-run", is_flag=True, help="Show what would change, every unit of it, and change nothing.")
@click.option("--yes", is_flag=True, help="Do it, even where it abolishes many units.")
@click.option("--json", "as_json", is_flag=True, help="What changes, whole, as one object, for programs.")
def import_units(file: Path, dry_run: bool, yes: bool, as_json: bool) -> None:
    """Make a file the list in force: CSV of any usual kind or an Excel workbook (.xlsx), with a heading line.

    \b
    code      编码      a unit's number, 1 to 20 letters or digits
    parent    上级编码  the code of the unit above it, empty at the top
    name_zh   中文名    its name
    name_en   英文名    its English name (may be left out: those there are stay)
    aliases   别名      what else people call it, with ; between (the same)
    level     级别      city, county, township or subdistrict; 市级, 县级, 乡镇, 街道 (the same)
    kind      类别      government or department; 政府, 部门 (the same)
    from      启用日期  the day from which it is in force (the same)

    What changes is shown first, and the list is taken as a whole or not at all. A unit that is missing in it
    is abolished as of today and stays for the cases that name it; who has a successor is merged before, with
    hotline units merge. A list that abolishes more than five units, or a tenth, is refused without --yes.
    """
    try:
        with file.open("rb") as content:
            rows = unit_list.read(content.read(unit_tables.MOST_BYTES + 1))
        db = database.current()
        with db.reading() if dry_run else db.writing() as session:
            changes = unit_import.changes(session, rows)
            if not as_json:
                click.echo("\n".join(_told(changes, len(rows) + changes.before if dry_run else MOST_SHOWN)))
            if not dry_run:
                if not yes:
                    _refuse_a_mistake(changes)
                doing = as_of(None)
                count = unit_import.take(session, rows, doing)
                detail = f"{count} units: {_counted(changes)}"
                audit.note(session, doing.now, None, "import units", file.name, detail)
            in_force = units.in_force(session)
    except UnitsError as error:
        raise click.ClickException(f"{file.name}: {error}; nothing was changed") from None
    if as_json:
        click.echo(
            json.dumps(_as_object(changes, in_force, dry_run), ensure_ascii=False, indent=2, default=str)
        )
    else:
        click.echo("Nothing was changed." if dry_run else f"{in_force} units are in force.")


def _as_object(changes: UnitChanges, in_force: int, dry_run: bool) -> dict[str, object]:
    changed = [{"before": asdict(was), "after": asdict(row)} for was, row in changes.changed]
    kinds = {"added": changes.added, "restored": changes.restored, "abolished": changes.abolished}
    told = {name: [asdict(row) for row in rows] for name, rows in kinds.items()}
    return {**told, "changed": changed, "in_force": in_force, "done": not dry_run}


def _counted(changes: UnitChanges) -> str:
    return (
        f"{len(changes.added)} added, {len(changes.restored)} restored, {len(changes.changed)} changed, "
        f"{len(changes.abolished)} abolished"
    )


def _refuse_a_mistake(changes: UnitChanges) -> None:
    """Raises UnitsError for what hardly anybody means."""
    if changes.without_zeros:
        [code, *_] = changes.without_zeros
        raise UnitsError(
            f"{len(changes.without_zeros)} codes have lost the zeros at their beginning, {code} for one. "
            "Excel takes them away: format the column of codes as text before the list is opened or typed; "
            "or give --yes if they are meant"
        )
    if changes.abolishes_many:
        raise UnitsError(
            f"the list abolishes {len(changes.abolished)} of {changes.before} units, which then can't be "
            "chosen any more: is it whole? Give --yes if this is meant"
        )


def _told(changes: UnitChanges, most: int) -> Iterator[str]:
    """What a list changes, line by line: sums first."""
    yield f"{_counted(changes)}."
    kinds = {"added": changes.added, "restored": changes.restored, "abolished": changes.abolished}
    for name, rows in kinds.items():
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
    names = ("parent", "name_zh", *units.FILLED)
    pairs = ((name, getattr(was, name) or "–", getattr(row, name) or "–") for name in names)
    return "; ".join(f"{name}: {before} → {after}" for name, before, after in pairs if before != after)
