"""A page on a shared machine: it acts for its own user alone, keeps its hold, and decides nothing unsaved."""

from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.browser.desk import EXPECTED, DeskRoom, Person
from tests.browser.looks import revisions_of, state_of
from tests.kit import desk_sample


def sign_in_there(page: Page, desk: DeskRoom, name: str) -> None:
    """In another window of the same browser, sign out and let somebody sign in."""
    page.goto(f"{desk.address}/queue")
    page.locator('form[action="/sign-out"] button').click()
    page.fill("#name", name)
    page.fill("#password", desk_sample.PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url("**/queue")


def test_a_page_saves_nothing_in_the_name_of_another(desk: DeskRoom, clerk: Person) -> None:
    path = desk.message()
    page = clerk.open(path)
    clerk.expected = (*EXPECTED, "status of 400", "status of 401", "Error Code 4")  # 401: asked in between
    other = clerk.another_window()
    sign_in_there(other, desk, "chenjing")
    area = page.locator(".segment textarea").first
    area.fill("刘洋写的字")
    expect(page.locator("#saved")).to_contain_text("这个页面是别人打开的，您现在以 陈静 登录")
    expect(page.locator("#hold")).to_contain_text("这个页面是别人打开的")
    expect(area).to_have_value("刘洋写的字")
    assert revisions_of(desk, path) == [] and state_of(desk, path) == "transcribed"
    sign_in_there(other, desk, "liuyang")
    page.locator("#take-over").evaluate("button => button.click()")
    expect(page.locator("#saved")).to_have_text("已保存")
    assert revisions_of(desk, path) == ["刘洋写的字"]


def test_a_page_decides_nothing_in_the_name_of_another(desk: DeskRoom, clerk: Person) -> None:
    path = desk.message()
    page = clerk.open(path)
    clerk.expected = (*EXPECTED, "status of 400", "status of 401", "Error Code 4")  # 401: asked in between
    sign_in_there(clerk.another_window(), desk, "chenjing")
    page.locator("#summary").fill("写了一半")
    page.locator('#decision button[value="nuisance"]').click()
    expect(page.locator("#decision > .mistake")).to_contain_text("这个页面是别人打开的")
    expect(page.locator("#summary")).to_have_value("写了一半")
    assert state_of(desk, path) == "transcribed"


def test_what_cannot_be_saved_is_not_decided(desk: DeskRoom, clerk: Person) -> None:
    path = desk.message()
    page = clerk.open(path)
    clerk.expected = (*EXPECTED, "net::ERR_FAILED")
    page.route("**/segments/*", lambda route: route.abort())
    page.locator(".segment textarea").first.fill("没有存下来的字")
    page.locator('#decision button[value="nuisance"]').click()
    expect(page.locator("#decision > .mistake")).to_contain_text("文字尚未保存，因此没有作出处理：尚未保存")
    assert state_of(desk, path) == "transcribed"
    page.unroute("**/segments/*")
    page.locator('#decision button[value="nuisance"]').click()
    page.wait_for_url(lambda url: not url.endswith(path))
    assert (revisions_of(desk, path), state_of(desk, path)) == (["没有存下来的字"], "nuisance")


def test_loading_a_page_again_keeps_the_hold(desk: DeskRoom, people: Callable[..., Person]) -> None:
    path = desk.message()
    first, second = people("liuyang"), people("chenjing")
    page = first.open(path)
    page.reload()
    for language in ("en", "zh-CN"):
        page.locator('button[name="language"]').click()
        expect(page.locator("html")).to_have_attribute("lang", language)
    second.open(path)
    expect(second.page.locator("#hold")).to_contain_text("刘洋 正在处理这条录音")


def test_words_are_copied_by_drawing_over_them(desk: DeskRoom, clerk: Person) -> None:
    page = clerk.open(desk.message("我叫王秀兰住在明远区。", "家里的暖气不热。"))
    words = page.locator(".heard").first.locator(".word")
    begin, end = words.nth(1).bounding_box(), words.nth(2).bounding_box()
    assert begin and end
    page.mouse.move(begin["x"] + 1, begin["y"] + begin["height"] / 2)
    page.mouse.down()
    page.mouse.move(end["x"] + end["width"] - 1, end["y"] + end["height"] / 2, steps=8)
    page.mouse.up()
    chosen = "".join(words.nth(each).inner_text() for each in (1, 2))
    assert page.evaluate("getSelection().toString()") == chosen
    assert page.evaluate("document.getElementById('audio').paused")  # drawn over, not clicked
    page.locator('.copy[data-into="petitioner"]').click()
    expect(page.locator("#petitioner")).to_have_value(chosen)
    page.evaluate("getSelection().selectAllChildren(document.querySelector('.segments'))")
    page.keyboard.press("Alt+Digit4")
    expect(page.locator("#summary")).to_have_value("我叫王秀兰住在明远区家里的暖气不热")
