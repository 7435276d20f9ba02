"""The page of a call when its server is slow, gone or asked for again: what it fetches and says."""

from functools import partial
from typing import Any

from playwright.sync_api import Page, Request, Route, expect

from tests.browser.call_room import (
    fill_in,
    form_of,
    holding,
    rings,
)
from tests.browser.desk import EXPECTED, DeskRoom, Person, until_there

MINUTES_ARE_SHORT = """{
  const every = setInterval;
  setInterval = (act, ms) => every(act, ms === 60_000 ? 100 : ms);
}"""
NEVER_MISSED = """{
  const after = setTimeout;
  setTimeout = (act, ms, ...rest) => after(act, ms === 12_000 ? window.soon ?? 1_000_000 : ms, ...rest);
}"""
SOON_MISSED = "window.soon = 500;"


def test_a_list_of_units_that_did_not_come_is_asked_for_again(room: DeskRoom, agent: Person) -> None:
    page = agent.open(rings(room, "8.6"))
    lost = holding(page, "GET", "/units.json")
    page.locator("#unit").press("x")
    lost.until_there()
    lost.break_off()
    expect(page.locator("#unit-status")).to_contain_text("加载失败")
    page.locator("#unit").press_sequentially("fj")
    expect(page.locator("#unit-list li").first).to_be_visible()
    assert page.locator("#unit").input_value() == "xfj"


def test_a_list_of_units_that_did_not_come_comes_without_a_key(room: DeskRoom, agent: Person) -> None:
    page = agent.open(rings(room, "8.8"))
    lost = holding(page, "GET", "/units.json")
    page.locator("#unit").press("x")
    lost.until_there()
    lost.break_off()
    expect(page.locator("#unit-status")).to_contain_text("加载失败")
    expect(page.locator("#unit-list li").first).to_be_visible()


def test_a_call_on_a_desk_phone_keeps_the_session(room: DeskRoom, agent: Person) -> None:
    rings(room, "8.7")
    page = agent.page
    page.add_init_script(MINUTES_ARE_SHORT)
    with page.expect_request("**/seat/now?active=1") as asked:  # with no key and no click
        agent.open("/seat")
    assert asked.value


def test_all_windows_of_a_browser_listen_by_one_connection(room: DeskRoom, agent: Person) -> None:
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


def test_the_callers_card_knows_what_was_registered(room: DeskRoom, agent: Person) -> None:
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


def test_every_answer_has_a_sentence_that_goes_when_it_is_over(room: DeskRoom, agent: Person) -> None:
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
