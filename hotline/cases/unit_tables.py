"""A list as offices' programs write it, down to its cells: text in any usual encoding, or an Excel workbook.

Excel in China writes "CSV" in GBK (code page 936), of which GB 18030 is the whole; "Unicode text" in UTF-16
with tabs; and where the decimal sign is a comma it puts semicolons between fields. ``sep=;`` as the first
line is its own way to say so.
"""

import csv
import io
import re
import zipfile
from collections.abc import Callable, Iterator

from hotline.cases.unit_encodings import SAVE_AS, decoded
from hotline.cases.units import UnitsError

Cells = list[str]
Table = list[tuple[int, Cells]]
"""Rows that are not empty, each with the number of its (first) line."""
IsHeading = Callable[[Cells], bool]

MOST_BYTES = 10 << 20
"""A list of ten thousand units has about one MB."""
MOST_UNPACKED = 5 * MOST_BYTES
MOST_ROWS, MOST_COLUMNS = 50_000, 100
"""Of a sheet: one stray cell at its end would fill the memory with empty ones."""
HEADING_WITHIN = 10
"""Above it may stand a title."""
_SEPARATORS = (",", ";", "\t", "|", "，", "；")
_SEP = re.compile(r"sep=(?P<separator>.)\r?\n?", re.IGNORECASE | re.DOTALL)
_ZIP, _OLD_OFFICE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"


def table(content: bytes, is_heading: IsHeading) -> Table:
    """The rows of a file from its heading on. Raises UnitsError, which says what to do."""
    if len(content) > MOST_BYTES:
        raise UnitsError(f"larger than {MOST_BYTES >> 20} MB: this is no list of units")
    if content.startswith(_OLD_OFFICE):
        raise UnitsError(f"an old .xls file, or one with a password: {SAVE_AS}")
    if content.startswith(_ZIP):
        return _of_workbook(content, is_heading)
    return _of_text(decoded(content), is_heading)


def _of_text(text: str, is_heading: IsHeading) -> Table:
    said = _SEP.match(text)
    skipped = said.end() if said else 0
    separators = (said["separator"],) if said else _SEPARATORS
    separator = _separator(text[skipped:], separators, is_heading)
    source = io.StringIO(text[skipped:], newline="")
    reader = csv.reader(source, delimiter=separator, strict=True)
    rows: Table = []
    line = begin = 1 + bool(skipped)
    read = 0
    try:
        for cells in reader:
            rows.append((line, [_cleaned(cell) for cell in cells]))
            line, read = begin + reader.line_num, source.tell()
    except csv.Error as problem:
        raise UnitsError(f"line {line}: {_why(problem, source.tell() - read)}") from None
    return _from_heading(rows, is_heading)


def _why(problem: csv.Error, length: int) -> str:
    """What is wrong with a row of which so many characters were read."""
    most = csv.field_size_limit()
    if length > most:
        return f"a field has more than {most} characters; is a quotation mark missing at its end?"
    return f'the quotation marks do not match ({problem}); one within a quoted field is written twice: ""'


def _separator(text: str, separators: tuple[str, ...], is_heading: IsHeading) -> str:
    """The one by which a line near the top becomes the heading; the first where none does."""
    for line in text.splitlines()[:HEADING_WITHIN]:
        for separator in separators:
            if is_heading(_fields(line, separator)):
                return separator
    return separators[0]


def _fields(line: str, separator: str) -> Cells:
    try:
        return [_cleaned(cell) for cell in next(csv.reader([line], delimiter=separator), [])]
    except csv.Error:
        return []


def _from_heading(rows: Table, is_heading: IsHeading) -> Table:
    """Without empty rows and what stands above the heading; all rows where there is none."""
    filled = [row for row in rows if any(row[1])]
    for at, (_, cells) in enumerate(filled[:HEADING_WITHIN]):
        if is_heading(cells):
            return filled[at:]
    return filled


def _of_workbook(content: bytes, is_heading: IsHeading) -> Table:
    """The first sheet that has the heading, or the first of all."""
    try:
        sheets = list(_sheets(content))
    except UnitsError:
        raise
    except Exception as problem:  # openpyxl lets through whatever it meets in a damaged file
        raise UnitsError(f"no workbook that can be read ({type(problem).__name__}): {SAVE_AS}") from None
    found = [_from_heading(rows, is_heading) for rows in sheets]
    with_heading = [rows for rows in found if rows and is_heading(rows[0][1])]
    return next(iter(with_heading or found), [])


def _sheets(content: bytes) -> Iterator[Table]:
    from openpyxl import load_workbook  # not for every process: it takes a while to load

    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        if sum(each.file_size for each in packed.infolist()) > MOST_UNPACKED:
            raise UnitsError("the workbook is far larger than a list of units")
    book = load_workbook(io.BytesIO(content), read_only=True, data_only=True)
    for sheet in book.worksheets:
        sheet.reset_dimensions()  # some programs write wrong ones
        rows: Table = []
        for line, row in enumerate(sheet.iter_rows(max_col=MOST_COLUMNS), start=1):
            if line > MOST_ROWS:
                raise UnitsError(f"the sheet has more than {MOST_ROWS} rows: delete what is below the list")
            rows.append((line, _without_end([_cell(cell.value, cell.number_format, line) for cell in row])))
        yield rows


def _without_end(cells: Cells) -> Cells:
    """Without the empty cells at the end, which were never written."""
    while cells and not cells[-1]:
        cells.pop()
    return cells


def _cell(value: object, number_format: str | None, line: int) -> str:
    """A cell as it is shown: a number with the zeros that its format puts before it."""
    if value is None:
        return ""
    if not isinstance(value, int | float) or isinstance(value, bool):
        return _cleaned(str(value))
    if abs(value) >= 10**15:
        raise UnitsError(
            f"line {line}: Excel keeps 15 digits of a number; format the column as text, type it again"
        )
    zeros = re.fullmatch(r"0+", number_format or "")
    return f"{value:0{len(zeros[0])}.0f}" if zeros and value >= 0 else f"{value:.15g}"


def _cleaned(cell: str) -> str:
    """One line, in whatever way its parts are blank."""
    return " ".join(cell.replace("\ufeff", "").split())
