"""The page of the calendar: what it shows to whom, what is said before a change, and what it leaves."""

from datetime import UTC, datetime

import pytest
from bs4 import BeautifulSoup
from sqlalchemy import select

from hotline.audit import AuditEntry
from hotline.cases import case_events
from hotline.cases.moves import Move
from hotline.hours import calendar_days, line
from tests.web import case_room
from tests.web.office import Office, Visitor, page, user_id

OFF = {"first": "2026-11-26", "last": "2026-11-26", "works": "no", "name": "供电检修", "name_en": "Power cut"}
"""A Thursday in the time to object of a case that is sent on Monday the 23rd."""


@pytest.fixture
def chief(office: Office) -> Visitor:
    visitor = office.visitor("chenjing")
    page(visitor, "/calendar")
    return visitor


def confirm(visitor: Visitor, answer_of: str, entered: dict[str, str] = OFF, seen: str = "0") -> int:
    return visitor.post(answer_of, {**entered, "confirmed": "1", "seen": seen}).status_code


def day(visitor: Visitor, iso: str) -> str:
    """The words of a day on the page of its year, and the classes of its place."""
    for cell in page(visitor, f"/calendar?year={iso[:4]}").select(".month td[title]"):
        if str(cell["title"]).startswith(iso):
            return " ".join([*cell["class"], cell.get_text(" ", strip=True)])
    raise LookupError(iso)


def test_a_year_month_by_month(chief: Visitor) -> None:
    shown = page(chief, "/calendar")
    assert len(shown.select(".month")) == 12 and len(shown.select(".month [data-day]")) == 365
    assert "off special" in day(chief, "2026-02-17") and "春节 休息" in day(chief, "2026-02-17")
    assert "works special" in day(chief, "2026-02-14") and "春节 上班" in day(chief, "2026-02-14")
    assert "尚无 2099 年的节假日安排" in page(chief, "/calendar?year=2099").get_text()
    for odd in ("year=1", "year=x", "day=2026-02-30", "day=0001-01-01"):
        assert chief.get(f"/calendar?{odd}").status_code == 200


def test_a_change_says_what_follows_is_done_and_taken_back(office: Office, chief: Visitor) -> None:
    case_room.staffed(office)
    number = case_room.sent(office, case_room.registered(office, "1795400021.1"))
    asked = BeautifulSoup(chief.post("/calendar/change", OFF).data, "html.parser").get_text(" ", strip=True)
    assert "截止日改变的进行中期限 1" in asked and "2026-11-30 2026-12-01" in asked
    assert "decided" not in day(chief, "2026-11-26"), "nothing is done before it is confirmed"
    assert confirm(chief, "/calendar/change") == 303
    assert "off special decided" in day(chief, "2026-11-26") and "供电检修 休息" in day(chief, "2026-11-26")
    shown = page(chief, "/calendar").get_text(" ", strip=True)
    assert "截止日改变的进行中期限：1 个" in shown and "第 1 版" in shown and "陈静" in shown
    with office.db.reading() as session:
        last = case_events.of_case(session, number)[-1]
        assert (last.move, last.by_id) == (Move.RECOMPUTE, user_id(office, "chenjing"))
        entry = session.scalars(select(AuditEntry).where(AuditEntry.action == "change calendar")).one()
        assert entry.user_id == user_id(office, "chenjing")
    case = page(chief, f"/cases/{number}").get_text(" ", strip=True)
    assert "日历更改，重新计算截止日" in case
    assert "单位提出异议的截止日改为 2026-12-01，原为 2026-11-30（日历第 1 版）" in case
    assert "撤销第 1 版更改？" in chief.post("/calendar/changes/1/undo").get_data(as_text=True)
    assert confirm(chief, "/calendar/changes/1/undo", {}, seen="1") == 303
    assert "decided" not in day(chief, "2026-11-26")
    chief.post("/account/language", {"language": "en"})
    case = page(chief, f"/cases/{number}").get_text(" ", strip=True)
    assert "The unit may object until 2026-11-30; before, until 2026-12-01 (calendar, version 2)." in case


def test_the_line_follows_at_once_and_that_is_said_before(office: Office, chief: Visitor) -> None:
    today = OFF | {"first": "2026-11-23", "last": "2026-11-23"}
    assert "今天将变为休息日" in chief.post("/calendar/change", today).get_data(as_text=True)
    morning = datetime(2026, 11, 23, 2, tzinfo=UTC)

    def is_open() -> bool:
        with office.db.reading() as session:
            return line.state_at(session, morning, office.settings.hours).is_open

    assert is_open()
    confirm(chief, "/calendar/change", today)
    assert not is_open()


def test_who_looks_sees_the_days_and_changes_none(office: Office, chief: Visitor) -> None:
    case_room.staffed(office)
    confirm(chief, "/calendar/change")
    for name in ("leader", "officer", "liuyang"):
        visitor = office.visitor(name)
        shown = page(visitor, "/calendar")
        assert "供电检修" in shown.get_text() and not shown.select("main form, [data-day]")
        assert confirm(visitor, "/calendar/change") == 403
        assert confirm(visitor, "/calendar/changes/1/undo") == 403


def test_who_comes_second_is_told_what_follows_now(office: Office, chief: Visitor) -> None:
    assert confirm(chief, "/calendar/change") == 303
    other = OFF | {"first": "2026-11-27", "last": "2026-11-27"}
    answer = chief.post("/calendar/change", {**other, "confirmed": "1", "seen": "0"})
    assert answer.status_code == 200 and "期间已有人更改了日历" in answer.get_data(as_text=True)
    assert confirm(chief, "/calendar/change", other, seen="1") == 303


@pytest.mark.parametrize(
    ("entered", "field", "said"),
    [
        ({"first": "soon"}, "first", "请选择起止日期"),
        ({"last": "2026-11-25"}, "last", "结束日期早于开始日期"),
        ({"last": "2027-11-26"}, "last", "一次最多更改 92 天"),
        ({"works": ""}, "works", "请选择这些日子是否上班"),
        ({"name": "\x00 "}, "name", "请填写名称或原因"),
        ({"name_en": "x" * 200}, "name_en", "最多 80 个字符"),
    ],
)
def test_what_is_wrong_is_said_at_its_field(
    office: Office, chief: Visitor, entered: dict[str, str], field: str, said: str
) -> None:
    for confirmed in ({}, {"confirmed": "1", "seen": "0"}):
        answer = chief.post("/calendar/change", {**OFF, **entered, **confirmed})
        assert answer.status_code == 422
        shown = answer.get_data(as_text=True)
        assert f'id="mistake-{field}"' in shown and said in shown
    with office.db.reading() as session:
        assert calendar_days.version(session) == 0
    assert chief.post("/calendar/changes/7/undo").status_code == 422
