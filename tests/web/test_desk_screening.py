"""Deciding at the desk: registering, setting aside, duplicates, undoing, and going on to the next one."""

import pytest
from bs4 import BeautifulSoup
from sqlalchemy import update

from hotline.cases.cases import Case, CaseState, Category
from hotline.cases.units import Unit
from hotline.intake import intake
from hotline.recordings import spool, transcripts
from hotline.recordings.recordings import Recording
from tests.kit import desk_sample
from tests.kit.wav import write_tone
from tests.web.office import Office, Visitor
from tests.web.screening import ENTRY, panel, seen

HTMX = {"HX-Request": "true"}


def test_registering_makes_a_case_and_goes_on(office: Office, clerk: Visitor) -> None:
    first, second = office.ids[:2]
    clerk.get(f"/recordings/{first}")
    answer = clerk.post(f"/recordings/{first}/register", ENTRY, headers=HTMX)
    assert answer.headers["HX-Redirect"] == f"/recordings/{second}"
    page = panel(clerk.get(f"/recordings/{second}"))
    notice = page.select_one(".notice")
    assert notice and "已登记为信访事项" in notice.get_text()
    assert notice.select_one("a")["href"] == f"/recordings/{first}#decision"  # type: ignore[index]
    with office.db.reading() as session:
        case = session.get(Case, desk_sample.number_of(office.db, first))
        assert case
        assert (case.petitioner, case.telephone, case.category) == (
            "王秀兰",
            "139 0471 8826",
            Category.UTILITIES,
        )
        assert (case.unit_code, case.summary, case.state) == ("0102", ENTRY["summary"], CaseState.REGISTERED)
    shown = clerk.get(f"/recordings/{first}").get_data(as_text=True)
    assert (
        "市信访局" in shown
        and "明远区团结小区三号楼" in shown
        and f"/cases/{desk_sample.number_of(office.db, first)}" in shown
    )


def test_without_scripts_a_form_is_followed_by_a_redirect(office: Office, clerk: Visitor) -> None:
    answer = clerk.post(f"/recordings/{office.ids[0]}/register", ENTRY)
    assert (answer.status_code, answer.headers["Location"]) == (303, f"/recordings/{office.ids[1]}")


def test_a_unit_is_called_by_its_name_everywhere(office: Office, clerk: Visitor) -> None:
    recording = f"/recordings/{office.ids[0]}"
    clerk.post(f"{recording}/register", ENTRY)
    for language, name in (("zh", "市信访局"), ("en", "Municipal Petition Bureau")):
        clerk.post("/account/language", {"language": language, "back": "/account"})
        page = BeautifulSoup(clerk.get(recording).data, "html.parser")
        of_history, of_decision = (
            [each.get_text(" ", strip=True) for each in page.select(f"{part} dd") if name in each.get_text()]
            for part in (".history", ".right")
        )
        assert (of_history, of_decision) == ([f"{name} 0102"], [name]), language
    with office.db.writing() as session:  # a list without English names
        session.execute(update(Unit).values(name_en=""))
    assert "市信访局" in clerk.get(recording).get_data(as_text=True)


def test_all_that_is_missing_is_said_at_once_and_nothing_typed_is_lost(
    office: Office, clerk: Visitor
) -> None:
    wrong = ENTRY | {"category": "", "summary": "", "unit_code": ""}
    answer = clerk.post(f"/recordings/{office.ids[0]}/register", wrong, headers=HTMX)
    assert answer.status_code == 422
    again = panel(answer)
    assert {each["id"] for each in again.select("[aria-invalid]")} == {"category", "summary", "unit"}
    assert again.select_one("#petitioner")["value"] == "王秀兰"  # type: ignore[index]
    for each in again.select("[aria-invalid]"):
        assert again.find(id=each["aria-describedby"]).get_text()  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("unit_code", "9999"),
        ("unit_code", "x" * 21),
        ("category", "bribery"),
        ("summary", " "),
        ("summary", "x" * 4001),
        ("petitioner", "x" * 81),
        ("telephone", "1" * 33),
        ("telephone", "139\u202e0471"),
    ],
)
def test_hostile_entries_register_nothing(office: Office, clerk: Visitor, field: str, value: str) -> None:
    entry = ENTRY | {field: value}
    assert clerk.post(f"/recordings/{office.ids[0]}/register", entry, headers=HTMX).status_code == 422
    assert desk_sample.state_of(office.db, office.ids[0]) == "transcribed"


def test_nul_is_dropped_from_what_is_entered(office: Office, clerk: Visitor) -> None:
    entry = ENTRY | {"unit_code": "\x000102", "petitioner": "王\x00秀兰"}
    assert clerk.post(f"/recordings/{office.ids[0]}/register", entry, headers=HTMX).status_code == 200
    with office.db.reading() as session:
        case = session.get_one(Case, desk_sample.number_of(office.db, office.ids[0]))
        assert (case.unit_code, case.petitioner) == ("0102", "王秀兰")


@pytest.mark.parametrize("outcome", ["no_content", "nuisance"])
def test_setting_aside(office: Office, clerk: Visitor, outcome: str) -> None:
    answer = clerk.post(f"/recordings/{office.ids[0]}/set-aside", {"outcome": outcome}, headers=HTMX)
    assert answer.headers["HX-Redirect"] == f"/recordings/{office.ids[1]}"
    assert desk_sample.state_of(office.db, office.ids[0]) == outcome


def test_only_these_decisions_are_made_here(office: Office, clerk: Visitor) -> None:
    for outcome in ("registered", "duplicate", "", "x"):
        assert clerk.post(f"/recordings/{office.ids[0]}/set-aside", {"outcome": outcome}).status_code == 422
    assert desk_sample.state_of(office.db, office.ids[0]) == "transcribed"


def test_a_duplicate_names_the_first_case(office: Office, clerk: Visitor) -> None:
    number = desk_sample.number_of(office.db, office.ids[0])
    spaced = f" {number[:3]} {number[3:7]} {number[7:]} "
    answer = clerk.post(f"/recordings/{office.ids[1]}/duplicate", {"duplicate_of": spaced}, headers=HTMX)
    assert "HX-Redirect" in answer.headers
    page = panel(clerk.get(f"/recordings/{office.ids[1]}"))
    assert page.select_one(f'#decision a[href="/recordings/{office.ids[0]}"]')
    itself = clerk.post(
        f"/recordings/{office.ids[2]}/duplicate", {"duplicate_of": "2600000000"}, headers=HTMX
    )
    assert itself.status_code == 422 and "请填写另一件的十位信访编号" in itself.get_data(as_text=True)
    second = {"duplicate_of": desk_sample.number_of(office.db, office.ids[1])}
    chain = clerk.post(f"/recordings/{office.ids[2]}/duplicate", second, headers=HTMX)
    assert "那一件本身就是重复来电" in chain.get_data(as_text=True)


def test_a_number_is_checked_while_it_is_typed(office: Office, clerk: Visitor) -> None:
    address = f"/recordings/{office.ids[1]}/check-number"
    numbers = [desk_sample.number_of(office.db, each) for each in office.ids[:2]]

    def said(number: str) -> str:
        return clerk.post(address, {"duplicate_of": number}).get_data(as_text=True)

    assert said(numbers[0][:9]) == ""
    assert "您好我叫王秀兰" in said(numbers[0])
    assert "当前这条录音" in said(numbers[1])
    assert "没有这个编号" in said("2600000000")
    assert "没有这个编号" in said("<script>alert(1)</script>")


def test_undoing_needs_a_reason_and_keeps_what_was_entered(office: Office, clerk: Visitor) -> None:
    address = f"/recordings/{office.ids[0]}"
    clerk.post(f"{address}/register", ENTRY)
    decision = seen(clerk, address)
    refused = clerk.post(f"{address}/undo", decision | {"reason": " "}, headers=HTMX)
    assert refused.status_code == 422 and "请写明撤销的理由" in refused.get_data(as_text=True)
    assert desk_sample.state_of(office.db, office.ids[0]) == "registered"
    undone = clerk.post(f"{address}/undo", decision | {"reason": "责任单位选错了"}, headers=HTMX)
    assert undone.headers["HX-Redirect"] == address
    page = panel(clerk.get(address))
    assert page.select_one("#petitioner")["value"] == "王秀兰"  # type: ignore[index]
    assert page.select_one("#unit")["value"] == "市信访局"  # type: ignore[index]
    history = page.select_one(".history")
    assert history and "明远区团结小区三号楼" in history.get_text()
    assert "撤销了处理 责任单位选错了" in " ".join(page.select_one(".history").get_text(" ").split())  # type: ignore[union-attr]
    assert clerk.post(f"{address}/set-aside", {"outcome": "nuisance"}, headers=HTMX).status_code == 200


def test_only_the_decision_on_the_page_is_undone(office: Office, clerk: Visitor, colleague: Visitor) -> None:
    address = f"/recordings/{office.ids[0]}"
    clerk.post(f"{address}/set-aside", {"outcome": "nuisance"})
    old = seen(colleague, address)
    clerk.post(f"{address}/undo", seen(clerk, address) | {"reason": "听错了"})
    clerk.post(f"{address}/register", ENTRY)
    late = colleague.post(f"{address}/undo", old | {"reason": "不是骚扰"}, headers=HTMX)
    assert late.status_code == 422 and "又有了新的处理" in late.get_data(as_text=True)
    assert colleague.post(f"{address}/undo", {"reason": "不是骚扰"}, headers=HTMX).status_code == 422
    assert desk_sample.state_of(office.db, office.ids[0]) == "registered"


def test_a_clerk_undoes_own_decisions_and_a_supervisor_all(
    office: Office, clerk: Visitor, colleague: Visitor
) -> None:
    address = f"/recordings/{office.ids[1]}"
    colleague.post(f"{address}/set-aside", {"outcome": "nuisance"})
    decision = seen(colleague, address)
    page = panel(clerk.get(address))
    assert not page.select_one("#undo") and "请联系值班主管" in page.get_text()
    refused = clerk.post(f"{address}/undo", decision | {"reason": "x"}, headers=HTMX)
    assert refused.status_code == 422
    assert desk_sample.state_of(office.db, office.ids[1]) == "nuisance"
    clerk.post(f"/recordings/{office.ids[0]}/register", ENTRY)
    other = f"/recordings/{office.ids[0]}"
    assert colleague.post(f"{other}/undo", seen(colleague, other) | {"reason": "x"}).status_code == 303


def test_a_further_part_brings_a_new_draft_and_keeps_the_corrected_text(
    office: Office, clerk: Visitor
) -> None:
    first, address = office.ids[0], f"/recordings/{office.ids[0]}"
    with office.db.reading() as session:
        recording = session.get_one(Recording, first)
        segment, call = transcripts.latest(session, first).segments[0].id, recording.call_id  # type: ignore[union-attr]
    save = f"{address}/segments/{segment}"
    assert clerk.post(save, {"text": "我叫王秀兰，改过的", "based_on": "0"}).status_code == 200
    clerk.post(f"{address}/register", ENTRY)
    write_tone(spool.part_path(office.settings.spool_dir, call, 1), 0.5)
    assert intake.take_in(call, office.settings, office.db)
    shown = clerk.get(address).get_data(as_text=True)
    assert "我叫王秀兰，改过的" in shown and "又收到一段录音" in shown
    desk_sample.transcribe(office.db, first, ("新的草稿。",))
    page = panel(clerk.get(address))
    earlier = page.select_one(".earlier")
    assert earlier and "我叫王秀兰，改过的" in earlier.get_text()
    late = clerk.post(save, {"text": "迟到的", "based_on": "1"})
    assert late.status_code == 409 and "已有更新的草稿" in late.json["message"]  # type: ignore[index]


def test_two_decisions_about_one_recording(office: Office, clerk: Visitor, colleague: Visitor) -> None:
    address = f"/recordings/{office.ids[0]}"
    clerk.post(f"{address}/register", ENTRY)
    late = colleague.post(f"{address}/set-aside", {"outcome": "nuisance"}, headers=HTMX)
    assert late.status_code == 422
    assert desk_sample.state_of(office.db, office.ids[0]) == "registered"
    saved = colleague.post(f"{address}/segments/1", {"text": "x", "based_on": "0"})
    assert saved.status_code == 423 and "请先撤销处理" in saved.json["message"]  # type: ignore[index]


def test_a_handled_case_cannot_be_undone_here(office: Office, clerk: Visitor) -> None:
    clerk.post(f"/recordings/{office.ids[0]}/register", ENTRY)
    with office.db.writing() as session:
        case = session.get(Case, desk_sample.number_of(office.db, office.ids[0]))
        assert case
        case.state = CaseState.ACCEPTED
    address = f"/recordings/{office.ids[0]}"
    answer = clerk.post(f"{address}/undo", seen(clerk, address) | {"reason": "x"}, headers=HTMX)
    assert answer.status_code == 422 and "责任单位已经在办理" in answer.get_data(as_text=True)


def test_the_last_one_leads_to_the_empty_queue(office: Office, clerk: Visitor) -> None:
    for recording_id in office.ids[:9]:
        answer = clerk.post(f"/recordings/{recording_id}/set-aside", {"outcome": "no_content"}, headers=HTMX)
    assert answer.headers["HX-Redirect"] == "/queue"
    assert "录音都已甄别完毕" in clerk.get("/queue").get_data(as_text=True)


def test_units_come_as_a_tree_with_what_they_are_found_by(office: Office, clerk: Visitor) -> None:
    answer = clerk.get("/units.json")
    found = {unit["code"]: unit for unit in answer.get_json()}
    assert len(found) == 454
    assert found["0102"] | {"names": None} == {
        "code": "0102", "parent": "01", "name": "市信访局", "depth": 1, "names": None,
        "initials": ["sxfj", "xfb", "xfjdzx", "ycsxfj"], "pinyin": "shixinfangju",
    }  # fmt: skip
    codes = list(found)
    assert all(
        codes.index(unit["parent"]) < codes.index(code) for code, unit in found.items() if unit["parent"]
    )
    assert clerk.get("/units.json", headers={"If-None-Match": answer.headers["ETag"]}).status_code == 304
