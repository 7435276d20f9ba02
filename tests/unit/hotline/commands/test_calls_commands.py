"""``hotline calls`` and ``hotline reports``, over the known day; and the files they write."""

import csv
import io
import re
from datetime import date, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner
from openpyxl import load_workbook
from sqlalchemy import select

from hotline import database, settings_file, spreadsheet
from hotline.audit import AuditEntry
from hotline.commands import main
from hotline.database import Database
from hotline.intake import intake
from hotline.recordings import spool
from hotline.settings_file import Settings
from hotline.spreadsheet import FileFormat
from tests.kit.known_day import replay
from tests.kit.wav import write_tone

WHOLE = re.compile(r"(?<!\d)1[3-9]\d{9}(?!\d)")
DAY = ("--from", "2026-11-20", "--to", "2026-11-20")


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, settings: Settings, db: Database) -> CliRunner:
    """A command line of an office after the known day."""
    replay(settings, db, date(2026, 11, 20))
    monkeypatch.setattr(settings_file, "current", lambda: settings)
    monkeypatch.setattr(database, "current", lambda: db)
    return CliRunner()


def said(run: CliRunner, *words: str) -> str:
    result = run.invoke(main, words)
    assert result.exit_code == 0, result.output
    return result.output


def exported(db: Database) -> list[tuple[str, str]]:
    with db.reading() as session:
        taken = select(AuditEntry.subject, AuditEntry.detail).where(AuditEntry.action == "export")
        return [(subject, detail) for subject, detail in session.execute(taken)]


def test_calls_are_listed_newest_first(run: CliRunner) -> None:
    lines = said(run, "calls", "list", *DAY, "--limit", "3", "--whole-numbers").splitlines()
    assert [line.split()[:4] for line in lines[:3]] == [
        ["2026-11-20", "23:59:50", "13800000040", "message"],
        ["2026-11-20", "20:00:00", "13800000039", "message"],
        ["2026-11-20", "17:59:00", "13800000038", "answered"],
    ]
    assert lines[3:] == ["There are more; the newest 3 are shown."]
    assert len(said(run, "calls", "list", *DAY, "--result", "refused").splitlines()) == 2
    assert "no such calls" in said(run, "calls", "list", "--from", "2020-01-01", "--to", "2020-01-01")


def test_abandoned_calls_say_what_is_to_be_done(run: CliRunner) -> None:
    days = ("--days", "36500")
    assert len(said(run, "calls", "abandoned", *days).splitlines()) == 7
    assert "answered" in said(run, "calls", "abandoned", *days, "--settled")


@pytest.mark.parametrize(
    ("words", "subject"),
    [
        (("calls", "list", *DAY), "calls"),
        (("calls", "abandoned", "--days", "36500", "--settled"), "abandoned calls"),
        (("callbacks", "list", "--all"), "callbacks"),
        (("recordings", "list", "--json"), "recordings"),
    ],
)
def test_numbers_in_lists_are_shortened_unless_whole_ones_are_asked_for(
    run: CliRunner, settings: Settings, db: Database, words: tuple[str, ...], subject: str
) -> None:
    write_tone(spool.part_path(settings.spool_dir, "1763885000.1", 0), 2.0)
    spool.write_note(settings.spool_dir, spool.CallNote("1763885000.1", "13800001234"))
    intake.take_in("1763885000.1", settings, db)
    shortened, whole = said(run, *words), said(run, *words, "--whole-numbers")
    assert not WHOLE.search(shortened) and "138*****" in shortened
    assert WHOLE.search(whole) and "138*****" not in whole
    with db.reading() as session:
        entries = select(AuditEntry.detail).where(
            AuditEntry.action == "look up", AuditEntry.subject == subject
        )
        assert list(session.scalars(entries.order_by(AuditEntry.id))) == ["", "whole numbers"]


@pytest.mark.parametrize("suffix", ["csv", "xlsx"])
def test_numbers_in_a_file_are_shortened_unless_whole_ones_are_asked_for(
    run: CliRunner, db: Database, tmp_path: Path, suffix: str
) -> None:
    def callers(*options: str) -> set[str]:
        file = tmp_path / f"{len(options)}.{suffix}"
        said(run, "calls", "export", *DAY, str(file), *options)
        if suffix == "csv":
            return {row["caller"] for row in csv.DictReader(file.read_text("utf-8-sig").splitlines())}
        rows = load_workbook(file).worksheets[0].iter_rows(min_row=2, values_only=True)
        return {str(row[1] or "") for row in rows}

    assert {caller for caller in callers() if WHOLE.search(caller)} == set()
    assert "13800000040" in callers("--whole-numbers")
    callers("--caller", "13800000040", "--whole-numbers")
    also = [detail.partition("on the command line")[2] for _, detail in exported(db)]
    assert also == ["", ", whole numbers", ", 138*****040, whole numbers"]


@pytest.mark.parametrize("suffix", ["csv", "xlsx"])
def test_calls_are_written_to_a_file(run: CliRunner, db: Database, tmp_path: Path, suffix: str) -> None:
    file = tmp_path / f"calls.{suffix}"
    assert "42 calls written" in said(run, "calls", "export", *DAY, str(file))
    if suffix == "csv":
        count = len(list(csv.reader(file.read_text("utf-8-sig").splitlines())))
    else:
        count = load_workbook(file).worksheets[0].max_row
    assert count == 43
    assert file.stat().st_mode & 0o777 == 0o600
    assert exported(db) == [("calls", f"2026-11-20 – 2026-11-20, 42 rows, {suffix}, on the command line")]
    nowhere = run.invoke(main, ["calls", "export", *DAY, str(tmp_path / "none" / "calls.csv")])
    assert "cannot be written" in nowhere.output and len(exported(db)) == 1
    refused = run.invoke(main, ["calls", "export", *DAY, str(tmp_path / "calls.doc")])
    assert "has to end in .csv or .xlsx" in refused.output


def test_a_report_is_shown_and_written(run: CliRunner, db: Database, tmp_path: Path) -> None:
    shown = said(run, "reports", *DAY, "--by", "day")
    for line in ("Calls: 41", "Connect rate: 79.4 %", "Longest wait: 160", "Talk: 2:09:00", "meal: 2:35:00"):
        assert line in shown
    said(run, "reports", *DAY, "--by", "seat", "--file", str(tmp_path / "seats.csv"))
    rows = list(csv.DictReader((tmp_path / "seats.csv").read_text("utf-8-sig").splitlines()))
    assert [(row["seat"], row["taken"], row["talk"]) for row in rows] == [
        ("seat01", "15", "4140"),
        ("seat02", "8", "3600"),
        ("seat03", "0", "0"),
        ("all", "23", "7740"),
    ]
    assert (tmp_path / "seats.csv").stat().st_mode & 0o777 == 0o600
    assert [subject for subject, _ in exported(db)] == ["report by seat"]
    by_hour = said(run, "reports", *DAY, "--by", "hour")
    assert "\n13\n" in by_hour and "Connect rate: 0.0 %" in by_hour and "\n21\n" not in by_hour
    too_long = run.invoke(main, ["reports", "--from", "2020-01-01", "--to", "2026-01-01"])
    assert "at most 31 days" in too_long.output


@pytest.mark.parametrize(
    "formula", ["=1+1", "+86138", "-1", "@SUM(A1)", "\t=1", "＝1", " =1", "\u3000＋1", "\n@A1"]
)
@pytest.mark.parametrize("kind", list(FileFormat))
def test_no_program_computes_what_somebody_has_typed(tmp_path: Path, kind: FileFormat, formula: str) -> None:
    file = tmp_path / f"x.{kind}"
    file.write_bytes(spreadsheet.written(kind, "a/b?", ["name", "number"], [[formula, -5], ["a\x00b", None]]))
    if kind == FileFormat.CSV:
        text = io.StringIO(file.read_bytes().decode("utf-8-sig"), newline="")
        rows = [tuple(row) for row in csv.reader(text)]
        assert rows[1:] == [(f"'{formula}", "-5"), ("ab", "")]
    else:
        sheet = load_workbook(file).worksheets[0]
        assert [tuple(row) for row in sheet.iter_rows(min_row=2, values_only=True)] == [
            (f"'{formula}", -5),
            ("ab", None),
        ]


def test_moments_are_those_of_the_offices_clock() -> None:
    at = datetime.fromisoformat("2026-11-24T08:30:05.250+08:00")
    assert (
        spreadsheet.written(FileFormat.CSV, "", ["at"], [[at]])
        == b"\xef\xbb\xbfat\r\n2026-11-24 08:30:05\r\n"
    )
