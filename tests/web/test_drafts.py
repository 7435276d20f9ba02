"""What is typed in any form is kept for its author until it is sent: complete by construction."""

import json
import re

import pytest
from bs4 import BeautifulSoup
from sqlalchemy import select
from werkzeug.test import TestResponse

from hotline.calls.calls import CallRecord
from hotline.drafts import FIELDS, OF_CASE, FormDraft, FormName
from hotline.settings_file import PROJECT
from tests.web import case_room
from tests.web.at_seat import CALL, CASE, finish
from tests.web.office import Office, Visitor
from tests.web.screening import ENTRY, seen

WEB = PROJECT / "web"
SECRET = "a password or a code: kept nowhere"
SOUGHT = "what is looked for: it is in the address, or in the searches kept in this browser, once it is sent"
OWN = "saved by its own script"
RENAMED = "a name and a day, which the page that asks once more shows and sends again"

NO_DRAFT = {
    "account/account.html: {{ field.name }}": SECRET,
    "desk_phones/confirm.html: password": SECRET,
    "second_factor/second_factor.html: password": SECRET,
    "second_factor/second_factor.html: code": SECRET,
    "layout/fields.html: code": SECRET,
    "sign_in/sign_in.html: name": "signing in",
    "sign_in/sign_in.html: password": SECRET,
    "audit/audit.html: user": SOUGHT,
    "audit/audit.html: subject": SOUGHT,
    "calls/calls.html: caller": SOUGHT,
    "calls/period.html: first": SOUGHT,
    "calls/period.html: last": SOUGHT,
    "register/register.html: search": SOUGHT,
    "register/register.html: unit": SOUGHT,
    "register/register.html: first": SOUGHT,
    "register/register.html: last": SOUGHT,
    "queue/queue.html: search": SOUGHT,
    "submissions/list.html: search": SOUGHT,
    "units/choice.html: {{ field }}": "in forms that have a draft, or none for a reason",
    "units/unit.html: name": RENAMED,
    "units/unit.html: name_en": RENAMED,
    "units/unit.html: day": RENAMED,
    "units/list.html: search": SOUGHT,
    **{
        f"calendar/calendar.html: {name}": "a few words, which are shown once more before it is done"
        for name in ("first", "last", "name", "name_en")
    },
    "case/documents.html: title": "a few words about a file, which no browser keeps, either",
    "withheld/ask.html: reason": "one sentence in an emergency: the number is shown at once, and never again",
    "recording/draft.html: text-{{ line.segment.id }}": f"{OWN}: js/saving.js",
    **{
        f"call/form.html: {name}": f"{OWN}: js/call_form.js"
        for name in ("petitioner", "telephone", "address", "summary", "unit", "topic", "answer")
    },
}
"""Every field in which one types and of which no draft is kept, and why not."""

TAG = re.compile(r"<(/?)(form|textarea|input)\b((?:\{\{.*?\}\}|\{%.*?%\}|[^>])*)>", re.DOTALL)
TYPED_IN = {
    "",
    "text",
    "search",
    "tel",
    "email",
    "url",
    "number",
    "password",
    "date",
    "time",
    "datetime-local",
}


def attribute(tag: str, name: str) -> str:
    found = re.search(rf'\b{name}="((?:\{{\{{.*?\}}\}}|[^"])*)"', tag)
    return found[1].strip() if found else ""


def without_a_draft() -> list[str]:
    """``template: field`` of every field of all templates that is in no form with a draft."""
    found = []
    for path in sorted(each for each in WEB.rglob("*.html") if "node_modules" not in each.parts):
        has_draft = False
        for ends, kind, rest in TAG.findall(path.read_text(encoding="utf-8")):
            if kind == "form":
                has_draft = not ends and "drafted(" in rest
            elif not ends and not has_draft and (kind == "textarea" or attribute(rest, "type") in TYPED_IN):
                found.append(f"{path.relative_to(WEB)}: {attribute(rest, 'name') or attribute(rest, 'id')}")
    return found


def test_every_field_in_which_one_types_has_a_draft_or_a_reason() -> None:
    """A new form fails here until it has ``{{ drafted(…) }}``, or until somebody has said why not."""
    assert set(without_a_draft()) == set(NO_DRAFT)


@pytest.fixture
def chief(office: Office) -> Visitor:
    """Who has every form before them."""
    return office.visitor("admin")


def typed_in(form: BeautifulSoup) -> set[str]:
    fields = form.select("textarea, select, input:not([type=hidden], [type=radio])")
    return {str(each.get("name") or each["id"]) for each in fields}


def test_every_form_keeps_all_that_is_typed_in_it(office: Office, chief: Visitor, ringing: Office) -> None:
    decided, waiting = office.ids[:2]
    chief.post(f"/recordings/{decided}/set-aside", {"outcome": "no_content"})
    finish(office.visitor("liuyang"), CASE)
    waits, settled = case_room.letter(office), case_room.letter(office)
    chief.post(f"/submissions/{settled}/set-aside", {"ground": "只是问路"})
    letters = ("/submissions/new/visit", f"/submissions/{settled}", f"/submissions/{waits}")
    pages = ("/nuisance", "/people", "/supervision", "/supervision/seats/seat01/message", f"/call/{CALL}")
    found = {}
    for address in (f"/recordings/{waiting}", f"/recordings/{decided}", *pages, *letters):
        page = BeautifulSoup(chief.get(address).data, "html.parser")
        for form in page.select("form[data-draft]"):
            place = str(form["data-draft"])
            names = set(str(form["data-names"]).split())
            assert typed_in(form) <= names, place  # type: ignore[arg-type]
            kind = FormName(place.split("/")[2].replace("%20", " "))
            assert names == set(FIELDS[kind])
            found[kind] = place
    assert set(found) == set(FormName) - OF_CASE  # those: test_case_pages.py
    for kind, place in found.items():
        words = dict.fromkeys(FIELDS[kind], "x")
        assert chief.post(place, words).get_json() == {"version": 1}, place
        assert chief.get(place).get_json()["fields"] == words


def draft(office: Office, visitor: Visitor, form: str = "register", **more: str) -> TestResponse:
    return visitor.post(f"/drafts/{form}/{office.ids[0]}", more)


def kept(office: Office) -> list[tuple[str, str]]:
    with office.db.reading() as session:
        return [(each.form, next(iter(each.fields.values()))) for each in session.scalars(select(FormDraft))]


def test_a_draft_is_its_authors_alone(office: Office, clerk: Visitor, colleague: Visitor) -> None:
    assert draft(office, clerk, petitioner="欧阳兰\x00", note="x").get_json() == {"version": 1}
    assert draft(office, colleague, petitioner="另一人").get_json() == {"version": 1}
    mine = clerk.get(f"/drafts/register/{office.ids[0]}").get_json()
    assert (mine["version"], mine["fields"]["petitioner"], "note" in mine["fields"]) == (1, "欧阳兰", False)
    again = office.visitor("liuyang")  # in another browser, after a restart, …
    assert again.get(f"/drafts/register/{office.ids[0]}").get_json() == mine
    page = colleague.get(f"/recordings/{office.ids[0]}").get_data(as_text=True)
    assert "刘洋 于 " in page and "欧阳兰" not in page  # that somebody began, not what


def test_the_later_of_two_windows_is_told(office: Office, clerk: Visitor) -> None:
    draft(office, clerk, summary="第一个窗口")
    assert draft(office, clerk, summary="第一个窗口").get_json() == {"version": 1}  # its answer was lost
    other = draft(office, clerk, summary="第二个窗口", version="0")
    assert (other.status_code, other.get_json()["fields"]["summary"]) == (409, "第一个窗口")
    assert draft(office, clerk, summary="第二个窗口", version="1").get_json() == {"version": 2}
    assert draft(office, clerk, version="2").get_json() == {"version": 0}  # everything taken out again
    assert kept(office) == []
    assert draft(office, clerk, summary="x", version="9" * 30).get_json() == {"version": 1}


def test_with_the_decision_all_drafts_of_it_go(office: Office, clerk: Visitor, colleague: Visitor) -> None:
    for visitor in (clerk, colleague):
        draft(office, visitor, petitioner="王秀兰")
        draft(office, visitor, "duplicate", duplicate_of="26")
    clerk.get(f"/recordings/{office.ids[0]}")
    assert clerk.post(f"/recordings/{office.ids[0]}/register", ENTRY).status_code == 303
    assert kept(office) == []
    late = draft(office, colleague, petitioner="王秀兰")  # was on its way
    assert late.status_code == 423 and "刷新" in json.loads(late.data)["message"]
    draft(office, clerk, "undo", reason="单位选错了")
    undone = seen(clerk, f"/recordings/{office.ids[0]}") | {"reason": "单位选错了"}
    assert clerk.post(f"/recordings/{office.ids[0]}/undo", undone).status_code == 303
    assert kept(office) == []


def test_what_was_refused_stays_a_draft_and_in_its_field(office: Office, clerk: Visitor) -> None:
    clerk.post(f"/recordings/{office.ids[0]}/set-aside", {"outcome": "no_content"})
    draft(office, clerk, "undo", reason="听错了")
    answer = clerk.post(f"/recordings/{office.ids[0]}/undo", {"decision_id": "99", "reason": "听错了"})
    assert answer.status_code == 422 and 'value="听错了"' in answer.get_data(as_text=True)
    assert kept(office) == [("undo", "听错了")]


@pytest.mark.parametrize(
    ("form", "address", "sent"),
    [
        ("block/-", "/nuisance", {"digits": "13811112222", "reason": "骚扰", "days": "7"}),
        ("user/-", "/people", {"name": "wangfang", "full_name": "王芳", "role": "clerk"}),
        ("line/-", "/supervision/line", {"reason": "停电", "until": "2026-11-24T18:00", "state": "open"}),
        ("message/seat01", "/supervision/seats/seat01/message", {"text": "请回电"}),
        (f"note/{CALL}", f"/call/{CALL}/notes", {"note": "听力不好"}),
    ],
)
def test_what_is_sent_is_a_draft_no_more(
    office: Office,
    chief: Visitor,
    ringing: Office,
    form: str,
    address: str,
    sent: dict[str, str],
) -> None:
    chief.post(f"/drafts/{form}", sent)
    assert len(kept(office)) == 1
    assert chief.post(address, dict.fromkeys(sent, "")).status_code == 422
    assert len(kept(office)) == 1
    assert chief.post(address, sent).status_code < 400
    assert kept(office) == []


def test_a_block_begun_from_a_call_is_of_that_call_alone(office: Office, chief: Visitor) -> None:
    """Else what was typed for one number would stand over the number of another."""
    numbers = {"1795480800.1": "13811112222", "1795480800.2": "13933334444"}
    with office.db.writing() as session:
        for call, caller in numbers.items():
            session.add(CallRecord(call_id=call, caller=caller, arrived_at=office.clock.now))
    (one, first), (other, second) = numbers.items()
    chief.post(f"/drafts/block/{one}", {"digits": first, "reason": "骚扰"})
    pages = {f"/nuisance?call={other}": second, "/nuisance": "", f"/nuisance?call={one}": first}
    for address, shown in pages.items():
        page = BeautifulSoup(chief.get(address).data, "html.parser")
        assert page.select_one("#digits")["value"] == shown  # type: ignore[index]
        found = chief.get(str(page.select_one("#add form")["data-draft"])).get_json()  # type: ignore[index]
        assert found["version"] == (address == f"/nuisance?call={one}"), address
    sent = {"call": one, "digits": first, "reason": "", "days": "7"}
    refused = BeautifulSoup(chief.post("/nuisance", sent).data, "html.parser")
    assert refused.select_one("#add input[name=call]")["value"] == one  # type: ignore[index]
    assert len(kept(office)) == 1
    chief.post("/nuisance", sent | {"reason": "骚扰"})
    assert kept(office) == []


def test_whose_form_it_is_not_keeps_no_draft_there(office: Office, clerk: Visitor) -> None:
    for place in ("block/-", "line/-", "user/-", "message/seat01", f"keep/{office.ids[0]}"):
        assert clerk.get(f"/drafts/{place}").status_code == 403
        assert clerk.post(f"/drafts/{place}", {"reason": "x"}).status_code == 403
    chief = office.visitor("admin")
    for place in ("nothing/-", "register/none", "note/1.1", "message/seat99", "message/seat01x", "block/x"):
        assert chief.get(f"/drafts/{place}").status_code == 404, place


def test_every_script_that_keeps_words_keeps_them_on_the_server() -> None:
    """But for the form beside a call, which waits in its tab for a silent server (decision 9)."""
    store = re.compile(r"(local|session)Storage|indexedDB|caches\b|document\.cookie")
    scripts = (path for path in WEB.glob("*/*.js") if path.is_file())
    users = {each.stem for each in scripts if store.search(each.read_text(encoding="utf-8"))}
    settings = {"devices", "player", "seat_call", "way_back"}
    """A microphone, a speed, the seat that is being asked, the address of a list."""
    assert users == {"call_form_leaving", "call_form_state"} | settings
