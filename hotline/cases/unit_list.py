"""A file with the list of units: its heading, in Chinese or English and in any order, and its rows."""

import re
import unicodedata
from collections.abc import Mapping
from datetime import date
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from hotline.cases import unit_tables, units
from hotline.cases.units import Unit, UnitKind, UnitLevel, UnitRow, UnitsError

SAMPLE = Path(__file__).parents[1] / "data" / "sample_units.csv"

COLUMNS = ("code", "parent", "name_zh", "name_en", "aliases", "level", "kind", "from")
NEEDED_COLUMNS = ("code", "name_zh")
FIELD_LENGTHS = {"code": 20, "parent": 20, "name_zh": 100, "name_en": 200, "aliases": 500}
HEADINGS = {
    "code": ("code", "编码", "编号", "代码", "单位编码", "单位编号", "单位代码"),
    "parent": (
        "parent", "parent_code", "上级", "上级编码", "上级编号", "上级代码", "上级单位编码", "上级单位编号",
        "上级单位代码", "上级单位",
    ),
    "name_zh": ("name_zh", "名称", "中文名", "中文名称", "单位", "单位名称", "单位中文名", "单位中文名称"),
    "name_en": ("name_en", "英文", "英文名", "英文名称", "单位英文名", "单位英文名称"),
    "aliases": ("aliases", "别名", "简称", "别称", "俗称", "其他名称"),
    "level": ("level", "级别", "层级", "单位级别", "单位层级", "行政级别"),
    "kind": ("kind", "类别", "类型", "性质", "单位类别", "单位类型", "单位性质"),
    "from": ("from", "began_on", "启用日期", "起始日期", "成立日期", "自"),
}  # fmt: skip
LEVELS = {
    **{str(each): each for each in UnitLevel},
    **dict.fromkeys(("市", "市级", "市直"), UnitLevel.CITY),
    **dict.fromkeys(
        ("zone", "县", "区", "旗", "县级", "区级", "县区", "区县", "旗县区", "开发区"), UnitLevel.COUNTY
    ),
    **dict.fromkeys(("乡镇", "乡", "镇", "苏木", "乡级", "乡镇级"), UnitLevel.TOWNSHIP),
    **dict.fromkeys(("街道", "街道办", "街道级"), UnitLevel.SUBDISTRICT),
}
KINDS = {
    **{str(each): each for each in UnitKind},
    **dict.fromkeys(("政府", "属地", "属地政府", "党委政府", "管委会"), UnitKind.GOVERNMENT),
    **dict.fromkeys(("部门", "职能部门", "工作部门"), UnitKind.DEPARTMENT),
}
_COLUMN_OF = {heading: column for column, headings in HEADINGS.items() for heading in headings}
_DAY = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?(?: 0?0:00(?::00)?)?", re.ASCII)
_WANTED = (
    f"the first line must name the columns {', '.join(COLUMNS)} (in Chinese: "
    "编码, 上级编码, 中文名, 英文名, 别名, 级别, 类别, 启用日期), in any order; the last five may be left out"
)


def read(content: bytes) -> list[UnitRow]:
    """The rows of a file, parents before children. Raises UnitsError, which says what to do."""
    table = unit_tables.table(content, is_heading=lambda cells: _missing(_columns(cells)) == [])
    if not table:
        raise UnitsError("the file is empty")
    _, heading = table[0]
    columns = _columns(heading)
    if missing := _missing(columns):
        raise UnitsError(f"{_WANTED}; missing: {missing[0]}")
    if twice := next((each for each in filter(None, columns) if columns.count(each) > 1), None):
        raise UnitsError(f"two columns are named {twice}; name each once")
    rows: dict[str, tuple[int, UnitRow]] = {}
    for line, cells in table[1:]:
        row = _row(line, columns, cells)
        if row.code in rows:
            raise UnitsError(
                f"line {line}: the code {row.code} stands there twice, in line {rows[row.code][0]} too; "
                "give each unit its own"
            )
        rows[row.code] = (line, row)
    if not rows:
        raise UnitsError("there is a heading and no unit below it: without units nobody can register a case")
    return _parents_first(rows)


def _columns(heading: list[str]) -> list[str]:
    """What each column is; empty for one that is none of ours."""
    return [_COLUMN_OF.get(_plain(cell).lower().replace(" ", "_"), "") for cell in heading]


def _missing(columns: list[str]) -> list[str]:
    return [each for each in (*NEEDED_COLUMNS, "parent") if each not in columns]


def _row(line: int, columns: list[str], cells: list[str]) -> UnitRow:
    if any(cells[len(columns) :]):
        raise UnitsError(
            f"line {line} has more fields than there are columns: put a field that holds the sign between "
            'fields into "quotation marks"'
        )
    record = {name: cell for name, cell in zip(columns, cells, strict=False) if name}
    record |= {name: _plain(record.get(name, "")) for name in ("code", "parent")}
    for name, most in FIELD_LENGTHS.items():
        if name != "code" and (length := len(record.get(name, ""))) > most:
            raise UnitsError(f"line {line}: {name} has {length} characters, at most {most}")
    if (
        not record["code"].isalnum()
        or len(record["code"]) > FIELD_LENGTHS["code"]
        or not record.get("name_zh")
    ):
        raise UnitsError(f"line {line}: code must be 1 to 20 letters or digits, name_zh must not be empty")
    return UnitRow(
        code=record["code"],
        parent=record["parent"] or None,
        name_zh=record["name_zh"],
        name_en=record.get("name_en", "") if "name_en" in columns else None,
        aliases=record.get("aliases", "").replace("；", ";") if "aliases" in columns else None,
        level=_word(line, "level", record, LEVELS),
        kind=_word(line, "kind", record, KINDS),
        began_on=_day(line, record.get("from", "")),
    )


def _word(line: int, name: str, record: Mapping[str, str], words: Mapping[str, str]) -> str | None:
    """What a word of the list means; None for none."""
    word = _plain(record.get(name, "")).lower()
    if word and word not in words:
        raise UnitsError(f"line {line}: {name} is {word[:20]}, but must be one of: {', '.join(words)}")
    return str(words[word]) if word else None


def _day(line: int, text: str) -> date | None:
    """A day in the ways that offices and Excel write it; None for none."""
    found = _DAY.fullmatch(_plain(text))
    if not text or found:
        try:
            return date(*map(int, found.groups())) if found else None
        except ValueError:
            pass
    raise UnitsError(f"line {line}: from is {text[:20]}, but must be a day such as 2026-12-01")


def _plain(cell: str) -> str:
    """A code or a heading in narrow characters, without what makes it text in Excel: 0101 for ="0101"."""
    narrow = unicodedata.normalize("NFKC", cell).strip()
    return narrow.removeprefix("=").removeprefix("'").strip('"').strip()


def _parents_first(rows: dict[str, tuple[int, UnitRow]]) -> list[UnitRow]:
    for line, row in rows.values():
        if row.parent is not None and row.parent not in rows:
            raise UnitsError(f"line {line}: unit {row.code}: its parent {row.parent} is not in the list")
    above = {row.code: [row.parent] if row.parent else [] for _, row in rows.values()}
    try:
        return [rows[code][1] for code in TopologicalSorter(above).static_order()]
    except CycleError as problem:
        circle = " → ".join(problem.args[1])
        raise UnitsError(
            f"units stand above each other: {circle}; one of them needs another parent"
        ) from None


def ensure_sample(session: Session) -> None:
    """Load the sample list into a database that has no units yet."""
    if session.scalars(select(Unit.code).limit(1)).first() is None:
        units.replace_all(session, read(SAMPLE.read_bytes()))
