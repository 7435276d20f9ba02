"""The supervisor's page of all cases: filters in the address, a search that is in none, files."""

import csv
import io
import re
from dataclasses import replace
from datetime import date, timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from bs4 import BeautifulSoup
from sqlalchemy import insert, select

from hotline.audit import AuditEntry
from hotline.calls.calls import CallRecord
from hotline.cases.case_entry import CaseEntry
from hotline.cases.cases import Case, CaseState, Category
from hotline.cases.periods import PeriodKind
from hotline.people import User
from hotline.recordings.recordings import Recording
from hotline.registration import call_cases, screening
from tests.kit.period_rules import RULES
from tests.web.office import Office, Visitor
from web import download

CALL = "1795400009.1"


@pytest.fixture
def supervisor(office: Office) -> Visitor:
    """With another case of a night message, one of a talk without a recording, and some that are due."""
    with office.db.writing() as session:
        by = session.scalars(select(User.id).where(User.name == "liuyang")).one()
        entry = CaseEntry("梁玉兰", "13613360121", "", Category.HOUSING, "公积金提取被拒", "0110")
        now = office.clock.now
        message = session.get_one(Recording, office.ids[0])
        other = replace(entry, petitioner="王秀兰", telephone="")
        screening.register(session, message, other, by, now, RULES)
        session.add(CallRecord(call_id=CALL, caller="13613360121", arrived_at=now))
        call_cases.register(session, CALL, entry, now, by, now, RULES)
        session.execute(insert(Case), [due(office, by, left) for left in (-3, 0, 7)])
    return office.visitor("chenjing")


def due(office: Office, by: int, left: int) -> dict[str, object]:
    at, today = office.clock.now - timedelta(days=60 - left), date(2026, 11, 23)
    return {
        "number": f"26100000{left + 10:02d}", "origin": "letter", "origin_id": str(left),
        "petitioner": "赵云", "telephone": "", "address": "", "summary": "路灯不亮",
        "category": Category.TRAFFIC, "unit_code": "0102",
        "state": CaseState.ACCEPTED, "received_at": at, "registered_at": at, "registered_by_id": by,
        "due_on": today + timedelta(days=left), "yellow_on": today + timedelta(days=left - 19),
        "period": PeriodKind.HANDLING,
    }  # fmt: skip


def rows(page: str) -> list[str]:
    """The rows as they are read, blanks in one."""
    found = BeautifulSoup(page, "html.parser").select(".cases tbody tr")
    return [re.sub(r"\s+", " ", each.get_text(" ")).strip() for each in found]


def shown(visitor: Visitor, address: str = "/cases") -> list[str]:
    answer = visitor.get(address)
    assert answer.status_code == 200
    return rows(answer.get_data(as_text=True))


def test_all_that_was_registered_wherever_it_came_from(office: Office, supervisor: Visitor) -> None:
    page = BeautifulSoup(supervisor.get("/cases").get_data(as_text=True), "html.parser")
    links = [each["href"] for each in page.select(".cases .open")]
    assert len(links) == len(shown(supervisor)) == 6
    assert {each: supervisor.get(str(each)).status_code for each in links} == dict.fromkeys(links, 200)


def test_the_lights_count_and_filter(supervisor: Visitor) -> None:
    page = BeautifulSoup(supervisor.get("/cases").get_data(as_text=True), "html.parser")
    counts = {each["href"]: each.select_one(".count") for each in page.select(".filters a")}
    found = {str(href): count.get_text() for href, count in counts.items() if count}
    assert {parse_qs(urlsplit(href).query)["light"][0]: count for href, count in found.items()} == {
        "red": "1",
        "yellow": "2",
        "green": "3",
    }
    [over] = shown(supervisor, "/cases?light=red")
    assert "已超期 2026-11-20 超期 3 天" in over
    today, soon = shown(supervisor, "/cases?light=yellow&order=due")
    assert "今天到期" in today and "剩 7 天" in soon


def test_a_search_stands_in_no_address_and_in_the_audit_trail(office: Office, supervisor: Visitor) -> None:
    supervisor.get("/cases")
    answer = supervisor.post("/cases", {"search": "13613360121", "state": "registered"})
    assert answer.status_code == 303 and "136" not in answer.headers["Location"]
    [found] = shown(supervisor, answer.headers["Location"])
    assert "梁玉兰" in found and "13613360121" in found
    with office.db.reading() as session:
        noted = select(AuditEntry).where(AuditEntry.action == "search", AuditEntry.subject == "cases")
        assert "13613360121" not in session.scalars(noted).one().detail


@pytest.mark.parametrize(
    "odd",
    [
        "light=blue&state=no&category=x&unit_code=%00&first=x&last=2026-13-01&order=x&after=x&search=x",
        "first=0001-01-01&last=9999-12-31",
        "after=2600000012",
        "unit_code=" + "9" * 5000,
    ],
)
def test_what_no_filter_has_is_none(supervisor: Visitor, odd: str) -> None:
    assert supervisor.get(f"/cases?{odd}", follow_redirects=True).status_code == 200


def test_what_is_shown_is_taken_as_a_file(office: Office, supervisor: Visitor) -> None:
    supervisor.get("/cases")
    answer = supervisor.post("/cases/export?light=red", {"format": "csv"})
    head, row = list(csv.reader(io.StringIO(answer.get_data(as_text=True).removeprefix("\ufeff"))))
    found = dict(zip(head, row, strict=True))
    assert (found["信访编号"], found["灯色"], found["期限"]) == ("2610000007", "已超期", "2026-11-20")
    with office.db.reading() as session:
        taken = session.scalars(select(AuditEntry).where(AuditEntry.action == "export")).one()
        assert (taken.subject, "1 rows" in taken.detail) == ("cases", True)


def test_a_file_that_would_be_too_long_says_so(supervisor: Visitor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(download, "MOST_ROWS", 1)
    supervisor.get("/cases")
    answer = supervisor.post("/cases/export", {"format": "xlsx"})
    assert answer.status_code == 422 and "共 6 件，一个文件最多 1 件" in answer.get_data(as_text=True)


def test_in_english_and_when_none_matches(office: Office) -> None:
    visitor = office.visitor("chenjing")
    visitor.get("/account")
    visitor.post("/account/language", {"language": "en"})
    page = visitor.get("/cases").get_data(as_text=True)
    assert (
        "days left: 14" in page
        and "to be sent to the unit" in page
        and "Number, telephone, name or words" in page
    )
    assert "No case matches." in visitor.get("/cases?light=red").get_data(as_text=True)


def test_a_search_that_is_forgotten_takes_no_more_than_was_searched_for(supervisor: Visitor) -> None:
    supervisor.get("/cases")
    answer = supervisor.post("/cases/export?search=0badcafe&light=red", {"format": "csv"})
    assert (answer.status_code, answer.headers["Location"]) == (303, "/cases?light=red")
    page = supervisor.get("/cases?search=0badcafe", follow_redirects=True).get_data(as_text=True)
    assert "搜索内容已失效" in page


@pytest.mark.parametrize(("name", "said"), [("市信访局", False), ("信访", True), ("没有这个单位", True)])
def test_a_unit_that_is_typed_and_not_chosen(supervisor: Visitor, name: str, said: bool) -> None:
    supervisor.get("/cases")
    answer = supervisor.post("/cases", {"unit": name, "unit_code": ""})
    page = supervisor.get(answer.headers["Location"]).get_data(as_text=True)
    assert ("请从列表中选择单位" in page) is said
    assert ("unit_code=0102" in answer.headers["Location"]) is not said


def test_a_page_behind_the_last_case_leads_back(office: Office, supervisor: Visitor) -> None:
    with office.db.reading() as session:
        oldest = session.scalars(select(Case.number).order_by(Case.registered_at)).first()
    page = BeautifulSoup(supervisor.get(f"/cases?after={oldest}").get_data(as_text=True), "html.parser")
    assert [each["href"] for each in page.select(".pages a")] == ["/cases"]
