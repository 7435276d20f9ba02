"""The form of one call while the next one comes: neither takes anything of the other."""

from datetime import UTC, datetime
from pathlib import Path

from playwright.sync_api import expect
from sqlalchemy import select

from hotline.cases.cases import Case, is_of_call
from hotline.people import User
from hotline.registration import call_forms
from hotline.registration.call_forms import Author, CallForm, FormKind
from hotline.seats.seats import SeatState
from tests.browser.call_room import (
    CALLER,
    fill_in,
    form_of,
    holding,
    rings,
    saved,
    typed,
)
from tests.browser.desk import DeskRoom, Person, lets_pass, until_there
from tests.browser.looks import look


def test_a_form_left_behind_is_found_again(room: DeskRoom, agent: Person, tmp_path: Path) -> None:
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


def test_nothing_of_an_earlier_caller_stays_beside_a_ring(
    room: DeskRoom, agent: Person, tmp_path: Path
) -> None:
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


def test_a_form_finished_elsewhere_is_not_editable(room: DeskRoom, agent: Person) -> None:
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


def test_the_next_call_comes_while_its_form_is_on_the_way(room: DeskRoom, agent: Person) -> None:
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


def test_the_next_call_comes_while_the_form_is_finished(room: DeskRoom, agent: Person) -> None:
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
        assert session.scalars(select(Case).where(is_of_call("4.1"))).one()


def test_a_form_that_is_being_finished_takes_no_more(room: DeskRoom, agent: Person) -> None:
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


def test_a_note_that_is_being_typed_outlives_its_call(room: DeskRoom, agent: Person) -> None:
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


def test_trouble_with_the_form_of_an_earlier_call_is_told(
    room: DeskRoom, agent: Person, tmp_path: Path
) -> None:
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
