"""``hotline units``: the list of responsible units."""

from datetime import UTC, datetime
from pathlib import Path

import click
from sqlalchemy import select

from hotline import audit, database
from hotline.cases import units
from hotline.cases.units import Unit, UnitsError


@click.group("units")
def group() -> None:
    """The units that handle cases."""


@group.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def import_units(file: Path) -> None:
    """Make a CSV file the list in force: code, parent, name_zh, name_en, aliases (UTF-8, heading line).

    Units that are no longer listed stay for the cases that name them, but can't be chosen any more.
    """
    try:
        with file.open(encoding="utf-8-sig", newline="") as lines:
            rows = units.read(lines)
    except (UnitsError, UnicodeDecodeError) as error:
        raise click.ClickException(f"{file.name}: {error}; nothing was changed") from None
    with database.current().writing() as session:
        count = units.replace_all(session, rows)
        audit.note(session, datetime.now(UTC), None, "import units", file.name, f"{count} units")
    click.echo(f"{count} units are in force.")


@group.command("list")
def list_units() -> None:
    """List the units in force."""
    with database.current().reading() as session:
        for unit in session.scalars(select(Unit).where(Unit.active).order_by(Unit.code)):
            click.echo(f"{unit.code:<12}{unit.name_zh}  {unit.name_en}")
