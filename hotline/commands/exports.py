"""Files that commands write for a spreadsheet: for their owner alone, and in the audit trail."""

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime
from pathlib import Path

import click

from hotline import audit, database, spreadsheet
from hotline.private import write_private
from hotline.spreadsheet import Cell, FileFormat


def kind_of(file: Path) -> FileFormat:
    """The kind of file that its name asks for. Raises ClickException for another."""
    try:
        return FileFormat(file.suffix.removeprefix(".").lower())
    except ValueError:
        raise click.ClickException("the file has to end in .csv or .xlsx") from None


def write(
    file: Path,
    subject: str,
    days: tuple[date, date],
    head: Sequence[str],
    rows: Iterable[Sequence[Cell]],
    also: str = "",
) -> None:
    """Write a table; the audit trail says of which days, and ``also`` what else was asked for.

    Raises ClickException where it cannot be written.
    """
    kind, found = kind_of(file), list(rows)
    detail = f"{days[0]} – {days[1]}, {len(found)} rows, {kind}, on the command line"
    detail += f", {also}" if also else ""
    with database.current().writing() as session:
        audit.note(session, datetime.now(UTC), None, "export", subject, detail)
        try:
            write_private(file, spreadsheet.written(kind, subject, head, found))
        except OSError as problem:
            raise click.ClickException(f"{file} cannot be written: {problem.strerror}") from None
