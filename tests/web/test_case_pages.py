"""The page of a case: what it shows to whom, and the moves that are made on it."""

from datetime import timedelta

import pytest
from bs4 import BeautifulSoup
from sqlalchemy import select

from hotline.audit import AuditEntry
from hotline.cases.cases import Case, CaseState
from hotline.cases.moves import Move
from hotline.drafts import FIELDS, OF_CASE, FormDraft, FormName
from tests.web import case_room
from tests.web.case_room import BELOW, NEIGHBOUR, UNIT
from tests.web.office import Office, Visitor

REASON = "经核查，应由市人力资源和社会保障局负责。"


@pytest.fixture
def cases(office: Office) -> dict[str, str]:
    """Numbers of cases in every hand."""
    case_room.staffed(office)
    return case_room.in_every_hand(office)


@pytest.fixture
def officer(office: Office, cases: dict[str, str]) -> Visitor:
    return office.visitor("officer")


def page(visitor: Visitor, number: str) -> BeautifulSoup:
    answer = visitor.get(f"/cases/{number}")
    assert answer.status_code == 200
    return BeautifulSoup(answer.data, "html.parser")


def moves(visitor: Visitor, number: str) -> list[str]:
    """What the page offers, in its order."""
    return [
        str(form["action"]).rpartition("/")[2]
        for form in page(visitor, number).select(".move form, form.move")
    ]


def make(office: Office, visitor: Visitor, number: str, move: Move, **entered: str) -> tuple[int, str]:
    """Make a move as the page does that has just been loaded; status and page of the answer."""
    seen = page(visitor, number).select_one("[name=seen]")
    answer = visitor.post(
        f"/cases/{number}/moves/{move}", {"seen": str(seen["value"]) if seen else ""} | entered
    )
    return answer.status_code, answer.get_data(as_text=True)


def state(office: Office, number: str) -> CaseState:
    with office.db.reading() as session:
        return CaseState(session.get_one(Case, number).state)


def test_each_is_offered_what_may_be_done_now(
    office: Office, cases: dict[str, str], officer: Visitor
) -> None:
    head, clerk, leader = office.visitor("head"), office.visitor("liuyang"), office.visitor("leader")
    number = cases["with-unit"]
    assert moves(clerk, cases["own"]) == ["dispatch", "name%20accused"]
    assert moves(leader, number) == [] and moves(clerk, number) == ["recall"]
    assert moves(officer, number) == ["accept", "decline", "object"]
    assert make(office, officer, number, Move.ACCEPT)[0] == 303
    assert moves(officer, number) == ["reply"] and moves(head, number) == ["reply", "extend"]
    assert make(office, head, number, Move.EXTEND, days="30", text="情况复杂")[0] == 303
    assert moves(head, number) == ["reply"]
    assert make(office, officer, number, Move.REPLY, outcome="supported", text="已补缴。")[0] == 303
    assert moves(officer, number) == [] and moves(clerk, number) == ["close", "send%20back", "recall"]
    assert make(office, clerk, number, Move.CLOSE)[0] == 303
    assert state(office, number) == CaseState.CLOSED
    shown = page(officer, number).get_text(" ", strip=True)
    for told in ("已补缴。", "情况复杂", "予以支持", "何志强", "方敏", "办结"):
        assert told in shown


def test_the_period_is_explained(cases: dict[str, str], officer: Visitor) -> None:
    shown = " ".join(page(officer, cases["with-unit"]).get_text(" ", strip=True).split())
    assert "自 2026-11-23 起（当日不计）15 日，至 2026-12-08 止（《信访工作条例》第 23 条）" in shown
    assert "告知是否受理的期限: 2026-12-08 剩 15 天" in shown


def test_a_move_that_is_refused_keeps_what_was_typed(
    office: Office, cases: dict[str, str], officer: Visitor
) -> None:
    number = cases["with-unit"]
    status, shown = make(office, officer, number, Move.DECLINE, ground="", text=REASON)
    found = BeautifulSoup(shown, "html.parser").select_one("#move-decline")
    assert status == 422 and found and REASON in found.get_text() and found.has_attr("open")
    assert found.select_one("#decline-ground")["aria-invalid"] == "true"  # type: ignore[index]
    assert state(office, number) == CaseState.DISPATCHED


def test_who_comes_second_is_told_and_keeps_the_words(
    office: Office, cases: dict[str, str], officer: Visitor
) -> None:
    number, head = cases["with-unit"], office.visitor("head")
    seen = page(officer, number).select_one("[name=seen]")
    make(office, head, number, Move.ACCEPT)
    old = {"seen": str(seen["value"]) if seen else "", "ground": "pending", "text": REASON}
    answer = officer.post(f"/cases/{number}/moves/{Move.DECLINE}", old)
    shown = answer.get_data(as_text=True)
    assert answer.status_code == 422 and "期间已有人处理" in shown and REASON in shown
    assert state(office, number) == CaseState.ACCEPTED


def test_an_objection_sends_it_back_and_out_of_sight(
    office: Office, cases: dict[str, str], officer: Visitor
) -> None:
    number, clerk = cases["with-unit"], office.visitor("liuyang")
    assert make(office, officer, number, Move.OBJECT, text=REASON)[0] == 303
    assert REASON in page(clerk, number).get_text() and moves(clerk, number) == ["agree", "disagree"]
    assert make(office, clerk, number, Move.AGREE)[0] == 303
    assert officer.get(f"/cases/{number}").status_code == 404
    assert make(office, clerk, number, Move.DISPATCH, unit_code=NEIGHBOUR, manner="assignment")[0] == 303
    assert officer.get(f"/cases/{number}").status_code == 404
    assert page(clerk, number).select_one(".facts dd:nth-of-type(5)").get_text() == "市信访局"  # type: ignore[union-attr]


def test_the_unit_that_is_read_is_the_one_that_is_chosen(office: Office, cases: dict[str, str]) -> None:
    clerk, number = office.visitor("liuyang"), cases["own"]

    def shown(page_of_it: BeautifulSoup) -> tuple[object, object]:
        name, code = page_of_it.select_one("#unit"), page_of_it.select_one("#unit_code")
        return (name and name["value"], code and code["value"])

    assert shown(page(clerk, number)) == ("市司法局", UNIT)
    for unit, code, kept in (
        ("没有选中的单位", UNIT, ""),  # the scripts were not here
        ("没有选中的单位", "", ""),
        ("市信访局", UNIT, ""),
    ):
        status, answer = make(
            office, clerk, number, Move.DISPATCH, unit=unit, unit_code=code, manner="transfer"
        )
        assert status == 422 and shown(BeautifulSoup(answer, "html.parser")) == (unit, kept)
    assert (
        make(office, clerk, number, Move.DISPATCH, unit="市信访局", unit_code=NEIGHBOUR, manner="transfer")[0]
        == 303
    )
    make(office, clerk, number, Move.RECALL, text=REASON)
    assert shown(page(clerk, number)) == ("", "")


def test_a_file_has_whole_numbers_for_who_may_read_them(office: Office, cases: dict[str, str]) -> None:
    for name, whole in (("chenjing", True), ("leader", False), ("officer", False), ("liuyang", False)):
        visitor = office.visitor(name)
        visitor.get("/cases")
        exported = visitor.post("/cases/export", {"format": "csv"}).get_data(as_text=True)
        assert cases["with-unit"] in exported and ("13613360121" in exported) == whole, name


def test_who_works_for_a_unit_finds_the_second_factor(officer: Visitor) -> None:
    assert "/account/second-factor" in officer.get("/account").get_data(as_text=True)


def test_a_unit_sees_its_own_cases_and_those_below_it(cases: dict[str, str], officer: Visitor) -> None:
    def listed(answer: bytes) -> set[str]:
        links = BeautifulSoup(answer, "html.parser").select(".cases .open")
        return {str(each["href"]).rpartition("/")[2] for each in links}

    its_own = {cases["with-unit"], cases["below"]}
    assert listed(officer.get("/cases").data) == its_own
    for address in (
        "/cases?order=due",
        "/cases?unit_code=01",
        "/cases?state=dispatched",
        "/cases?light=green",
    ):
        assert listed(officer.get(address).data) == its_own, address
    assert listed(officer.get(f"/cases?unit_code={BELOW}").data) == {cases["below"]}
    assert listed(officer.get(f"/cases?unit_code={NEIGHBOUR}").data) == set()
    found = officer.post("/cases", {"search": cases["neighbour"]})
    assert listed(officer.get(found.headers["Location"]).data) == set()
    counted = BeautifulSoup(officer.get("/cases").data, "html.parser")
    assert [each.get_text() for each in counted.select(".filters .count")] == ["0", "0", "2"]
    assert counted.select_one("h1 .total").get_text() == "2"  # type: ignore[union-attr]
    exported = officer.post("/cases/export", {"format": "csv"}).get_data(as_text=True)
    assert {each for each in cases.values() if each in exported} == its_own


def test_a_unit_has_the_cases_the_calendar_and_its_account_and_nothing_else(
    cases: dict[str, str], officer: Visitor
) -> None:
    assert officer.get("/").headers["Location"] == "/cases"
    links = page(officer, cases["with-unit"]).select(".places a")
    assert [each["href"] for each in links] == ["/cases", "/calendar", "/account"]


def test_every_form_keeps_what_is_typed_in_it(
    office: Office, cases: dict[str, str], officer: Visitor
) -> None:
    number, head, clerk = cases["with-unit"], office.visitor("head"), office.visitor("liuyang")

    def drafted(visitor: Visitor) -> None:
        for form in page(visitor, number).select("form[data-draft]"):
            place = str(form["data-draft"])
            kind = FormName(place.split("/")[2].replace("%20", " "))
            assert set(str(form["data-names"]).split()) == set(FIELDS[kind])
            fields = form.select("textarea, select, input:not([type=hidden])")
            assert {str(each["name"]) for each in fields} == set(FIELDS[kind])
            words = dict.fromkeys(FIELDS[kind], "x")
            assert visitor.post(place, words).get_json() == {"version": 1}, place
            assert visitor.get(place).get_json()["fields"] == words
            found.add(kind)

    found: set[FormName] = set()
    drafted(clerk)
    drafted(officer)
    make(office, officer, number, Move.OBJECT, text=REASON)
    drafted(clerk)
    make(office, clerk, number, Move.DISAGREE, text=REASON)
    make(office, officer, number, Move.ACCEPT)
    drafted(head)
    make(office, officer, number, Move.REPLY, outcome="partly", text="已答复。")
    drafted(clerk)
    assert found == OF_CASE
    with office.db.reading() as session:
        kept = {draft.form for draft in session.scalars(select(FormDraft))}
    assert kept == OF_CASE - {FormName.OBJECT, FormName.DISAGREE}  # what was sent is no draft any more


def test_what_is_over_is_no_draft(office: Office, cases: dict[str, str], officer: Visitor) -> None:
    place = f"/drafts/decline/{cases['with-unit']}"
    page(officer, cases["with-unit"])
    assert officer.post(place, {"text": REASON}).get_json() == {"version": 1}
    make(office, officer, cases["with-unit"], Move.ACCEPT)
    assert officer.post(place, {"text": REASON, "version": "1"}).status_code == 423
    assert officer.post(f"/drafts/decline/{cases['neighbour']}", {"text": REASON}).status_code == 404


def test_that_it_was_opened_is_noted_once(office: Office, cases: dict[str, str], officer: Visitor) -> None:
    number = cases["with-unit"]
    for _ in range(3):
        page(officer, number)
    office.clock.forward(minutes=11)
    page(officer, number)
    opened = select(AuditEntry.at).where(AuditEntry.action == "open", AuditEntry.subject == f"case {number}")
    with office.db.reading() as session:
        first, second = session.scalars(opened.order_by(AuditEntry.id))
    assert second - first == timedelta(minutes=11)


def test_the_accused_unit_is_named_and_learns_nothing(
    office: Office, cases: dict[str, str], officer: Visitor
) -> None:
    clerk, number = office.visitor("liuyang"), cases["own"]
    for accused, code in (("没有选中的单位", ""), ("市信访局", UNIT)):
        status, answer = make(office, clerk, number, Move.NAME_ACCUSED, accused=accused, accused_code=code)
        assert status == 422 and 'id="mistake-accused_code"' in answer and accused in answer
    named = {"accused": "市司法局", "accused_code": UNIT}
    assert make(office, clerk, number, Move.NAME_ACCUSED, **named)[0] == 303
    shown = page(clerk, number)
    assert "被检举控告的单位 市司法局" in " ".join(shown.get_text(" ", strip=True).split())
    assert shown.select_one("#unit")["value"] == ""  # type: ignore[index]
    sent = {"unit": "市司法局", "unit_code": UNIT, "manner": "transfer"}
    status, answer = make(office, clerk, number, Move.DISPATCH, **sent)
    assert status == 422 and "《信访工作条例》第三十条" in answer
    case_room.moved(office, number, "liuyang", Move.DISPATCH, unit_code=NEIGHBOUR, manner="transfer")
    assert officer.get(f"/cases/{number}").status_code == 404
    assert officer.post(f"/cases/{number}/moves/accept", {"seen": "3"}).status_code == 404
    assert number not in officer.get("/cases").get_data(as_text=True)
    with office.db.reading() as session:
        denied = select(AuditEntry.user_id).where(AuditEntry.action == "deny")
        assert len(session.scalars(denied).all()) == 1


@pytest.mark.parametrize("number", ["9999999999", "x", "%00", "26' OR 1=1", "2" * 3000])
def test_what_is_no_case_is_not_found(officer: Visitor, number: str) -> None:
    assert officer.get(f"/cases/{number}").status_code == 404
    assert officer.post(f"/cases/{number}/moves/accept", {"seen": "1"}).status_code == 404


@pytest.mark.parametrize("move", ["register", "withdraw", "carry over", "nothing", "ACCEPT"])
def test_what_is_no_move_of_the_page_is_not_found(cases: dict[str, str], officer: Visitor, move: str) -> None:
    page(officer, cases["with-unit"])
    assert officer.post(f"/cases/{cases['with-unit']}/moves/{move}", {"seen": "2"}).status_code == 404


def test_words_are_shown_as_they_were_typed(office: Office, cases: dict[str, str], officer: Visitor) -> None:
    words = '<script>alert(1)</script>\r\n"引号" & 换行\x00\u202e'
    make(office, officer, cases["with-unit"], Move.OBJECT, text=words)
    found = page(officer, cases["with-unit"])
    assert found.select_one(".events .long").get_text().startswith("<script>alert(1)</script>")  # type: ignore[union-attr]
    assert not [each for each in found.select("script") if "alert" in each.get_text()]


def test_who_works_for_a_unit_has_one(office: Office) -> None:
    admin = office.visitor("admin")
    admin.get("/people")
    new = {"name": "wang", "full_name": "王磊", "role": "unit officer"}
    refused = admin.post("/people", new)
    assert refused.status_code == 422 and "请选择该用户所在的单位" in refused.get_data(as_text=True)
    assert admin.post("/people", new | {"unit_code": UNIT}).status_code == 200
    assert "市司法局" in admin.get("/people").get_data(as_text=True)
