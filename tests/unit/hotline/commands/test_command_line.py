"""The command line against a real database."""

import json
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import select, update

from hotline import database, settings_file, troubles
from hotline.audit import AuditEntry
from hotline.cases.unit_list import SAMPLE
from hotline.commands import line, main
from hotline.database import Database
from hotline.intake import intake
from hotline.people import User
from hotline.recordings import spool
from hotline.recordings.recordings import Recording, TranscriptionState
from hotline.seats.seat_orders import Order, SeatOrder
from hotline.seats.seats import Seat, SeatState
from hotline.settings_file import Settings
from tests.kit.wav import write_tone


@pytest.fixture(autouse=True)
def here(settings: Settings, db: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    """The command line of this state directory."""
    monkeypatch.setenv("HOTLINE_STATE_DIR", str(settings.state_dir))
    settings_file.current.cache_clear()
    database.current.cache_clear()


def run(*arguments: str) -> Result:
    return CliRunner().invoke(main, arguments)


def leave_message(settings: Settings, db: Database) -> str:
    write_tone(spool.part_path(settings.spool_dir, "1763885000.1", 0), 2.0)
    spool.write_note(settings.spool_dir, spool.CallNote("1763885000.1", "13800001234"))
    taken = intake.take_in("1763885000.1", settings, db)
    assert taken
    return taken.case_number


def test_help_names_every_command() -> None:
    shown = run("--help")
    assert shown.exit_code == 0
    for name in (
        "audit",
        "backup",
        "call",
        "callbacks",
        "calls",
        "case",
        "doctor",
        "line",
        "models",
        "recordings",
        "reports",
        "restore",
        "seats",
        "status",
        "units",
        "users",
    ):
        assert f"  {name} " in shown.output


def test_recordings_as_json(settings: Settings, db: Database) -> None:
    number = leave_message(settings, db)
    (row,) = json.loads(run("recordings", "list", "--json", "--whole-numbers").output)
    assert row["case_number"] == number
    assert (row["caller"], row["seconds"], row["state"], row["transcript"]) == (
        "13800001234",
        2.0,
        "pending",
        None,
    )
    assert json.loads(run("recordings", "list", "--json", "--state", "failed").output) == []


def test_times_in_lists_are_the_offices(settings: Settings, db: Database) -> None:
    leave_message(settings, db)
    [row] = json.loads(run("recordings", "list", "--json").output)
    at = datetime.fromisoformat(row["received_at"])
    assert at.tzinfo is not None
    told = f"{at.astimezone(ZoneInfo('Asia/Shanghai')):%Y-%m-%d %H:%M:%S}"
    assert f"  {told}  " in run("recordings", "list").output
    assert f"oldest_unscreened       {told}\n" in run("status").output
    assert datetime.fromisoformat(json.loads(run("status", "--json").output)["oldest_unscreened"]) == at


def test_a_recording_shorter_than_it_took_is_told(settings: Settings, db: Database) -> None:
    leave_message(settings, db)
    with db.writing() as session:
        session.execute(update(Recording).values(missing_seconds=4.2))
    assert json.loads(run("recordings", "list", "--json").output)[0]["missing_seconds"] == 4.2
    assert "4.2 s missing" in run("recordings", "list").output


def test_what_was_not_transcribed_is_told(settings: Settings, db: Database) -> None:
    leave_message(settings, db)
    for state, unheard, seconds in (
        (TranscriptionState.PENDING, 3.0, None),
        (TranscriptionState.TRANSCRIBED, None, None),
        (TranscriptionState.TRANSCRIBED, 3.0, 3.0),
        (TranscriptionState.NO_SPEECH, 0.0, 0.0),
        (TranscriptionState.FAILED, None, 1.0),
    ):
        with db.writing() as session:
            session.execute(
                update(Recording).values(transcription=state, unheard_seconds=unheard, seconds=1.0)
            )
        [row] = json.loads(run("recordings", "list", "--json").output)
        assert row["not_transcribed_seconds"] == seconds
        assert ("s not transcribed" in run("recordings", "list").output) == bool(seconds)


def test_an_empty_list_says_what_to_do() -> None:
    assert "hotline call --wav" in run("recordings", "list").output


def test_case_show(settings: Settings, db: Database) -> None:
    number = leave_message(settings, db)
    shown = json.loads(run("case", "show", number, "--json").output)
    assert (shown["number"], shown["state"], shown["telephone"]) == (number, "received", "13800001234")


@pytest.mark.parametrize(
    ("number", "answer"), [("123", "not a case number"), ("2600099999", "never given out")]
)
def test_case_show_of_a_wrong_number(number: str, answer: str) -> None:
    shown = run("case", "show", number)
    assert shown.exit_code == 1
    assert answer in shown.output


def test_users() -> None:
    assert "shown only now" in run("users", "add", "li", "--full-name", "李", "--role", "supervisor").output
    assert "supervisor" in run("users", "list").output
    assert run("users", "disable", "li").exit_code == 0
    assert "(disabled)" in run("users", "list").output
    assert "choose another name" in run("users", "add", "li").output
    assert "at least 10" in run("users", "password", "li", "--password", "short").output
    assert "no user wang" in run("users", "enable", "wang").output


def test_who_is_disabled_is_signed_out_of_the_seat(db: Database) -> None:
    run("users", "add", "li")
    with db.writing() as session:
        li = session.scalars(select(User.id).where(User.name == "li")).one()
        session.add(Seat(name="seat02", state=SeatState.READY, since=datetime.now(UTC), user_id=li))
    assert "signed out" not in run("users", "enable", "li").output
    assert "signed out as soon as the exchange answers" in run("users", "disable", "li").output
    with db.reading() as session:
        [order] = session.scalars(select(SeatOrder))
    assert (order.seat, order.order) == ("seat02", Order.LEAVE_SEAT)


def test_units_import_and_its_refusals(tmp_path: Path) -> None:
    assert run("units", "import", str(SAMPLE)).output.endswith("\n454 units are in force.\n")
    wrong = tmp_path / "units.csv"
    for text, answer in (
        ("name\n", "columns"),
        ("code,parent,name_zh\n1,,甲\n1,,乙\n", "twice"),
        ("code,parent,name_zh\n1,2,甲\n", "parent 2"),
        ("code,parent,name_zh\n;DROP,,甲\n", "letters or digits"),
        ("code,parent,name_zh\n0101\n", "must not be empty"),
    ):
        wrong.write_text(text)
        shown = run("units", "import", str(wrong))
        assert (shown.exit_code, answer in shown.output) == (1, True), shown.output
    assert len(run("units", "list").output.splitlines()) == 454
    wrong.write_bytes("﻿code,parent,name_zh\n9,,甲\n".encode())
    refused = run("units", "import", str(wrong))
    assert refused.exit_code == 1 and "abolishes 454 of 454 units" in refused.output
    assert len(run("units", "list").output.splitlines()) == 454
    assert run("units", "import", "--yes", str(wrong)).output.endswith("\n1 units are in force.\n")


def test_status_tells_which_parts_are_silent() -> None:
    shown = run("status", "--json")
    assert shown.exit_code == 1
    record = json.loads(shown.output)
    assert "worker" in record["not_answering"]
    assert record["recordings"]["pending"] == 0


def test_doctor_says_what_to_do() -> None:
    shown = run("doctor")
    assert shown.exit_code == 1
    assert "MEND  agi: does not answer\n      → run: hotline start" in shown.output
    assert "ok    database" in shown.output


def test_doctor_names_what_production_uses(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    target = tmp_path / "hotline.target"
    target.touch()
    monkeypatch.setattr(troubles, "SYSTEMD_TARGET", target)
    shown = run("doctor").output
    assert "MEND  agi: does not answer\n      → run: systemctl restart hotline@serve-agi" in shown
    assert "hotline start" not in shown and "make run" not in shown


def test_backup_and_restore(
    settings: Settings, db: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    leave_message(settings, db)
    archive = str(tmp_path / "b.tar")
    assert str(settings.state_dir) in run("backup", archive).output
    assert "already there" in run("backup", archive).output
    assert "already holds" in run("restore", archive).output
    monkeypatch.setenv("HOTLINE_STATE_DIR", str(tmp_path / "elsewhere"))
    settings_file.current.cache_clear()
    restored = run("restore", archive).output
    assert "as they were when they were kept: 1 " in restored
    assert f"HOTLINE_STATE_DIR={tmp_path / 'elsewhere'} make run" in restored


def test_a_wrong_setting_is_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOTLINE_SIP__PORT", "0")
    settings_file.current.cache_clear()
    shown = run("recordings", "list")
    assert shown.exit_code == 1
    assert shown.output.startswith("Error: a setting is wrong: sip.port = '0'")


def test_a_failed_recording_is_transcribed_again_on_request(settings: Settings, db: Database) -> None:
    number = leave_message(settings, db)
    assert "has not failed, it is pending" in run("recordings", "retry", number).output
    with db.writing() as session:
        session.execute(update(Recording).values(transcription="failed", attempts=3, failure="cut header"))
    assert run("recordings", "retry", number).exit_code == 0
    with db.reading() as session:
        row = session.scalars(select(Recording)).one()
        kept = session.scalars(select(AuditEntry).where(AuditEntry.action == "retry")).one()
        assert (row.state, row.attempts, row.attempts_allowed, row.failure) == ("pending", 3, 6, "")
        assert kept.subject == f"recording {row.id}"
    unknown = run("recordings", "retry", "2699999999")
    assert unknown.exit_code == 1
    assert "There is no recording 2699999999" in unknown.output


@pytest.mark.parametrize(("given", "end"), [("23:30", "2026-11-23 23:30"), ("08:00", "2026-11-24 08:00")])
def test_a_time_alone_is_the_next_one(given: str, end: str) -> None:
    now = datetime(2026, 11, 23, 22, 56, tzinfo=ZoneInfo("Asia/Shanghai"))
    meant = line.end_of(datetime.strptime(given, "%H:%M"), now)
    assert f"{meant:%Y-%m-%d %H:%M}" == end and meant.tzinfo == now.tzinfo


def test_the_line_by_hand() -> None:
    assert "open until" in run("line", "open", "--until", "18:00", "--reason", "trial").output
    refused = run("line", "close", "--until", "2020-01-01 18:00", "--reason", "late")
    assert refused.exit_code and "in the future" in refused.output and "In the office it is" in refused.output
    assert "by hand until" in run("line", "status").output
