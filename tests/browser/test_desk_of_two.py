"""Two clerks, two windows, or somebody who is signed out: nothing typed is lost."""

from collections.abc import Callable

from playwright.sync_api import expect

from tests.browser.desk import EXPECTED, DeskRoom, Person, lets_pass
from tests.browser.looks import revisions_of, state_of
from tests.kit import desk_sample


def test_two_clerks_on_one_recording(desk: DeskRoom, people: Callable[..., Person]) -> None:
    path = desk.message()
    first, second = people("liuyang"), people("chenjing")
    first.expected = (*EXPECTED, "net::ERR_FAILED")
    first.open(path)
    second.open(path)
    expect(second.page.locator("#hold")).to_contain_text("刘洋 正在处理这条录音")
    area = second.page.locator(".segment textarea").first
    expect(area).to_have_js_property("readOnly", True)
    expect(second.page.locator("#summary")).to_be_disabled()

    first.page.route("**/segments/*", lambda route: route.abort())  # typed, but the network is away
    first.page.locator(".segment textarea").first.fill("甲的文字")
    expect(first.page.locator("#saved")).to_have_text("尚未保存：连接中断，正在重试。")
    second.page.locator("#take-over").click()
    expect(area).to_have_js_property("readOnly", False)
    area.fill("乙的文字")
    expect(second.page.locator("#saved")).to_have_text("已保存")

    first.page.unroute("**/segments/*")
    expect(first.page.locator("#hold")).to_contain_text("陈静 正在处理这条录音")  # the retry was refused
    expect(first.page.locator(".segment textarea").first).to_have_value("甲的文字")
    first.page.locator("#take-over").click()
    conflict = first.page.locator(".conflict").first
    expect(conflict).to_contain_text("陈静 刚刚保存了另一份文字")
    expect(conflict).to_contain_text("乙的文字")
    expect(first.page.locator(".segment textarea").first).to_have_value("甲的文字")
    conflict.locator(".keep-mine").click()
    expect(first.page.locator("#saved")).to_have_text("已保存")
    assert revisions_of(desk, path) == ["乙的文字", "甲的文字"]
    area.fill("乙又写了一点")
    expect(second.page.locator("#hold")).to_contain_text("刘洋 正在处理")
    expect(area).to_have_value("乙又写了一点")


def test_closing_the_page_lets_go(desk: DeskRoom, people: Callable[..., Person]) -> None:
    path = desk.message()
    first, second = people("liuyang"), people("chenjing")
    first.open(path)
    second.open(path)
    expect(second.page.locator("#hold")).to_be_visible()
    first.open("/queue")
    expect(second.page.locator("#hold")).to_be_hidden()
    expect(second.page.locator("#summary")).to_be_enabled()


def test_signed_out_in_another_window_nothing_typed_is_lost(desk: DeskRoom, clerk: Person) -> None:
    path = desk.message()
    page = clerk.open(path)
    clerk.expected = (*EXPECTED, "status of 400", "status of 401", "Error Code 400")
    other = clerk.another_window()
    other.goto(f"{desk.address}/queue")
    other.locator('form[action="/sign-out"] button').click()
    page.locator("#summary").fill("写了一半的登记")
    page.locator('#decision button[value="nuisance"]').click()
    # beside the decision; above it where the page noticed by itself first
    expect(page.locator("#main")).to_contain_text("请在另一个窗口重新登录")
    area = page.locator(".segment textarea").first
    area.fill("退出以后写的字")
    expect(page.locator("#saved")).to_contain_text("请在另一个窗口重新登录")
    other.fill("#name", "liuyang")
    other.fill("#password", "night-desk-2026")
    other.keyboard.press("Enter")
    expect(page.locator("#saved")).to_have_text("已保存")
    assert revisions_of(desk, path) == ["退出以后写的字"]
    expect(page.locator("#summary")).to_have_value("写了一半的登记")
    page.locator('#decision button[value="nuisance"]').click()
    page.wait_for_url(lambda url: not url.endswith(path))
    assert state_of(desk, path) == "nuisance"


def test_no_form_is_sent_away_by_who_is_signed_out(desk: DeskRoom, people: Callable[..., Person]) -> None:
    chief = people("chenjing")
    chief.expected = (*EXPECTED, "status of 400", "status of 401")
    page, other = chief.open("/nuisance"), chief.another_window()
    other.goto(f"{desk.address}/queue")
    other.locator('form[action="/sign-out"] button').click()
    page.locator("#digits").fill("13811112222")
    page.locator("#reason").fill("骚扰")
    page.keyboard.press("Enter")
    expect(page.locator(".draft-said")).to_contain_text("请在另一个窗口重新登录")
    other.fill("#name", "chenjing")
    other.fill("#password", desk_sample.PASSWORD)
    other.keyboard.press("Enter")
    other.wait_for_url("**/queue")
    expect(page.locator(".draft-said")).to_have_text("草稿已保存")
    page.locator("#reason").press("Enter")
    expect(page.locator(".blocks")).to_contain_text("13811112222")
    expect(page.locator("#digits")).to_have_value("")


def test_going_back_brings_no_old_words_back(desk: DeskRoom, people: Callable[..., Person]) -> None:
    """A browser that fills in again what was typed would put it over what somebody has written since."""
    path = desk.message()
    first, second = people("liuyang"), people("chenjing")
    first.open(path)
    first.page.locator(".segment textarea").first.fill("甲的文字")
    expect(first.page.locator("#saved")).to_have_text("已保存")
    first.open("/queue")
    second.open(path)
    second.page.locator(".segment textarea").first.fill("乙的文字")
    expect(second.page.locator("#saved")).to_have_text("已保存")
    second.open("/queue")
    first.page.go_back()
    expect(first.page.locator(".segment textarea").first).to_have_value("乙的文字")
    lets_pass(first.page, 2.0)
    expect(first.page.locator("#saved")).to_have_text("")
    assert revisions_of(desk, path) == ["甲的文字", "乙的文字"]
