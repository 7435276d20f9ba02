"""``hotline reports``: the figures of a period."""

from datetime import UTC, datetime
from pathlib import Path

import click

from hotline import database, settings
from hotline.commands.calls import DAY, office, today
from hotline.reports import report_table, reports, spreadsheet
from hotline.reports.report_periods import By, PeriodTooLong, Wanted
from hotline.reports.report_table import Table, written
from hotline.reports.spreadsheet import Format


@click.command("reports")
@click.option("--by", type=click.Choice([str(each) for each in By]), default="hour", show_default=True)
@click.option("--from", "first", type=DAY, default=today, show_default="today", help="The first day.")
@click.option("--to", "last", type=DAY, default=today, show_default="today", help="The last day.")
@click.option(
    "--file", type=click.Path(dir_okay=False, path_type=Path), help="Write it there, .csv or .xlsx."
)
def command(by: str, first: datetime, last: datetime, file: Path | None) -> None:
    """Show what came of calls and what seats did, by hour, day, month, seat or agent."""
    if file and file.suffix not in (".csv", ".xlsx"):
        raise click.ClickException("the file has to end in .csv or .xlsx")
    wrap_up_seconds = settings.current().seats.wrap_up_seconds
    wanted = Wanted(first.date(), last.date(), By(by), office(), wrap_up_seconds)
    try:
        with database.current().reading() as session:
            table = report_table.table(reports.report(session, wanted, datetime.now(UTC)))
    except PeriodTooLong as problem:
        raise click.ClickException(str(problem)) from None
    if file:
        _write(table, file)
    else:
        _show(table)


def _write(table: Table, file: Path) -> None:
    head = [str(table.report.wanted.by), *(column.key for column in table.columns)]
    rows = [[name, *table.values(row)] for name, row in table.report.rows.items()]
    kind = Format(file.suffix.removeprefix("."))
    file.write_bytes(
        spreadsheet.written(kind, head[0], head, [*rows, ["all", *table.values(table.report.total)]])
    )
    click.echo(f"{len(rows)} rows written to {file}.")


def _show(table: Table) -> None:
    """A block for each row that has anything to say, and one for all."""
    for name, row in [*table.report.rows.items(), ("all", table.report.total)]:
        cells = [
            f"{column.name}: {written(value, column.unit)}"
            for column, value in zip(table.columns, table.values(row), strict=True)
            if value
        ]
        if cells:
            click.echo(f"{name or 'unknown'}\n  " + "\n  ".join(cells))
