"""Letters, visits and appointments on their pages: entered, listed, decided, printed."""

import io
import re
from typing import Any

import pytest
from bs4 import BeautifulSoup
from sqlalchemy import select
from werkzeug.test import TestResponse

from hotline import people
from hotline.cases.cases import Case, CaseState
from hotline.drafts import FormDraft
from hotline.people import Role
from hotline.submissions.submissions import Submission
from tests.kit import desk_sample
from tests.kit.documents import pdf, photograph
from tests.web import case_room
from tests.web.office import Office, Visitor

UNIT = {"unit": "市司法局", "unit_code": "0110"}
LETTER = {
    "received": "2026-11-20T15:30",
    "petitioner": "陈建国",
    "telephone": "13904718826",
    "category": "utilities",
    "summary": "小区供暖不足，室温只有十四度。",
    **UNIT,
}
VISIT = LETTER | {"room": "二号", "persons": "12", "representatives": "甲\n乙"}


def enter(clerk: Visitor, channel: str = "letter", then: str = "", **changed: str) -> str:
    """Enter one as the page does; its number."""
    clerk.get(f"/submissions/new/{channel}")
    answer = clerk.post(f"/submissions/new/{channel}", LETTER | changed | {"then": then})
    assert answer.status_code == 303, answer.get_data(as_text=True)
    return answer.headers["Location"].rpartition("/")[2]


def page(visitor: Visitor, address: str) -> BeautifulSoup:
    answer = visitor.get(address)
    assert answer.status_code == 200
    return BeautifulSoup(answer.data, "html.parser")


def words(found: BeautifulSoup, selector: str = "main") -> str:
    return " ".join(each.get_text(" ", strip=True) for each in found.select(selector))


def state(office: Office, number: str) -> CaseState | None:
    with office.db.reading() as session:
        found = session.get(Case, number)
        return CaseState(found.state) if found else None


def test_a_letter_is_entered_and_registered_in_one_go(office: Office, clerk: Visitor) -> None:
    number = enter(clerk, then="register")
    assert state(office, number) == CaseState.REGISTERED
    shown = page(clerk, f"/submissions/{number}")
    assert "已登记为信访事项" in words(shown)
    [case] = shown.select(f'a[href="/cases/{number}"]')
    of_case = words(page(clerk, str(case["href"])), ".facts")
    assert "渠道 来信" in of_case and "2026-11-20 15:30" in of_case
    assert number in clerk.get("/cases?channel=letter").get_data(as_text=True)
    assert number not in clerk.get("/cases?channel=visit").get_data(as_text=True)


def test_what_is_missing_for_a_case_keeps_all_that_was_typed(office: Office, clerk: Visitor) -> None:
    clerk.get("/submissions/new/visit")
    answer = clerk.post("/submissions/new/visit", VISIT | {"category": "", "then": "register"})
    shown = BeautifulSoup(answer.data, "html.parser")
    assert answer.status_code == 422 and shown.select_one("#category")["aria-invalid"] == "true"  # type: ignore[index]
    assert shown.select_one("#summary").get_text().strip() == VISIT["summary"]  # type: ignore[union-attr]
    assert shown.select_one("#representatives").get_text().strip() == "甲\n乙"  # type: ignore[union-attr]
    assert {each: shown.select_one(f"#{each}")["value"] for each in ("room", "persons", "unit")} == {  # type: ignore[index]
        "room": "二号",
        "persons": "12",
        "unit": "市司法局",
    }
    with office.db.reading() as session:
        assert session.scalars(select(Submission)).all() == []  # both or none


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"received": ""}, "received"),
        ({"received": "2026-11-31T10:00"}, "received"),
        ({"received": "9999-12-31T23:59"}, "received"),
        ({"received": "0001-01-01T00:00"}, "received"),
        ({"unit": "市", "unit_code": ""}, "unit_code"),
        ({"unit": "市信访局", "unit_code": "0110"}, "unit_code"),
        ({"summary": "", "petitioner": ""}, "summary"),
        ({"petitioner": "王" * 200}, "petitioner"),
        ({"persons": "-1"}, "persons"),
        ({"representatives": "\r\n".join("甲乙丙丁戊己")}, "representatives"),
    ],
)
def test_what_is_wrong_is_said_at_its_field(clerk: Visitor, changed: dict[str, str], field: str) -> None:
    clerk.get("/submissions/new/visit")
    answer = clerk.post("/submissions/new/visit", VISIT | changed)
    shown = BeautifulSoup(answer.data, "html.parser")
    assert answer.status_code == 422
    assert [each["id"] for each in shown.select(".mistake[id]")] == [f"mistake-{field}"]


def test_it_is_changed_and_who_comes_second_is_told(office: Office, clerk: Visitor) -> None:
    number, colleague = enter(clerk), office.visitor("chenjing")
    for each in (clerk, colleague):
        assert page(each, f"/submissions/{number}").select_one("[name=seen]")["value"] == "1"  # type: ignore[index]
    assert (
        colleague.post(f"/submissions/{number}", LETTER | {"seen": "1", "petitioner": "陈建军"}).status_code
        == 303
    )
    answer = clerk.post(f"/submissions/{number}", LETTER | {"seen": "1", "petitioner": "陈国"})
    shown = BeautifulSoup(answer.data, "html.parser")
    assert answer.status_code == 422 and "期间已有人修改" in words(shown)
    assert shown.select_one("#petitioner")["value"] == "陈国"  # type: ignore[index]
    assert "陈建军" in words(shown, ".facts")
    seen = str(shown.select_one("[name=seen]")["value"])  # type: ignore[index]
    assert (
        clerk.post(f"/submissions/{number}", LETTER | {"seen": seen, "then": "register"}).status_code == 303
    )
    assert state(office, number) == CaseState.REGISTERED


def test_a_letter_is_joined_to_a_case_and_parted_again(office: Office, clerk: Visitor) -> None:
    case_room.staffed(office)
    number, case = enter(clerk), case_room.sent(office, case_room.registered(office, "1795400011.9"))
    answer = clerk.post(f"/submissions/{number}/join", {"case_number": "26 0000"})
    assert answer.status_code == 422 and "没有这个编号的信访事项" in answer.get_data(as_text=True)
    spaced = f"{case[:3]} {case[3:7]} {case[7:]}"
    assert clerk.post(f"/submissions/{number}/join", {"case_number": spaced}).status_code == 303
    history = words(page(office.visitor("officer"), f"/cases/{case}"), ".events")
    assert "并入" in history and LETTER["summary"] in history
    assert page(clerk, f"/cases/{case}").select(f'.events a[href="/submissions/{number}"]')
    assert not page(office.visitor("officer"), f"/cases/{case}").select(".events a")  # it is not for the unit
    assert clerk.post(f"/submissions/{number}/undo", {"reason": ""}).status_code == 422
    assert clerk.post(f"/submissions/{number}/undo", {"reason": "不是同一事项"}).status_code == 303
    history = words(page(office.visitor("officer"), f"/cases/{case}"), ".events")
    assert "解除并入" in history and LETTER["summary"] not in history  # another's words are not its business
    assert "待处理" in words(page(clerk, f"/submissions/{number}"), ".list-head")


def test_of_two_decisions_the_second_is_told(office: Office, clerk: Visitor) -> None:
    number = enter(clerk)
    assert clerk.post(f"/submissions/{number}/set-aside", {"ground": "只是问路"}).status_code == 303
    for act, fields in (("set-aside", {"ground": "x"}), ("join", {"case_number": "2600000012"})):
        answer = clerk.post(f"/submissions/{number}/{act}", fields)
        assert answer.status_code == 422 and "已有人作出处理" in answer.get_data(as_text=True), act
    answer = clerk.post(f"/submissions/{number}", LETTER | {"seen": "2"})
    assert answer.status_code == 422 and "已有人作出处理" in answer.get_data(as_text=True)
    assert "只是问路" in words(page(clerk, f"/submissions/{number}"))


def test_somebody_elses_decision_is_for_a_supervisor(office: Office, clerk: Visitor) -> None:
    with office.db.writing() as session:
        people.add(session, "zhaoyun", "赵云", Role.CLERK, desk_sample.PASSWORD)
    colleague = office.visitor("zhaoyun")
    number = enter(clerk)
    clerk.post(f"/submissions/{number}/set-aside", {"ground": "只是问路"})
    assert not page(colleague, f"/submissions/{number}").select('form[action$="/undo"]')
    answer = colleague.post(f"/submissions/{number}/undo", {"reason": "x"})
    assert answer.status_code == 422 and "请联系值班主管撤销" in answer.get_data(as_text=True)
    chief = office.visitor("chenjing")
    assert page(chief, f"/submissions/{number}").select('form[action$="/undo"]')
    assert chief.post(f"/submissions/{number}/undo", {"reason": "x"}).status_code == 303


def test_the_list_has_what_waits_and_counts_all_that_does(office: Office, clerk: Visitor) -> None:
    waits, settled = enter(clerk), enter(clerk, "visit", petitioner="王秀兰")
    clerk.post(f"/submissions/{settled}/set-aside", {"ground": "只是问路"})

    def listed(address: str) -> list[str]:
        links = page(clerk, address).select(".submissions .open")
        return [str(each["href"]).rpartition("/")[2] for each in links]

    assert listed("/submissions") == [waits] and set(listed("/submissions?outcome=any")) == {waits, settled}
    assert listed("/submissions?outcome=no_case") == [settled] and listed("/submissions?channel=visit") == []
    answer = clerk.post("/submissions", {"search": "王秀兰", "outcome": "any", "channel": "x"})
    assert answer.status_code == 303 and "王" not in answer.headers["Location"]
    assert listed(answer.headers["Location"]) == [settled]
    assert "139*****826" in words(page(clerk, "/submissions"), ".submissions")  # in a list it is shortened
    counted = words(page(clerk, "/submissions"), ".unsettled")
    assert re.fullmatch(r"尚未处理 \d+ 留言 \d+ .*未完成的来电登记表 0 来信 1 .*", counted)


@pytest.mark.parametrize(
    "odd", ["?outcome=x&channel=%00&after=x&search=0badcafe", "?after=9999999999", "?outcome=" + "9" * 5000]
)
def test_what_no_filter_has_is_none(clerk: Visitor, odd: str) -> None:
    assert clerk.get(f"/submissions{odd}", follow_redirects=True).status_code == 200


@pytest.mark.parametrize("number", ["9999999999", "x", "%00", "2600000012", "2" * 3000])
def test_what_is_none_is_not_found(clerk: Visitor, number: str) -> None:
    clerk.get("/submissions")
    for path in ("", "/slip"):
        assert clerk.get(f"/submissions/{number}{path}").status_code == 404
    for path in ("", "/join", "/set-aside", "/undo"):
        assert clerk.post(f"/submissions/{number}{path}", LETTER).status_code == 404
    assert clerk.get("/submissions/new/recording").status_code == 404


def test_a_visitor_takes_a_slip_along(clerk: Visitor) -> None:
    number = enter(clerk, "visit", room="二号")
    shown = words(page(clerk, f"/submissions/{number}/slip"), "main")
    assert (
        "排队号 1" in shown
        and "接谈室: 二号" in shown
        and f"{number[:3]} {number[3:7]} {number[7:]}" in shown
    )


def test_an_appointment_has_a_day_and_a_link(clerk: Visitor) -> None:
    meeting = {"appointed_for": "2026-12-02T14:30", "meeting_address": "https://video.example/a?b=1&c=<2>"}
    number = enter(clerk, "appointment", **meeting)
    clerk.post(f"/submissions/{number}/set-aside", {"ground": "未出席"})
    shown = page(clerk, f"/submissions/{number}")
    assert "2026-12-02 14:30" in words(shown, ".facts")
    assert [each["href"] for each in shown.select(".facts a")] == [meeting["meeting_address"]]


def send(visitor: Visitor, number: str, name: str, content: bytes, **more: Any) -> TestResponse:
    sent = {"title": "", "file": [(io.BytesIO(content), name)]}
    return visitor.post(f"/submissions/{number}/documents", sent, content_type="multipart/form-data", **more)


def files_of(visitor: Visitor, address: str) -> list[str]:
    return [str(each["href"]) for each in page(visitor, address).select(".files p a")]


def test_a_scan_goes_where_its_letter_goes(office: Office, clerk: Visitor) -> None:
    case_room.staffed(office)
    number, case = enter(clerk), case_room.sent(office, case_room.registered(office, "1795400011.9"))
    assert send(clerk, number, "来信.jpg", photograph()).status_code == 303
    [scan] = files_of(clerk, f"/submissions/{number}")
    with clerk.get(scan) as answer:
        assert (answer.status_code, answer.mimetype) == (200, "image/jpeg")
    officer = office.visitor("officer")
    assert files_of(officer, f"/cases/{case}") == []
    clerk.post(f"/submissions/{number}/join", {"case_number": case})
    [of_case] = files_of(officer, f"/cases/{case}")
    with officer.get(of_case) as answer:
        assert answer.status_code == 200
    assert officer.get(scan).status_code == 403
    clerk.post(f"/submissions/{number}/undo", {"reason": "不是同一事项"})
    assert files_of(officer, f"/cases/{case}") == [] and officer.get(of_case).status_code == 404
    clerk.get(f"/submissions/{number}")
    clerk.post(f"/submissions/{number}", LETTER | {"seen": "3", "then": "register"})
    assert len(files_of(clerk, f"/cases/{number}")) == 1


def test_what_is_no_document_is_refused_and_the_letter_stays(office: Office, clerk: Visitor) -> None:
    number = enter(clerk)
    clerk.get(f"/submissions/{number}")
    assert send(clerk, number, "来信.pdf", b"x").status_code == 303
    assert "来信.pdf" in words(page(clerk, f"/submissions/{number}"), ".notices")
    script = {"X-Requested-With": "fetch"}
    assert send(clerk, number, "来信.pdf", b"x", headers=script).status_code == 422
    assert "来信.pdf" in send(clerk, number, "来信.pdf", pdf(), headers=script).get_data(as_text=True)
    assert clerk.get(f"/submissions/{number}/documents/nothing").status_code == 404
    assert send(clerk, "9999999999", "来信.pdf", pdf()).status_code == 404


def test_what_was_sent_is_no_draft_any_more(office: Office, clerk: Visitor) -> None:
    clerk.get("/submissions/new/letter")
    place = "/drafts/submission/letter"
    assert clerk.post(place, LETTER).get_json() == {"version": 1}
    assert clerk.get(place).get_json()["fields"]["summary"] == LETTER["summary"]
    number = enter(clerk)
    of_it = f"/drafts/submission/{number}"
    assert clerk.post(of_it, LETTER).get_json() == {"version": 1}
    assert clerk.post(f"/drafts/take back/{number}", {"reason": "x"}).status_code == 423
    clerk.post(f"/submissions/{number}/set-aside", {"ground": "只是问路"})
    assert clerk.post(of_it, LETTER | {"version": "1"}).status_code == 423
    with office.db.reading() as session:
        assert session.scalars(select(FormDraft)).all() == []
    assert clerk.post("/drafts/submission/9999999999", LETTER).status_code == 404


def test_words_are_shown_as_they_were_typed(clerk: Visitor) -> None:
    number = enter(clerk, summary="<script>alert(1)</script>", petitioner='"><b>')
    shown = page(clerk, f"/submissions/{number}")
    assert shown.select_one("#petitioner")["value"] == '"><b>' and not shown.select("main script")  # type: ignore[index]
