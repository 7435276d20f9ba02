"""A file with days of the calendar: its heading, in Chinese or English and in any order, and its rows."""

import re
from datetime import date

from hotline.cases import unit_tables
from hotline.cases.units import UnitsError
from hotline.hours.calendar_changing import EARLIEST, LATEST, DayDecision
from hotline.hours.calendar_days import NAME_EN_LENGTH, NAME_LENGTH

HEADINGS = {
    "date": ("date", "day", "日期", "日子"),
    "works": ("works", "上班", "是否上班", "工作日", "是否工作日"),
    "name": ("name", "名称", "节日", "说明", "原因"),
    "name_en": ("name_en", "英文名", "英文名称", "英文"),
}
WORKS = dict.fromkeys(("yes", "y", "true", "1", "work", "works", "是", "班", "上班", "工作日"), True)
OFF = dict.fromkeys(("no", "n", "false", "0", "off", "holiday", "否", "休", "休息", "放假", "节假日"), False)
_MEANT = {**WORKS, **OFF}
_COLUMN_OF = {heading: column for column, headings in HEADINGS.items() for heading in headings}
_DAY = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?(?: 0?0:00(?::00)?)?", re.ASCII)
_NEEDED = ("date", "works", "name")


class CalendarListError(ValueError):
    """Why a file is no list of days: one line that says what to mend."""


def read(content: bytes) -> list[DayDecision]:
    """The days of a file: CSV of any usual kind, or an Excel workbook. Raises CalendarListError."""
    try:
        table = unit_tables.table(content, is_heading=lambda cells: set(_NEEDED) <= set(_columns(cells)))
    except UnitsError as problem:
        raise CalendarListError(str(problem)) from None
    columns = _columns(table[0][1]) if table else []
    if missing := [each for each in _NEEDED if each not in columns]:
        raise CalendarListError(
            "the first line must name the columns date, works, name and, if there is one, name_en "
            f"(in Chinese: 日期, 上班, 名称, 英文名), in any order; missing: {missing[0]}"
        )
    found: dict[date, int] = {}
    rows = []
    for line, cells in table[1:]:
        row = _row(line, dict(zip(columns, cells, strict=False)))
        if row.day in found:
            raise CalendarListError(
                f"line {line}: {row.day} stands there twice, in line {found[row.day]} too"
            )
        found[row.day] = line
        rows.append(row)
    if not rows:
        raise CalendarListError("there is a heading and no day below it")
    return rows


def _columns(heading: list[str]) -> list[str]:
    return [_COLUMN_OF.get(cell.strip().lower().replace(" ", "_"), "") for cell in heading]


def _row(line: int, cells: dict[str, str]) -> DayDecision:
    works = _MEANT.get(cells.get("works", "").strip().lower())
    if works is None:
        raise CalendarListError(f"line {line}: works must be yes or no (是 or 否, 班 or 休)")
    name, name_en = cells.get("name", "").strip(), cells.get("name_en", "").strip()
    if not name or len(name) > NAME_LENGTH or len(name_en) > NAME_EN_LENGTH:
        raise CalendarListError(
            f"line {line}: a day needs a name of 1 to {NAME_LENGTH} characters, in English of at most "
            f"{NAME_EN_LENGTH}"
        )
    return DayDecision(_day(line, cells.get("date", "").strip()), works, name, name_en)


def _day(line: int, text: str) -> date:
    written = _DAY.fullmatch(text)
    try:
        day = date(*map(int, written.groups())) if written else None
    except ValueError:
        day = None
    if day is None or not EARLIEST <= day <= LATEST:
        raise CalendarListError(
            f"line {line}: the date must be a day such as 2027-02-08, from {EARLIEST} to {LATEST}"
        )
    return day
