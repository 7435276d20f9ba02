"""The form beside a call in a real browser: nothing typed is lost, and finishing gives a number."""

import os
import shutil
import signal
import socket
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, Request, Route, expect
from sqlalchemy import select

from hotline.callers import caller_notes
from hotline.calls.calls import Ending, SeatCall
from hotline.cases.case_entry import Entry
from hotline.cases.cases import Case, Category
from hotline.database import Database
from hotline.intake import intake
from hotline.people import User
from hotline.recordings import spool
from hotline.recordings.recordings import Outcome, Recording, Speaker
from hotline.recordings.transcripts import Segment, Transcript
from hotline.registration import call_cases, call_forms, consultations
from hotline.registration.call_forms import Author, CallForm, FormKind
from hotline.seats import seats
from hotline.seats.seat_events import SeatEvent
from hotline.seats.seats import Seat, SeatState
from hotline.sections import Seats, Web
from hotline.settings import Settings
from tests.browser.chromium import PATIENCE
from tests.browser.desk import EXPECTED, Desk, Person, lets_pass, serving, until, until_there
from tests.browser.looks import SIZES, look
from tests.kit import desk_sample
from tests.kit.instance import free_port

CALLER = "13904718826"
MINUTES_ARE_SHORT = """{
  const every = setInterval;
  setInterval = (act, ms) => every(act, ms === 60_000 ? 100 : ms);
}"""
NEVER_MISSED = """{
  const after = setTimeout;
  setTimeout = (act, ms, ...rest) => after(act, ms === 12_000 ? window.soon ?? 1_000_000 : ms, ...rest);
}"""
SOON_MISSED = "window.soon = 500;"
OFF = (
    "status of 503",
    "ERR_CONNECTION_REFUSED",
    "ERR_CONNECTION_RESET",
    "ERR_EMPTY_RESPONSE",
    "ERR_SOCKET_NOT_CONNECTED",
)


@pytest.fixture(scope="module")
def room(migrated: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """An office with a seat, and no exchange: where its browsers look for one, nobody answers."""
    nobody = socket.socket()
    nobody.bind(("127.0.0.1", 0))
    telephones = Seats(wss_port=nobody.getsockname()[1])
    chosen = Settings(state_dir=tmp_path_factory.mktemp("seat"), web=Web(port=free_port()), seats=telephones)
    for folder in (chosen.spool_dir, chosen.store_dir):
        folder.mkdir(parents=True)
    shutil.copy(migrated, chosen.state_dir)
    db = Database(chosen.database_url)
    desk_sample.people_of_the_desk(db)
    known_caller(db)
    yield Desk(chosen, db, [], tmp_path_factory.mktemp("log") / "web.log")
    nobody.close()


def known_caller(db: Database) -> None:
    """What the office knows of the caller: two cases, a consultation, calls and a note."""
    now = datetime.now(UTC)
    with db.writing() as session:
        agent = session.scalars(select(User.id).where(User.name == "chenjing")).one()
        for days, words in ((59, "小区暖气管道漏水，楼道结冰，老人出行困难。"), (12, "供热公司未按时退费。")):
            at = now - timedelta(days=days)
            entry = Entry("王秀兰", CALLER, "明远区团结小区3号楼", Category.UTILITIES, words, "0102")
            call_cases.register(session, f"old.{days}", entry, at, agent, at, "Asia/Shanghai")
            call = SeatCall(call_id=f"old.{days}", caller=CALLER, arrived_at=at, user_id=agent, seat="seat05")
            call.ending, call.satisfaction = Ending.ANSWERED, 1 if days == 12 else 3
            session.add(call)
        asked = {"category": "utilities", "topic": "供热期几号开始", "answer": "10月15日开始供热。"}
        consultations.keep(session, "old.c", CALLER, "seat05", asked, agent, now - timedelta(days=40))
        caller_notes.add(session, CALLER, "老人听力不好，请放慢语速、大声说话。", agent, now)


@pytest.fixture(scope="module")
def server(room: Desk) -> Iterator[serving]:
    found = serving(room.chosen, room.log)
    with found:
        yield found


@pytest.fixture
def agent(room: Desk, server: serving, browser: Browser) -> Iterator[Person]:
    """Liu Yang at seat01, signed in."""
    found = person(room, browser, "desktop")
    yield found
    found.context.close()
    assert [
        line for line in found.complaints if not any(known in line for known in (*found.expected, *OFF))
    ] == []


def person(room: Desk, browser: Browser, size: str) -> Person:
    context = browser.new_context(viewport=SIZES[size], locale="zh-CN")  # type: ignore[arg-type]
    context.set_default_timeout(PATIENCE * 1000)
    found = Person(context.new_page(), context, room)
    found.page.on("console", found.hear)
    found.page.on("pageerror", lambda error: found.complaints.append(str(error)))
    found.open("/sign-in")
    found.page.fill("#name", "liuyang")
    found.page.fill("#password", desk_sample.PASSWORD)
    found.page.keyboard.press("Enter")
    expect(found.page.locator("nav.places")).to_be_visible()
    return found


def rings(room: Desk, call_id: str, state: SeatState = SeatState.ON_A_CALL, caller: str = CALLER) -> str:
    """A call at the agent's seat, which its console hears of; returns the path of its page."""
    with room.db.writing() as session:
        user = session.scalars(select(User.id).where(User.name == "liuyang")).one()
        seat = session.get(Seat, "seat01") or Seat(name="seat01", since=datetime.now(UTC), user_id=user)
        seat.state, seat.call_id, seat.caller = state, call_id, caller
        session.add(seat)
        if call_id and session.get(SeatCall, call_id) is None:
            call = SeatCall(call_id=call_id, caller=caller, arrived_at=datetime.now(UTC), seat="seat01")
            call.user_id = user
            session.add(call)
        seats.changed(session, datetime.now(UTC))
    return f"/call/{call_id}"


def typed(room: Desk, call_id: str) -> dict[str, str]:
    with room.db.reading() as session:
        form = session.get(CallForm, call_id)
        return form.fields if form else {}


def saved(page: Page) -> None:
    expect(page.locator("#form-saved")).to_have_text("已保存")


def test_nothing_typed_is_lost(room: Desk, server: serving, agent: Person) -> None:
    page = agent.open(rings(room, "1.1"))
    page.locator("#summary").press_sequentially("暖气不热", delay=5)
    saved(page)
    page.locator("#summary").press_sequentially("，家里有老人", delay=5)
    page.reload()  # in the pause before it would have been saved
    expect(page.locator("#summary")).to_have_value("暖气不热，家里有老人")

    kill(server)
    page.locator("#petitioner").fill("王秀兰")
    expect(page.locator("#form-saved")).to_have_class("saved bad")
    page.locator("#address").fill("团结小区3号楼")
    server.__enter__()
    saved(page)
    page.reload()
    expect(page.locator("#petitioner")).to_have_value("王秀兰")
    expect(page.locator("#address")).to_have_value("团结小区3号楼")


def kill(server: serving) -> None:
    """Kill the server and its workers at once, as a power cut does."""
    pid = server.server.pid
    workers = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    for each in (pid, *map(int, workers)):
        os.kill(each, signal.SIGKILL)
    server.server.wait()


def test_switching_kinds_keeps_what_was_typed(room: Desk, agent: Person) -> None:
    page = agent.open(rings(room, "1.2"))
    page.keyboard.press("Alt+2")  # before anything in the form was pressed
    expect(page.locator("#topic")).to_be_visible()
    page.keyboard.press("Alt+1")
    page.fill("#summary", "暖气不热")
    page.keyboard.press("Alt+2")
    expect(page.locator("#summary")).to_be_hidden()
    page.fill("#topic", "供热电话是多少")
    page.keyboard.press("Alt+1")
    expect(page.locator("#summary")).to_have_value("暖气不热")
    page.keyboard.press("Alt+2")
    saved(page)
    page.reload()
    expect(page.locator("#topic")).to_have_value("供热电话是多少")
    expect(page.locator("#summary")).to_be_hidden()
    page.keyboard.press("Alt+Enter")
    expect(page.locator(".to-mend")).to_be_visible()
    expect(page.locator("#category")).to_be_focused()  # the first of what is missing
    expect(page.locator("#notices, .form-said:visible")).to_have_text([""])  # and nothing else is wrong
    page.fill("#answer", "供热服务热线 24 小时有人接听。")
    expect(page.locator("#mistake-answer")).to_have_count(0)
    page.select_option("#category", "utilities")
    expect(page.locator("#call-form .mistake:visible")).to_have_count(0)
    page.keyboard.press("Alt+Enter")
    expect(page.locator("#call-form-title")).to_have_text("已记为咨询")


def test_an_input_method_is_not_disturbed(room: Desk, agent: Person) -> None:
    page = agent.open(rings(room, "1.3"))
    composing = agent.context.new_cdp_session(page)
    page.locator("#summary").press("3")  # is about to be saved
    composing.send("Input.imeSetComposition", {"text": "nuanqi", "selectionStart": 6, "selectionEnd": 6})
    lets_pass(page, 1.2)
    assert typed(room, "1.3").get("summary") in (None, "3")  # what is being composed is no text yet
    composing.send("Input.insertText", {"text": "暖气"})
    saved(page)
    assert typed(room, "1.3")["summary"] == "3暖气"


def test_the_later_of_two_pages_is_told_and_loses_nothing(room: Desk, agent: Person, tmp_path: Path) -> None:
    path = rings(room, "1.4")
    first, second = agent.open(path), agent.another_window()
    second.goto(room.address + path)
    first.fill("#summary", "第一个页面写的")
    saved(first)
    second.fill("#summary", "第二个页面写的")
    expect(second.locator(".conflict")).to_contain_text("第一个页面写的")
    expect(second.locator("#summary")).to_have_value("第二个页面写的")
    look(replace(agent, page=second), "call-conflict", tmp_path)
    second.click(".keep-mine")
    saved(second)
    assert typed(room, "1.4")["summary"] == "第二个页面写的"
    first.fill("#address", "解放路")
    expect(first.locator(".conflict")).to_contain_text("第二个页面写的")
    first.click(".take-theirs")
    expect(first.locator("#summary")).to_have_value("第二个页面写的")
    first.fill("#petitioner", "王秀兰")
    saved(first)
    kept = typed(room, "1.4")
    assert (kept["summary"], kept["address"], kept["petitioner"]) == ("第二个页面写的", "", "王秀兰")


def test_finishing_gives_a_number_and_the_recording_joins_it(
    room: Desk, agent: Person, browser: Browser, tmp_path: Path
) -> None:
    page = agent.open(rings(room, "1.5"))
    fill_in(page)
    saved(page)
    look(agent, "call", tmp_path)
    page.keyboard.press("Alt+Enter")
    expect(page.locator("#case-number")).to_be_visible()
    number = page.locator("#case-number").get_attribute("data-number") or ""
    for side in (spool.CALLER_SIDE, spool.AGENT_SIDE):
        desk_sample.write_speech(room.chosen.spool_dir / f"1.5.{side}@seat01+{CALLER}.wav", 8.0)
    taken = intake.take_in("1.5", room.chosen, room.db)
    assert taken and taken.case_number == number
    transcribe(room, taken.recording_id)
    log_stretches(room, "1.5")
    with room.db.reading() as session:
        assert session.get_one(Recording, taken.recording_id).outcome == Outcome.REGISTERED
        assert session.get_one(Case, number).recording_id == taken.recording_id
    page.reload()
    expect(page.get_by_role("link", name="听录音").first).to_be_visible()
    look(agent, "call-finished", tmp_path)
    hear_both_sides(agent, taken.recording_id, tmp_path)
    page.go_back()

    page.fill("#reason", "登记错了单位")
    page.keyboard.press("Enter")
    expect(page.locator("#summary")).to_have_value(SUMMARY)
    page.keyboard.press("Alt+Enter")
    expect(page.locator("#case-number")).to_have_attribute("data-number", number)


def transcribe(room: Desk, recording_id: str) -> None:
    """Give the call the draft an engine would have made of it."""
    said = ("您好，市信访热线。", "我家暖气从十一月初就不热。", "您住在哪个小区？", "明远区团结小区三号楼。")
    desk_sample.transcribe(room.db, recording_id, said, datetime.now(UTC))
    with room.db.writing() as session:
        for segment in session.scalars(
            select(Segment).join(Transcript).where(Transcript.recording_id == recording_id)
        ):
            segment.speaker = Speaker.CALLER if segment.position % 2 else Speaker.AGENT


def log_stretches(room: Desk, call: str) -> None:
    """The recording was paused in the second second, and a colleague asked in the last ones."""
    told = [
        (0, "answered", "5"),
        (1, "recording_paused", "bank details"),
        (2, "recording_resumed", ""),
        (4, "consult_began", "seat02"),
        (8, "consult_ended", ""),
    ]
    begin = datetime.now(UTC).replace(microsecond=0)
    with room.db.writing() as session:
        for seconds, event, detail in told:
            at = begin + timedelta(seconds=seconds)
            session.add(SeatEvent(at=at, seat="seat01", event=event, call_id=call, detail=detail))


def hear_both_sides(agent: Person, recording_id: str, elsewhere: Path) -> None:
    """On the recording's page: both at once, or one alone."""
    page = agent.open(f"/recordings/{recording_id}")
    expect(page.locator(".sides label")).to_have_text(["双方", "来电人", "座席"])
    page.click("#play")
    until(page, "document.getElementById('audio').currentTime > 0.2")
    page.locator(".sides label").nth(1).click()
    until(page, "document.getElementById('audio').src.includes('speaker=caller')")
    until(
        page, "!document.getElementById('audio').paused && document.getElementById('audio').currentTime > 0.2"
    )
    page.click("#play")
    page.locator(".stretches .at").last.click()
    until(page, "document.getElementById('audio').currentTime > 4.0")
    page.click("#play")
    look(agent, "call-recording", elsewhere)


SUMMARY = "从十一月初到现在暖气一直不热，屋里只有十三四度，家里有八十多岁的老人和两岁的孩子。"


def fill_in(page: Page) -> None:
    page.fill("#petitioner", "王秀兰")
    page.select_option("#category", "utilities")
    page.fill("#address", "明远区团结小区3号楼2单元501")
    page.fill("#summary", SUMMARY)
    page.locator("#unit").press_sequentially("xfj", delay=20)
    expect(page.locator("#unit-list li").first).to_be_visible()
    page.locator("#unit").press("Enter")
    expect(page.locator("#unit_code")).not_to_have_value("")


def test_a_form_left_behind_is_found_again(room: Desk, agent: Person, tmp_path: Path) -> None:
    page = agent.open(rings(room, "1.6"))
    page.fill("#summary", "孩子入学的问题，还没有写完")
    saved(page)
    rings(room, "1.7")
    page.goto(room.address + "/call/1.7")
    expect(page.locator(".left-behind strong")).not_to_have_text("0")
    page.goto(room.address + "/call-forms")
    expect(page.locator(".unfinished")).to_contain_text("还没有写完")
    look(agent, "unfinished", tmp_path)
    page.locator(".unfinished li", has_text="还没有写完").locator("a").click()
    expect(page.locator("#summary")).to_have_value("孩子入学的问题，还没有写完")
    page.wait_for_load_state()
    page.click(".put-away")
    expect(page.locator("#call-form-title")).to_have_text("未作登记")


class holding:
    """Requests of a kind that get no answer until they are let go."""

    def __init__(self, page: Page, method: str, path: str) -> None:
        self.page, self.method, self.address = page, method, f"**{path}"
        self.held: list[Route] = []
        self.over = False
        page.route(self.address, self._hold)

    def _hold(self, route: Route) -> None:
        if route.request.method == self.method and not self.over:
            self.held.append(route)
        else:
            route.continue_()

    def until_there(self) -> None:
        until_there(self.page, lambda: self.held)

    def let_go(self) -> None:
        with self.page.expect_event("response", lambda answer: answer.request == self.held[0].request):
            self.over = True
            self.held[0].continue_()

    def break_off(self) -> None:
        """As a connection that is lost on the way."""
        self.over = True
        self.held[0].abort("connectionrefused")


def form_of(page: Page, call_id: str) -> None:
    expect(page.locator("#call-form")).to_have_attribute("data-call", call_id)


def test_nothing_of_an_earlier_caller_stays_beside_a_ring(room: Desk, agent: Person, tmp_path: Path) -> None:
    other = "13800002222"
    rings(room, "2.1")
    page = agent.open("/seat")
    form_of(page, "2.1")
    expect(page.locator(".form-of")).to_contain_text(CALLER)
    page.locator("#summary").press_sequentially("暖气不热")
    saved(page)
    page.keyboard.type("，家里有老人")
    rings(room, "2.2", SeatState.RINGING, other)
    expect(page.locator("#call-form")).to_have_count(0)
    page.keyboard.type("p")  # was meant for the form that has gone
    expect(page.locator("#call-pop")).to_contain_text(other)
    expect(page.locator("#form")).to_contain_text(f"来电 {CALLER} 的登记表已按现有内容保留")
    expect(page.locator(".unfinished-count")).not_to_have_text("")
    assert page.locator("dialog[open]").count() == 0
    until_there(page, lambda: typed(room, "2.1")["summary"] == "暖气不热，家里有老人")
    look(agent, "ringing-after-a-form", tmp_path)
    rings(room, "", SeatState.READY, "")  # rung and gone
    expect(page.locator("#now")).to_have_attribute("data-state", "ready")
    expect(page.locator("#call-form")).to_have_count(0)
    rings(room, "2.2", caller=other)
    form_of(page, "2.2")
    expect(page.locator(".form-of")).to_contain_text(other)
    page.keyboard.press("Alt+2")
    page.fill("#topic", "供热电话")
    saved(page)
    page.click(".put-away")
    expect(page.locator("#call-form-title")).to_have_text("未作登记")
    rings(room, "2.3", SeatState.RINGING)
    expect(page.locator("#call-form")).to_have_count(0)
    expect(page.locator(".form-kept")).to_be_hidden()  # it was finished


def test_a_form_finished_elsewhere_is_not_editable(room: Desk, agent: Person) -> None:
    path = rings(room, "2.4")
    first, second = agent.open(path), agent.another_window()
    second.goto(room.address + path)
    first.fill("#summary", "没有什么要登记")
    saved(first)
    first.click(".put-away")
    expect(second.locator("#call-form-title")).to_have_text("未作登记")
    second.get_by_role("button", name="重新填写").click()
    expect(first.locator("#summary")).to_have_value("没有什么要登记")
    with room.db.writing() as session:  # and at another computer
        other = session.scalars(select(User.id).where(User.name == "chenjing")).one()
        call_forms.put_away(session, session.get_one(CallForm, "2.4"), other, datetime.now(UTC))
    first.fill("#summary", "还要登记")
    expect(first.locator(".form-said")).to_be_visible()
    expect(first.locator("#summary")).not_to_be_editable()
    first.on("dialog", lambda dialog: dialog.accept())


def test_the_next_call_comes_while_its_form_is_on_the_way(room: Desk, agent: Person) -> None:
    rings(room, "3.1")
    page = agent.open("/seat")
    form_of(page, "3.1")
    late = holding(page, "GET", "/call/3.2/form")
    rings(room, "3.2")
    late.until_there()
    rings(room, "3.3")
    form_of(page, "3.3")
    late.let_go()
    page.fill("#summary", "第三通电话")
    saved(page)
    form_of(page, "3.3")
    assert typed(room, "3.3")["summary"] == "第三通电话" and typed(room, "3.2") == {}


def test_the_next_call_comes_while_the_form_is_finished(room: Desk, agent: Person) -> None:
    rings(room, "4.1")
    page = agent.open("/seat")
    form_of(page, "4.1")
    fill_in(page)
    saved(page)
    finished = holding(page, "POST", "/call/4.1/finish")
    page.keyboard.press("Alt+Enter")
    finished.until_there()
    rings(room, "4.2")
    form_of(page, "4.2")
    finished.let_go()
    page.fill("#summary", "下一通电话")
    saved(page)
    form_of(page, "4.2")
    with room.db.reading() as session:
        assert session.scalars(select(Case).where(Case.call_id == "4.1")).one()


def test_a_form_that_is_being_finished_takes_no_more(room: Desk, agent: Person) -> None:
    page = agent.open(rings(room, "4.3"))
    page.fill("#petitioner", "王秀兰")
    page.locator("#summary").press_sequentially("暖气不热")
    finished = holding(page, "POST", "/call/4.3/finish")
    page.keyboard.press("Alt+Enter")
    finished.until_there()
    page.keyboard.type("，家里有老人")
    page.locator("#petitioner").evaluate("field => field.focus()")
    page.keyboard.type("、刘洋")
    lets_pass(page, 1.0)  # longer than what is typed waits until it is saved
    finished.let_go()
    expect(page.locator("#category")).to_have_attribute("aria-invalid", "true")
    expect(page.locator("#summary")).to_have_value("暖气不热")
    expect(page.locator("#petitioner")).to_have_value("王秀兰")

    broken = holding(page, "POST", "/call/4.3/finish")
    page.locator("#summary").press("End")
    page.keyboard.type("，家里有老人")
    page.keyboard.press("Alt+Enter")
    broken.until_there()
    broken.break_off()
    expect(page.locator(".form-said")).to_be_visible()
    expect(page.locator("#summary")).to_be_focused()  # and it goes on
    page.keyboard.type("和孩子")
    saved(page)
    assert typed(room, "4.3")["summary"] == "暖气不热，家里有老人和孩子"
    expect(page.locator(".conflict")).to_be_hidden()


def test_a_note_that_is_being_typed_outlives_its_call(room: Desk, agent: Person) -> None:
    rings(room, "8.3")
    page = agent.open("/seat")
    form_of(page, "8.3")
    page.locator("#note").press_sequentially("周三上门看过")
    rings(room, "8.4")
    expect(page.locator("#call-pop")).to_have_attribute("data-call", "8.4")
    expect(page.locator("#notices")).to_contain_text("周三上门看过")
    expect(page.locator("#note")).to_have_value("")
    lost = holding(page, "POST", "/call/8.4/notes")
    page.fill("#note", "周五再去")
    rings(room, "8.5")
    lost.until_there()
    lost.break_off()
    expect(page.locator("#notices .warn")).to_contain_text("周五再去")
    agent.open("/call/8.5")
    expect(page.locator("#call-pop .notes")).to_contain_text("周三上门看过")
    expect(page.locator("#call-pop .notes")).not_to_contain_text("周五再去")


def test_a_list_of_units_that_did_not_come_is_asked_for_again(room: Desk, agent: Person) -> None:
    page = agent.open(rings(room, "8.6"))
    lost = holding(page, "GET", "/units.json")
    page.locator("#unit").press("x")
    lost.until_there()
    lost.break_off()
    expect(page.locator("#unit-status")).to_contain_text("加载失败")
    page.locator("#unit").press_sequentially("fj")
    expect(page.locator("#unit-list li").first).to_be_visible()


def test_a_call_on_a_desk_phone_keeps_the_session(room: Desk, agent: Person) -> None:
    rings(room, "8.7")
    page = agent.page
    page.add_init_script(MINUTES_ARE_SHORT)
    with page.expect_request("**/seat/now?active=1") as asked:  # with no key and no click
        agent.open("/seat")
    assert asked.value


def test_all_windows_of_a_browser_listen_by_one_connection(room: Desk, agent: Person) -> None:
    listening: list[Page] = []

    def note(asked: Request) -> None:
        if asked.url.endswith("/live"):
            listening.append(asked.frame.page)

    agent.context.on("request", note)
    agent.context.add_init_script(NEVER_MISSED)
    rings(room, "9.1")
    one, other = agent.open("/seat"), agent.another_window()
    form_of(one, "9.1")
    other.goto(room.address + "/seat")
    form_of(other, "9.1")
    rings(room, "9.2")
    for page in (one, other):
        form_of(page, "9.2")
    assert other not in listening  # and `one` again only where its connection was cut

    frozen = agent.another_window()
    frozen.add_init_script(SOON_MISSED)
    frozen.goto(room.address + "/seat")  # hears nothing for so long that it takes over
    until_there(frozen, lambda: listening[-1] == frozen)
    rings(room, "9.3")
    for page in (one, other, frozen):
        form_of(page, "9.3")
    frozen.close()  # and another page goes on
    until_there(one, lambda: listening[-1] in (one, other))
    rings(room, "9.4")
    for page in (one, other):
        form_of(page, "9.4")


def test_the_callers_card_knows_what_was_registered(room: Desk, agent: Person) -> None:
    rings(room, "8.1")
    page = agent.open("/seat")
    form_of(page, "8.1")
    page.fill("#note", "听力不好")
    fill_in(page)
    page.keyboard.press("Alt+Enter")
    number = page.locator("#case-number").inner_text()
    expect(page.locator("#note")).to_have_value("听力不好")  # a note that is being typed is left alone
    page.locator("#note").press("Enter")
    expect(page.locator("#call-pop .known-case", has_text=number)).to_be_visible()
    rings(room, "8.2")
    form_of(page, "8.2")
    fill_in(page)
    page.keyboard.press("Alt+Enter")
    number = page.locator("#case-number").inner_text()
    expect(page.locator("#call-pop .known-case", has_text=number)).to_be_visible()


def test_trouble_with_the_form_of_an_earlier_call_is_told(room: Desk, agent: Person, tmp_path: Path) -> None:
    rings(room, "5.1")
    page = agent.open("/seat")
    form_of(page, "5.1")
    late = holding(page, "POST", "/call/5.1/form")
    page.fill("#summary", "第一句")
    late.until_there()
    with room.db.writing() as session:
        other = session.scalars(select(User.id).where(User.name == "chenjing")).one()
        author = Author(other, "seat01", CALLER, takes_part=False)
        fields = {"summary": "班长写的", "unit_code": "0102"}
        call_forms.save(session, "5.1", author, FormKind.CASE, fields, 0, datetime.now(UTC))
    rings(room, "5.2")
    form_of(page, "5.2")
    late.let_go()
    expect(page.locator("#notices")).to_contain_text("已在另一页面保存过")
    look(agent, "call-earlier", tmp_path)
    with agent.context.expect_page() as opened:
        page.locator("#notices a").click()
    expect(page.locator("#notices a")).to_have_count(0)
    form_of(page, "5.2")
    elsewhere = opened.value
    expect(elsewhere.locator(".conflict")).to_contain_text("班长写的")
    expect(elsewhere.locator(".conflict")).not_to_contain_text("0102")  # a unit has a name
    elsewhere.click(".keep-mine")
    saved(elsewhere)
    assert typed(room, "5.1")["summary"] == "第一句"


def test_a_long_text_arrives_when_the_page_goes(room: Desk, agent: Person) -> None:
    page = agent.open(rings(room, "6.1"))
    page.on("dialog", lambda dialog: dialog.accept())
    page.locator(".kinds label").nth(1).click()
    page.fill("#answer", "答" * 4000)
    saved(page)
    page.locator(".kinds label").nth(0).click()
    saved(page)
    page.evaluate("addEventListener('visibilitychange', (event) => event.stopPropagation(), true)")
    page.fill("#summary", "问" * 4000)  # no other way for it than with the page that goes
    page.goto(room.address + "/call-forms")
    until_there(page, lambda: len(typed(room, "6.1")["summary"]) > 0)
    assert typed(room, "6.1")["summary"] == "问" * 4000


def test_a_unit_found_again_after_a_reload_has_its_name(room: Desk, agent: Person) -> None:
    page = agent.open(rings(room, "6.2"))
    page.on("dialog", lambda dialog: dialog.accept())
    lost = holding(page, "POST", "/call/6.2/form")
    fill_in(page)
    name = page.locator("#unit").input_value()
    lost.until_there()
    lost.break_off()
    page.reload()
    expect(page.locator("#unit")).to_have_value(name)
    saved(page)
    assert typed(room, "6.2")["unit_code"] == page.locator("#unit_code").input_value() != ""


SENTENCES = {
    0: "连接已中断",
    400: "不合规矩",
    401: "请在另一个窗口重新登录",
    403: "没有权限",
    404: "已不存在",
    409: "别处有改动",
    413: "内容过长",
    422: "补正",
    429: "稍等几秒",
    500: "告诉管理员",
    502: "正在启动",
    503: "暂时无法保存",
    504: "未及时响应",
}
"""What each answer of the server says on the page; where it says something itself, that."""
SIGN_IN_PAGE = {"status": 200, "content_type": "text/html", "body": "<!DOCTYPE html><title>Wi-Fi</title>"}


def answer_with(own: dict[str, Any], route: Route) -> None:
    """With this instead of what the server says; with nothing at all."""
    if own:
        route.fulfill(**own)
    else:
        route.abort()


def test_every_answer_has_a_sentence_that_goes_when_it_is_over(room: Desk, agent: Person) -> None:
    """Beside a note; every page asks the server by the same function (tests/web/test_answers.py)."""
    page = agent.open(rings(room, "6.3"))
    agent.expected = (*EXPECTED, "Failed to load resource", "net::ERR")
    said, answers = page.locator(".notes-said"), "**/call/6.3/notes"
    page.fill("#note", "先打电话")
    for status, sentence in SENTENCES.items():
        own = {"body": '{"message": "不合规矩"}' if status == 400 else "<html>", "status": status}
        page.route(answers, partial(answer_with, own if status else {}))
        page.press("#note", "Enter")
        expect(said).to_contain_text(sentence)
        page.unroute(answers)
    page.route(answers, partial(answer_with, SIGN_IN_PAGE))
    page.press("#note", "Enter")
    expect(said).to_contain_text(SENTENCES[401])
    page.unroute(answers)
    page.press("#note", "Enter")
    expect(page.locator(".notes")).to_contain_text("先打电话")
    expect(said).to_be_hidden()


def test_a_note_stays_with_the_number(room: Desk, agent: Person) -> None:
    page = agent.open(rings(room, "1.8"))
    page.fill("#note", "下次请先问暖气")
    page.keyboard.press("Enter")
    expect(page.locator(".notes")).to_contain_text("下次请先问暖气")
    page.goto(room.address + rings(room, "1.9"))
    page.locator(".notes li", has_text="下次请先问暖气").locator(".take-back").click()
    expect(page.locator(".notes")).not_to_contain_text("下次请先问暖气")
