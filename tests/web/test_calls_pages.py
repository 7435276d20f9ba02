"""The supervisor's pages of calls, abandoned calls, reports and nuisance calls, over a known day."""

import csv
import io
import re
from datetime import UTC, date, datetime, timedelta
from itertools import cycle
from pathlib import Path
from shutil import copy, copytree

import pytest
from bs4 import BeautifulSoup
from openpyxl import load_workbook
from sqlalchemy import insert, select

from hotline.audit import AuditEntry
from hotline.callbacks.callbacks import Callback, CallbackState
from hotline.callers.nuisance import Block
from hotline.calls.calls import CallRecord
from hotline.cases.case_entry import CaseEntry
from hotline.cases.cases import Category
from hotline.database import Database
from hotline.people import Role, User, add
from hotline.recordings.recordings import Recording, ScreeningOutcome, TranscriptionState
from hotline.registration import call_cases
from hotline.reports import call_list
from hotline.seats.seat_events import SeatEvent
from hotline.settings_file import Settings
from tests.kit.known_day import call_id, replay
from tests.kit.period_rules import RULES
from tests.kit.steps import Steps
from tests.web.office import Office, Visitor, page
from web import download
from web.services import Services

DAY = date(2026, 11, 20)
"""A Friday; the pages are opened on the Monday after it."""
HERE = f"first={DAY}&last={DAY}"
ABANDONED = 7


@pytest.fixture(scope="module")
def replayed(
    prepared: tuple[Path, list[str]], tmp_path_factory: pytest.TempPathFactory
) -> tuple[Path, list[str]]:
    """The desk after that day, to be copied."""
    source, ids = prepared
    settings = Settings(state_dir=tmp_path_factory.mktemp("day") / "desk")
    copytree(source, settings.state_dir, copy_function=copy)
    db = Database(settings.database_url)
    replay(settings, db, DAY)
    db.engine.dispose()  # so that all of it is in the one file
    return settings.state_dir, ids


@pytest.fixture
def morning(replayed: tuple[Path, list[str]]) -> tuple[Path, list[str]]:
    """This is what the office is like."""
    return replayed


@pytest.fixture
def supervisor(office: Office) -> Visitor:
    return office.visitor("chenjing")


def rows(found: BeautifulSoup, table: str = "table.listed") -> list[list[str]]:
    return [
        [" ".join(cell.get_text(" ").split()) for cell in row.select("th, td")]
        for row in found.select(f"{table} tbody tr")
    ]


def acts(office: Office) -> list[tuple[str, str, str]]:
    with office.db.reading() as session:
        entries = session.scalars(select(AuditEntry).order_by(AuditEntry.id))
        return [(each.action, each.subject, each.detail) for each in entries]


def test_a_recording_that_is_being_taken_in(office: Office, supervisor: Visitor) -> None:
    with office.db.writing() as session:
        newest = session.scalars(select(CallRecord).where(CallRecord.answered_at.is_not(None))).first()
        assert newest
        newest.ended_at = office.clock.now - timedelta(seconds=20)
    assert "录音入库中" in supervisor.get(f"/calls?{HERE}").get_data(as_text=True)
    office.clock.forward(minutes=5)
    assert "录音入库中" not in supervisor.get(f"/calls?{HERE}").get_data(as_text=True)


@pytest.mark.parametrize("path", ["/calls", "/calls/abandoned", "/reports", "/nuisance"])
def test_only_supervisors_see_them(office: Office, path: str) -> None:
    assert office.visitor("liuyang").get(path).status_code == 403
    assert office.visitor("chenjing").get(path).status_code == 200
    assert office.visitor().get(path).status_code == 302


def test_calls_in_pages_newest_first(supervisor: Visitor) -> None:
    found = page(supervisor, f"/calls?{HERE}")
    assert found.select("h1 .total")[0].get_text() == "42"  # with the callback
    assert len(rows(found)) == 42
    first, waited = rows(found)[0], rows(found)[-7]
    assert first[:3] == ["2026-11-20 23:59:50", "13800000040", "已留言"]
    assert waited[:6] == ["2026-11-20 08:31:00", "13800000008", "已接听", "1号座席 刘洋", "2:40", "3:00"]
    assert waited[6] == "不满意"


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ("result=abandoned", 7),
        ("result=answered&seat=seat02", 8),
        ("seat=seat01&agent=1", 12),  # one of them was handed on by seat 2
        ("satisfaction=3", 2),
        ("recorded=yes", 6),
        ("recorded=no&result=message", 0),
        ("result=nonsense&agent=x&satisfaction=9&recorded=maybe", 42),
        ("seat=%00'--", 0),
    ],
)
def test_filters(supervisor: Visitor, query: str, count: int) -> None:
    found = page(supervisor, f"/calls?{HERE}&{query}")
    assert found.select("h1 .total")[0].get_text() == str(count)
    assert len(rows(found)) == count


def test_a_number_is_searched_for_without_standing_in_the_address(supervisor: Visitor) -> None:
    answer = supervisor.post("/calls", {"first": str(DAY), "last": str(DAY), "caller": "0000012"})
    assert answer.status_code == 303
    assert "0000012" not in answer.location
    found = page(supervisor, answer.location)
    assert [row[1] for row in rows(found)] == ["13800000012", "13800000012"]


def test_a_case_number_finds_its_call_on_any_day(office: Office, supervisor: Visitor) -> None:
    entry = CaseEntry("梁玉兰", "13900001234", "解放路12号", Category.LAND, "宅基地边界。", "0102")
    with office.db.writing() as session:
        of_call = (session, call_id(6), entry, office.clock.now, 1, office.clock.now, RULES)
        number = call_cases.register(*of_call).number
    spaced = f"{number[:3]} {number[3:7]} {number[7:]}"
    answer = supervisor.post("/calls", {"first": "2026-01-01", "last": "2026-01-02", "caller": spaced})
    assert [row[1] for row in rows(page(supervisor, answer.location))] == ["13800000006"]
    file = supervisor.post(answer.location.replace("/calls?", "/calls/export?"), {"format": "csv"})
    head, line = csv.reader(io.StringIO(file.get_data().decode("utf-8-sig")))
    assert line[head.index("信访编号")] == number


def test_who_said_nothing_has_left_no_message(office: Office, supervisor: Visitor) -> None:
    with office.db.writing() as session:
        for number, outcome in ((17, None), (31, ScreeningOutcome.REGISTERED)):
            recording = session.scalars(select(Recording).where(Recording.call_id == call_id(number))).one()
            recording.transcription, recording.outcome = TranscriptionState.NO_SPEECH, outcome
    nothing_said = [
        row for row in rows(page(supervisor, f"/calls?{HERE}&result=abandoned")) if "未说话" in row[2]
    ]
    assert len(nothing_said) == 1
    assert len(rows(page(supervisor, f"/calls/abandoned?{HERE}"))) == 7


def handed_on(office: Office, *, kept: bool) -> str:
    """Seat 2 has asked seat 3 for ten seconds; seat 3 has talked to the caller if the call was ``kept``."""
    with office.db.writing() as session:
        call = session.scalars(select(CallRecord).where(CallRecord.seat == "seat02")).first()
        assert call and call.answered_at
        told = (
            (20, "seat03", "handed_to", ""),
            (20, "seat02", "consult_began", "seat03"),
            (30, "seat02", "consult_ended", ""),
            (90 if kept else 31, "seat03", "handed_talk_over", ""),
        )
        for seconds, seat, event, detail in told:
            at = call.answered_at + timedelta(seconds=seconds)
            more = {"user_id": 3} if seat == "seat03" else {}
            session.add(SeatEvent(at=at, seat=seat, event=event, call_id=call.call_id, detail=detail, **more))
        return call.call_id


def test_every_seat_that_talked_to_the_caller_is_there(office: Office, supervisor: Visitor) -> None:
    handed = handed_on(office, kept=True)
    for query in ("seat=seat03", "agent=3"):
        found = page(supervisor, f"/calls?{HERE}&{query}")
        both = [row for row in rows(found) if "2号座席" in row[3] and "3号座席" in row[3]]
        assert len(both) == 1, query
        assert both[0][3].index("2号座席") < both[0][3].index("3号座席")
    with office.db.reading() as session:
        agent = session.get_one(User, 3).full_name
    file = supervisor.post(f"/calls/export?{HERE}&seat=seat03", {"format": "csv"})
    lines = [line for line in csv.reader(io.StringIO(file.get_data().decode("utf-8-sig"))) if handed in line]
    assert [line[3] for line in lines] == ["2号座席 → 3号座席"]
    assert lines[0][4].endswith(f" → {agent}")
    assert agent in page(supervisor, "/calls").select("#agent")[0].get_text()


def test_a_seat_that_was_only_asked_has_not_talked_to_the_caller(office: Office, supervisor: Visitor) -> None:
    handed_on(office, kept=False)
    for query in ("seat=seat03", "agent=3"):
        assert "3号座席" not in str(rows(page(supervisor, f"/calls?{HERE}&{query}"))), query


def test_pages_follow_each_other(office: Office, supervisor: Visitor) -> None:
    with office.db.writing() as session:
        begin = session.scalars(select(CallRecord.arrived_at).order_by(CallRecord.arrived_at)).first()
        assert begin
        for number in range(60):  # many within one second
            session.add(
                CallRecord(call_id=f"m-{number}", caller="1390", arrived_at=begin + timedelta(hours=30))
            )
    seen: list[str] = []
    path: str | None = f"/calls?first={DAY}&last={DAY + timedelta(days=2)}"
    while path:
        found = page(supervisor, path)
        seen += [row[0] + row[1] for row in rows(found)]
        following = found.select_one("#next-page")
        path = str(following["href"]) if following else None
    assert len(seen) == 42 + 1 + 60  # the call at midnight, and those


def test_a_file_holds_what_the_filters_leave(office: Office, supervisor: Visitor) -> None:
    with office.db.writing() as session:
        session.get_one(CallRecord, call_id(16)).caller = "+8613800000015"
    answer = supervisor.post(f"/calls/export?{HERE}&result=abandoned", {"format": "csv"})
    assert answer.mimetype == "text/csv"
    assert 'filename="calls-2026-11-20-2026-11-20.csv"' in answer.headers["Content-Disposition"]
    lines = list(csv.reader(io.StringIO(answer.get_data().decode("utf-8-sig"))))
    assert lines[0][:3] == ["来电时间", "来电号码", "结果"]
    assert len(lines) == 1 + ABANDONED
    assert ["2026-11-20 09:02:00", "'+8613800000015", "放弃"] in [line[:3] for line in lines]
    assert acts(office)[-1] == ("export", "calls", "2026-11-20 – 2026-11-20, 7 rows, csv")


def test_a_file_that_would_be_too_long_says_what_to_do(
    office: Office, supervisor: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(download, "MOST_ROWS", 41)
    answer = supervisor.post(f"/calls/export?{HERE}", {"format": "csv"})
    assert answer.status_code == 422
    assert "共有 42 通来电，每个文件最多 41 条" in answer.get_data(as_text=True)
    assert "export" not in [act[0] for act in acts(office)]
    filtered = supervisor.post(f"/calls/export?{HERE}&result=abandoned", {"format": "csv"})
    assert filtered.mimetype == "text/csv"


def test_the_choice_of_agents_costs_the_same_with_many_calls(db: Database) -> None:
    """Counted in steps of SQLite's machine, which no load on the computer changes."""
    with db.writing() as session:
        ids = [add(session, name, name, Role.CLERK, "long-enough-password").id for name in ("li", "wu", "xu")]
        at = datetime(2026, 11, 20, tzinfo=UTC)
        calls = [
            {"call_id": f"m-{number}", "caller": "", "seat": "seat01", "arrived_at": at, "user_id": user}
            for number, user in zip(range(20_000), cycle(ids[:2]), strict=False)
        ]
        session.execute(insert(CallRecord), calls)
    steps = Steps(db)
    with db.reading() as session:
        assert [user.name for user in call_list.agents(session)] == ["li", "wu"]
    assert steps.count < 10


def test_a_workbook_computes_nothing(office: Office, supervisor: Visitor) -> None:
    with office.db.writing() as session:
        session.get_one(CallRecord, call_id(16)).caller = "=1+1"
    answer = supervisor.post(f"/calls/export?{HERE}", {"format": "xlsx"})
    sheet = load_workbook(io.BytesIO(answer.get_data())).worksheets[0]
    assert {cell.value for cell in sheet["D"]} == {"座席", "1号座席", "2号座席", "2号座席 → 1号座席", None}
    cells = {cell.value for cell in sheet["B"]}
    assert "'=1+1" in cells
    assert all(cell.data_type != "f" for row in sheet.iter_rows() for cell in row)
    assert sheet.max_row == 1 + 42
    assert supervisor.post(f"/calls/export?{HERE}", {"format": "exe"}).status_code == 404


def test_abandoned_calls_are_settled_and_taken_back(office: Office, supervisor: Visitor) -> None:
    address = f"/calls/abandoned?{HERE}"
    before = page(supervisor, address)
    assert len(rows(before)) == 6  # one called again and was answered
    assert not before.select(".call-back")  # sip.outbound is empty
    assert supervisor.post(f"/calls/{call_id(16)}/settled?{HERE}").status_code == 303
    assert len(rows(page(supervisor, address))) == 5
    every = rows(page(supervisor, f"{address}&show=all"))
    assert [row[4] for row in every].count("人工办结") == 1
    assert [row[4] for row in every].count("后来已接听") == 1
    twice = supervisor.post(f"/calls/{call_id(16)}/settled?{HERE}")
    assert "该来电人已有人处理。" in supervisor.get(twice.location).get_data(as_text=True)
    for _ in range(2):
        supervisor.post(f"/calls/{call_id(16)}/settled?{HERE}", {"again": "1"})
    assert len(rows(page(supervisor, address))) == 6
    for none in ("none", call_id(6)):  # a seat has answered it
        assert supervisor.post(f"/calls/{none}/settled").status_code == 404
    assert [each[:2] for each in acts(office) if each[0] in ("settle", "reopen")] == [
        ("settle", f"call {call_id(16)}"),
        ("reopen", f"call {call_id(16)}"),
    ]


def test_one_key_calls_back(office: Office, supervisor: Visitor) -> None:
    refused = supervisor.post(f"/calls/{call_id(16)}/callback?{HERE}")
    assert "不能外呼" in supervisor.get(refused.location).get_data(as_text=True)
    outward = Settings(state_dir=office.settings.state_dir, sip={"outbound": "trunk.example:5060"})
    office.app.extensions["hotline"] = Services(outward, office.db, office.clock)
    assert len(page(supervisor, f"/calls/abandoned?{HERE}").select(".call-back")) == 5  # one withheld it
    for said in (
        "一有空闲座席即回拨 13800000015",
        "该来电人已有人处理：待回拨。",
    ):  # pressed twice: one callback
        answer = supervisor.post(f"/calls/{call_id(16)}/callback?{HERE}")
        assert said in supervisor.get(answer.location).get_data(as_text=True)
    answered_later = supervisor.post(f"/calls/{call_id(12)}/callback?{HERE}")
    assert "该来电人已有人处理：后来已接听。" in supervisor.get(answered_later.location).get_data(
        as_text=True
    )
    assert (
        supervisor.post(f"/calls/{call_id(6)}/callback?{HERE}").status_code == 404
    )  # a seat has answered it
    with office.db.reading() as session:
        [callback] = session.scalars(select(Callback).where(Callback.call_id == call_id(16)))
        assert (callback.number, callback.open_number) == ("13800000015", "13800000015")
        assert callback.language == "zh"
    waiting = [row for row in rows(page(supervisor, f"/calls/abandoned?{HERE}")) if row[4] == "待回拨"]
    assert [row[1] for row in waiting] == ["13800000015"]
    withheld = supervisor.post(f"/calls/{call_id(32)}/callback?{HERE}")
    assert "无法回拨" in supervisor.get(withheld.location).get_data(as_text=True)


def test_a_callback_that_came_to_nothing_is_to_be_done_again(office: Office, supervisor: Visitor) -> None:
    outward = Settings(state_dir=office.settings.state_dir, sip={"outbound": "trunk.example:5060"})
    office.app.extensions["hotline"] = Services(outward, office.db, office.clock)
    with office.db.writing() as session:
        [callback] = session.scalars(select(Callback))
        callback.state, callback.language = CallbackState.FAILED, "en"
    promised = [row for row in rows(page(supervisor, f"/calls/abandoned?{HERE}")) if row[1] == "13800000017"]
    assert [row[3:5] for row in promised] == [["回拨未成", "待处理"]]
    for said in ("一有空闲座席即回拨 13800000017", "该来电人已有人处理：待回拨。"):
        answer = supervisor.post(f"/calls/{call_id(18)}/callback?{HERE}")
        assert said in supervisor.get(answer.location).get_data(as_text=True)
    assert "13800000017" not in str(rows(page(supervisor, f"/calls/abandoned?{HERE}")))
    with office.db.reading() as session:
        assert {each.language for each in session.scalars(select(Callback))} == {"en"}


def test_a_report_shows_every_figure(supervisor: Visitor) -> None:
    found = page(supervisor, f"/reports?{HERE}&by=hour")
    table = {row[0]: row[1:] for row in rows(found, "table.figures")}
    assert len(table) == 24
    head = [cell.get_text() for cell in found.select("table.figures thead th")][1:]
    nine = dict(zip(head, table["09:00"], strict=True))
    assert nine["来电量"] == "9" and nine["已接听"] == "5" and nine["放弃"] == "2"
    assert nine["15 秒接听率"] == "44.4 %" and nine["接通率"] == "66.6 %"
    assert nine["平均等待"] == "8.6 s" and nine["等待中位数"] == "6.0 s" and nine["通话"] == "0:40:00"
    assert nine["暂停：用餐"] == "0:00:00"
    assert table["13:00"][head.index("接通率")] == "0.0 %"
    assert table["13:00"][head.index("平均等待")] == "" and nine["满意率"] == "100.0 %"
    assert "未达标" in found.select(".key-figures")[0].get_text()
    assert len(found.select(".chart")) == 2


@pytest.mark.parametrize("by", ["day", "month", "seat", "agent"])
def test_other_reports_and_their_files(office: Office, supervisor: Visitor, by: str) -> None:
    address = f"first={DAY}&last={DAY}&by={by}"
    shown = rows(page(supervisor, f"/reports?{address}"), "table.figures")
    answer = supervisor.post(f"/reports/export?{address}", {"format": "csv"})
    lines = list(csv.reader(io.StringIO(answer.get_data().decode("utf-8-sig"))))
    assert len(lines) == 1 + len(shown) + 1
    assert acts(office)[-1][:2] == ("export", f"report by {by}")
    book = supervisor.post(f"/reports/export?{address}", {"format": "xlsx"})
    assert load_workbook(io.BytesIO(book.get_data())).worksheets[0].max_row == len(lines)


def test_a_report_of_too_many_days_says_so(supervisor: Visitor) -> None:
    address = "by=hour&first=2026-01-01&last=2026-11-23"
    answer = supervisor.get(f"/reports?{address}")
    assert answer.status_code == 422
    assert "最多显示 31 天" in answer.get_data(as_text=True)
    assert supervisor.post(f"/reports/export?{address}", {"format": "csv"}).status_code == 422


def test_a_number_is_blocked_from_the_list_and_lifted(office: Office, supervisor: Visitor) -> None:
    form = page(supervisor, f"/nuisance?call={call_id(16)}")
    assert form.select("#digits")[0]["value"] == "13800000015"
    answer = supervisor.post("/nuisance", {"digits": "13800000015", "reason": "辱骂话务员", "days": "30"})
    [row] = rows(page(supervisor, answer.location))
    assert row[:3] == ["13800000015", "辱骂话务员", "至 2026-12-23 08:40"]
    again = supervisor.post("/nuisance", {"digits": "13800000015", "reason": "再次", "days": "7"})
    assert (again.status_code, "已拦截，请先解除" in again.get_data(as_text=True)) == (422, True)
    with office.db.reading() as session:
        [block] = session.scalars(select(Block))
    supervisor.post(f"/nuisance/{block.id}/lift")
    after = page(supervisor, "/nuisance")
    assert "没有拦截的号码" in after.get_text()
    assert "陈静 解除" in rows(after, ".over table")[0][3]
    assert [each[0] for each in acts(office)[-2:]] == ["block", "lift block"]
    twice = supervisor.post(f"/nuisance/{block.id}/lift")
    assert "已不在拦截名单中" in supervisor.get(twice.location).get_data(as_text=True)


@pytest.mark.parametrize(
    ("entered", "sentence"),
    [
        ({"digits": "<script>", "reason": "x", "days": "7"}, "请输入电话号码"),
        ({"digits": "138", "prefix": "1", "reason": "x", "days": "7"}, "号段太短"),
        ({"digits": "13800000000", "reason": " ", "days": "7"}, "请填写原因"),
    ],
)
def test_what_cannot_be_blocked(supervisor: Visitor, entered: dict[str, str], sentence: str) -> None:
    answer = supervisor.post("/nuisance", entered)
    text = answer.get_data(as_text=True)
    assert (answer.status_code, sentence in text) == (422, True)
    assert not re.search(r"<script>(?!\s*\{)", text)
    assert supervisor.post("/nuisance", {**entered, "days": "100000"}).status_code == 422


@pytest.mark.parametrize("path", ["/reports", "/calls", "/audit"])
def test_one_period_is_lit_where_two_are_the_same_days(office: Office, path: str) -> None:
    """On a Monday today is this week, on the first of a month this month, too."""
    for day in (date(2026, 11, 23), date(2026, 12, 1), date(2027, 2, 1)):
        office.clock.now = datetime(day.year, day.month, day.day, 4, tzinfo=UTC)
        administrator = office.visitor("admin")
        lit = page(administrator, f"{path}?first={day}&last={day}").select(".filters [aria-current]")
        assert [each.get_text(strip=True) for each in lit] == ["今天"]
    yesterday = page(administrator, f"{path}?first=2027-01-31&last=2027-01-31")
    assert [each.get_text(strip=True) for each in yesterday.select(".filters [aria-current]")] == ["昨天"]
