"""The list of units, as the programs of offices write it; and what a list by mistake cannot do."""

import codecs
import csv
import io
import zipfile
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook
from sqlalchemy import select

from hotline import database, settings_file
from hotline.audit import AuditEntry
from hotline.cases import unit_list, unit_tables, units
from hotline.cases.unit_list import SAMPLE
from hotline.cases.units import Unit, UnitRow, UnitsError
from hotline.commands import main
from hotline.database import Database
from hotline.settings_file import Settings

LIST = 'code,parent,name_zh,name_en,aliases\n01,,市政府,City,"政府;市府"\n0101,01,市信访局,,\n'
AS_READ = [UnitRow("01", None, "市政府", "City", "政府;市府"), UnitRow("0101", "01", "市信访局", "", "")]


def separated(separator: str) -> str:
    written = io.StringIO()
    csv.writer(written, delimiter=separator).writerows(csv.reader(io.StringIO(LIST)))
    return written.getvalue()


def workbook(*rows: list[object], zeros: str = "") -> bytes:
    book = Workbook()
    sheet = book.active
    assert sheet
    for row in rows:
        sheet.append(row)
    for cell in (each for line in sheet.iter_rows(max_col=2) for each in line if zeros):
        cell.number_format = zeros
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


@pytest.mark.parametrize(
    "content",
    [
        LIST.encode(),
        LIST.encode("utf-8-sig"),
        LIST.encode("gbk"),
        codecs.BOM_UTF16_LE + LIST.encode("utf-16-le"),
        codecs.BOM_UTF16_BE + LIST.encode("utf-16-be"),
        codecs.BOM_UTF16_LE + separated("\t").encode("utf-16-le"),
        LIST.encode("utf-32"),
        separated(";").encode("gb18030"),
        ("sep=;\r\n" + separated(";")).encode("utf-8-sig"),
        ("SEP=\t\n" + separated("\t")).encode(),
        separated("|").encode(),
        LIST.replace("\n", "\r\n").encode(),
        LIST.replace("\n", "\r").encode(),
        (LIST + "\n,,,,\n , ,\t,,\n\n").encode(),
        ("\n责任单位一览表,,,,\n" + LIST).encode("gbk"),
        LIST.replace("code,parent,name_zh,name_en,aliases", "编码,上级编码,中文名,英文名,别名").encode("gbk"),
        LIST.replace("code,parent,name_zh", ' "Code" ,Ｐarent,Name zh').encode(),
        LIST.replace("0101", "０１０１").encode(),
        LIST.replace("0101", '"=""0101"""').encode(),
        LIST.replace("0101", "'0101").encode(),
        LIST.replace("市信访局", '"市信访局\n"').encode(),
        LIST.replace("政府;市府", "政府；市府").encode("gbk"),
        workbook(*csv.reader(io.StringIO(LIST))),
        workbook(["责任单位一览表"], [], *csv.reader(io.StringIO(LIST)), [None, ""]),
    ],
)
def test_what_offices_write_is_read(content: bytes) -> None:
    assert unit_list.read(content) == AS_READ


def test_columns_come_in_any_order_and_the_last_two_need_not_come() -> None:
    read = unit_list.read(
        "备注,单位名称,单位编码,上级单位\n见附件,市信访局,0101,01\n,市政府,01,\n".encode("gbk")
    )
    assert read == [UnitRow("01", None, "市政府"), UnitRow("0101", "01", "市信访局")]


def test_a_workbook_shows_the_zeros_of_its_format() -> None:
    heading: list[object] = ["code", "parent", "name_zh"]
    assert unit_list.read(workbook(heading, [101, 100, "局"], [100, None, "府"], zeros="0000")) == [
        UnitRow("0100", None, "府"),
        UnitRow("0101", "0100", "局"),
    ]
    [row] = unit_list.read(workbook(heading, [101.0, None, 12345]))
    assert (row.code, row.name_zh) == ("101", "12345")


def zipped(**files: bytes) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, each in files.items():
            packed.writestr(name, each)
    return content.getvalue()


def cell(place: str, text: str) -> bytes:
    row = "".join(filter(str.isdigit, place))
    return f'<row r="{row}"><c r="{place}" t="inlineStr"><is><t>{text}</t></is></c></row>'.encode()


def sheet_with(more: bytes, doctype: bytes = b"") -> bytes:
    """A list of one unit, and below it what no office's program writes."""
    name = "xl/worksheets/sheet1.xml"
    with zipfile.ZipFile(io.BytesIO(workbook(["code", "parent", "name_zh"], ["1", None, "局"]))) as whole:
        files = {each: whole.read(each) for each in whole.namelist()}
    begin, _, end = files[name].partition(b"</sheetData>")
    files[name] = doctype + begin + more + b"</sheetData>" + end
    return zipped(**files)


HEAD = b"code,parent,name_zh\n"


@pytest.mark.parametrize(
    ("content", "answer"),
    [
        (b"", "empty"),
        (b"\n \n,,\n", "empty"),
        (HEAD, "nobody can register"),
        (HEAD + b",,\n\n", "nobody can register"),
        (workbook(["code", "parent", "name_zh"]), "nobody can register"),
        (workbook(), "empty"),
        (b"0101,01,x\n", "编码"),
        (b"code,parent,name_zh,code\n1,,x,1\n", "two columns are named code"),
        (HEAD + b'1,,"' + b"x" * 140_000 + b'"\n', "line 2: a field has more than 131072"),
        (HEAD + b'1,,x\n2,,"y\n3,,z\n', "line 3: the quotation marks"),
        (HEAD + b'1,,"x" y\n', "line 2: the quotation marks"),
        (HEAD + b"1,,x,y\n", "line 2 has more fields"),
        (HEAD + b"1,," + b"x" * 101 + b"\n", "line 2: name_zh has 101 characters"),
        (HEAD + b"1.5E+11,,x\n", "letters or digits"),
        (HEAD + b'1,,"a\n\nb"\n1,,y\n', "line 5: the code 1 stands there twice, in line 2"),
        (HEAD + b"1,2,x\n2,1,y\n", "above each other"),
        (HEAD + b"1,1,x\n", "above each other"),
        (HEAD + b"1,,x\n2,7,y\n", "line 3: unit 2: its parent 7"),
        (HEAD + b"1,,x\0y\n", "no text"),
        (codecs.BOM_UTF8 + HEAD + b"1,,x\0y\n", "no text"),
        (LIST.encode("utf-16-le"), "no text"),
        (b"\xff\xfe1", "UTF-16, but damaged"),
        (HEAD + "1,,市政府信访局\n".encode()[:-2] + b"\n", "UTF-8, but damaged"),
        (HEAD + b"1,,\xff\xff\xff\n", "neither"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "old .xls"),
        (b"%PDF-1.7\n\0\0", "no text"),
        (zipped(mimetype=b"application/vnd.oasis.opendocument.spreadsheet"), "xlsx"),
        (b"PK\x03\x04 and no more", "xlsx"),
        (zipped(bomb=bytes(60 << 20)), "far larger"),
        (workbook(["code", "parent", "name_zh"], [10**16 + 1, "", "x"]), "15 digits"),
        (bytes(unit_tables.MOST_BYTES + 1), "larger than 10 MB"),
        (workbook(["code", "parent", "name_zh"], ["1", None, '=CONCAT("甲","乙")']), "line 2: code must be"),
        (workbook(["code", "parent", "name_zh"], ["1", None, "x" * 32_000]), "name_zh has 32000 characters"),
        (sheet_with(cell("A1048576", "9")), "more than 50000 rows"),
        (sheet_with(cell("A5", "7" * (1 << 20))), "line 5: code must be"),
        (sheet_with(cell("A5", "&b;"), b'<!DOCTYPE l [<!ENTITY b "7">]>'), "xlsx"),
        (HEAD[:-1] + b",level\n1,,x,village\n", "line 2: level is village"),
        (HEAD[:-1] + b",from\n1,,x,2026-02-30\n", "line 2: from is 2026-02-30"),
    ],
)
def test_what_is_no_list_is_refused_with_what_to_do(content: bytes, answer: str) -> None:
    with pytest.raises(UnitsError, match=answer):
        unit_list.read(content)


@given(st.binary(max_size=200), st.sampled_from([b"", HEAD, b"PK\x03\x04", codecs.BOM_UTF16_LE, b"sep="]))
def test_any_bytes_are_read_or_refused(content: bytes, begin: bytes) -> None:
    try:
        assert unit_list.read(begin + content)
    except UnitsError:
        return


def test_any_damage_to_a_workbook_is_refused() -> None:
    whole = workbook(*csv.reader(io.StringIO(LIST)))
    for at in range(4, len(whole), 97):
        with pytest.raises(UnitsError):
            unit_list.read(whole[:at])


@pytest.fixture
def importing(settings: Settings, db: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A file to be imported by ``hotline units``, into a database with the sample list."""
    monkeypatch.setenv("HOTLINE_STATE_DIR", str(settings.state_dir))
    settings_file.current.cache_clear()
    database.current.cache_clear()
    with db.writing() as session:
        unit_list.ensure_sample(session)
    return tmp_path / "units.csv"


def imported(file: Path, text: str, *options: str) -> tuple[int, str]:
    file.write_text(text, encoding="gb18030")
    done = CliRunner().invoke(main, ["units", "import", *options, str(file)])
    assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
    return done.exit_code, done.output


def in_force(db: Database) -> dict[str, tuple[str | None, str, str, str]]:
    with db.reading() as session:
        found = session.scalars(select(Unit).where(Unit.active))
        return {each.code: (each.parent_code, each.name_zh, each.name_en, each.aliases) for each in found}


@pytest.mark.thorough
def test_a_revision_is_shown_and_done(db: Database, importing: Path) -> None:
    text = SAMPLE.read_text(encoding="utf-8")
    less = "".join(line for line in text.splitlines(True) if not line.startswith("0185,"))
    revised = less.replace("市信访局,", "市信访局（新）,") + "0900,01,市数据局,,,,\n"
    before = in_force(db)
    code, output = imported(importing, revised, "--dry-run")
    assert (code, in_force(db)) == (0, before)
    assert output.startswith("1 added, 0 restored, 1 changed, 1 abolished.\n") and output.endswith(
        "Nothing was changed.\n"
    )
    for told in (r"added     0900        市数据局", "abolished 0185 ", "name_zh: 市信访局 → 市信访局（新）"):
        assert told in output
    code, output = imported(importing, revised)
    assert code == 0 and output.endswith("454 units are in force.\n")
    with db.reading() as session:
        [noted] = session.scalars(select(AuditEntry).where(AuditEntry.action == "import units"))
    assert (noted.subject, noted.detail) == (
        "units.csv",
        "454 units: 1 added, 0 restored, 1 changed, 1 abolished",
    )
    after = in_force(db)
    assert after.keys() == {*before, "0900"} - {"0185"}
    first_columns = "".join(f"{','.join(row[:3])}\n" for row in csv.reader(io.StringIO(revised)))
    assert imported(importing, first_columns)[1].startswith("0 added, 0 restored, 0 changed, 0 abolished.\n")
    assert in_force(db) == after, "columns that are left out stay as they are"


def test_a_list_by_mistake_changes_nothing(db: Database, importing: Path) -> None:
    text = SAMPLE.read_text(encoding="utf-8")
    without_zeros = "\n".join(
        ",".join((code.lstrip("0"), parent.lstrip("0"), rest))
        for code, parent, rest in (line.split(",", 2) for line in text.splitlines())
    )
    before = in_force(db)
    for mistake, answer in (
        (without_zeros, "codes have lost the zeros"),
        ("".join(text.splitlines(True)[:-6]), "abolishes 6 of 454 units"),
        (text.splitlines(True)[0], "nobody can register"),
    ):
        code, output = imported(importing, mistake)
        assert code == 1 and answer in output and output.endswith("nothing was changed\n"), output
        assert in_force(db) == before
    assert imported(importing, "".join(text.splitlines(True)[:-6]), "--yes")[0] == 0
    assert len(in_force(db)) == 448


def test_the_doctor_says_when_no_unit_is_in_force(db: Database, importing: Path) -> None:
    assert "ok    units: 454 are in force" in CliRunner().invoke(main, ["doctor"]).output
    with db.writing() as session:
        assert units.choosable(session) != []
        units.replace_all(session, [])
        assert units.choosable(session) == []
    shown = CliRunner().invoke(main, ["doctor"]).output
    assert (
        "MEND  units: none is in force: nobody can register a case\n      → run: hotline units import"
        in shown
    )
