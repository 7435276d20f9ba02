"""``hotline reports``: the figures of a period."""

from datetime import UTC, datetime
from pathlib import Path

import click

from hotline import database, settings_file
from hotline.commands import exports
from hotline.commands.calls import DAY, office_zone, today
from hotline.refusals import Refused
from hotline.reports import report_table, reports
from hotline.reports.report_periods import ReportBy, ReportRequest
from hotline.reports.report_table import ReportTable, in_file, written


@click.command("reports")
@click.option("--by", type=click.Choice([str(each) for each in ReportBy]), default="hour", show_default=True)
@click.option("--from", "first", type=DAY, default=today, show_default="today", help="The first day.")
@click.option("--to", "last", type=DAY, default=today, show_default="today", help="The last day.")
@click.option(
    "--file", type=click.Path(dir_okay=False, path_type=Path), help="Write it there, .csv or .xlsx."
)
def command(by: str, first: datetime, last: datetime, file: Path | None) -> None:
    """Show what came of calls and what seats did, by hour, day, month, seat or agent."""
    if file:
        exports.kind_of(file)
    wrap_up_seconds = settings_file.current().seats.wrap_up_seconds
    wanted = ReportRequest(first.date(), last.date(), ReportBy(by), office_zone(), wrap_up_seconds)
    try:
        with database.current().reading() as session:
            table = report_table.table(reports.report(session, wanted, datetime.now(UTC)))
    except Refused as refused:
        raise click.ClickException(str(refused)) from None
    if file:
        _write(table, file)
    else:
        _show(table)


def _write(table: ReportTable, file: Path) -> None:
    head = [str(table.report.wanted.by), *(column.key for column in table.columns)]
    named = [*table.report.rows.items(), ("all", table.report.total)]
    rows = [[name, *map(in_file, table.values(row))] for name, row in named]
    wanted = table.report.wanted
    exports.write(file, f"report by {wanted.by}", (wanted.first, wanted.last), head, rows)
    click.echo(f"{len(rows) - 1} rows written to {file}.")


def _show(table: ReportTable) -> None:
    """A block for each row that has anything to say, and one for all."""
    for name, row in [*table.report.rows.items(), ("all", table.report.total)]:
        cells = [
            f"{column.name}: {written(value, column.unit)}"
            for column, value in zip(table.columns, table.values(row), strict=True)
            if value is not None
        ]
        if any(table.values(row)):
            click.echo(f"{name or 'unknown'}\n  " + "\n  ".join(cells))
