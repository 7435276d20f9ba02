"""Tables as files for a spreadsheet: CSV and XLSX.

What begins like a formula, after blanks too, would be computed by the program that opens the file, whoever
wrote it: such a text gets an apostrophe in front (OWASP, "CSV injection").
"""

import csv
import io
import re
from collections.abc import Iterable, Sequence
from datetime import datetime
from enum import StrEnum

Cell = str | int | float | datetime | None

_FORMULA = ("=", "+", "-", "@", "＝", "＋", "－", "＠")
_UNPRINTABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


class FileFormat(StrEnum):
    """The kinds of files, by their suffix."""

    CSV = "csv"
    XLSX = "xlsx"


MIME = {
    FileFormat.CSV: "text/csv; charset=utf-8",
    FileFormat.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def written(kind: FileFormat, title: str, head: Sequence[str], rows: Iterable[Sequence[Cell]]) -> bytes:
    """A table as the bytes of a file. Moments are written as they are on their own clock, without a zone."""
    plain = ([_plain(cell) for cell in row] for row in rows)
    return _csv(head, plain) if kind == FileFormat.CSV else _xlsx(title, head, plain)


def _plain(cell: Cell) -> Cell:
    if isinstance(cell, datetime):
        return cell.replace(tzinfo=None, microsecond=0)
    if not isinstance(cell, str):
        return cell
    text = _UNPRINTABLE.sub("", cell)
    is_formula = text.startswith(("\t", "\r", "\n")) or text.lstrip().startswith(_FORMULA)
    return f"'{text}" if is_formula else text


def _csv(head: Sequence[str], rows: Iterable[Sequence[Cell]]) -> bytes:
    """With a byte order mark, by which Excel knows UTF-8."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow([_plain(cell) for cell in head])
    writer.writerows(rows)
    return text.getvalue().encode("utf-8-sig")


def _xlsx(title: str, head: Sequence[str], rows: Iterable[Sequence[Cell]]) -> bytes:
    from openpyxl import Workbook  # not for every process: it takes a while to load
    from openpyxl.utils import get_column_letter

    book = Workbook(write_only=True)
    sheet = book.create_sheet(re.sub(r"[\\/*?:\[\]]", " ", title)[:31])
    sheet.freeze_panes = "A2"
    for position, name in enumerate(head, start=1):
        sheet.column_dimensions[get_column_letter(position)].width = max(10, 2 * len(name) + 2)
    sheet.append([_plain(cell) for cell in head])
    for row in rows:
        sheet.append(row)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()
