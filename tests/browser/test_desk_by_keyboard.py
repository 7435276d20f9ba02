"""The desk by keyboard alone, from the queue to the registered case."""

from collections.abc import Callable

from playwright.sync_api import Page, expect

from hotline.cases.cases import Category
from tests.browser.desk import DeskRoom, Person, lets_pass, until, until_there
from tests.browser.listening import PAUSED, case_of, playing_past
from tests.browser.looks import revisions_of


def test_everything_by_keyboard(desk: DeskRoom, people: Callable[..., Person]) -> None:
    path = desk.message("我们这条街的路灯坏了一个月了。", "麻烦你们派人来修一修。")
    page = people().open("/sign-in")
    keys_to_the_recording(page, path)
    keys_in_the_sound(page)
    keys_in_the_draft(page)
    keys_in_the_registration(page)
    page.wait_for_url(lambda url: not url.endswith(path))
    case = case_of(desk, path)
    assert case and (case.petitioner, case.category) == ("赵", Category.TRAFFIC)
    assert case.summary == "麻烦你们派人来修一修，谢谢。k?"
    page.keyboard.press("q")
    page.wait_for_url("**/queue")


def keys_to_the_recording(page: Page, path: str) -> None:
    """Sign in, look at the shortcuts, and open the first recording."""
    keys = page.keyboard
    expect(page.locator("#name")).to_be_focused()
    for text in ("liuyang", "night-desk-2026"):
        keys.type(text)
        keys.press("Tab")
    keys.press("Enter")
    page.wait_for_url("**/queue")
    keys.press("?")
    expect(page.locator("#help")).to_be_visible()
    keys.press("Escape")
    keys.press("j")
    keys.press("Enter")
    page.wait_for_url(f"**{path}")


def keys_in_the_sound(page: Page) -> None:
    """Play, pause, faster and slower; a word is heard, and Tab comes back to it."""
    keys = page.keyboard
    keys.press("Space")
    playing_past(page, 0.2)
    keys.press("k")
    until(page, PAUSED)
    keys.press("]")
    assert page.evaluate("document.getElementById('audio').playbackRate") == 1.25
    keys.press("[")
    word = page.locator(".heard .word").nth(2)
    page.locator(".heard .word").first.focus()
    keys.press("ArrowRight")
    keys.press("ArrowRight")
    expect(word).to_be_focused()
    keys.press("Enter")
    playing_past(page, float(word.get_attribute("data-start") or "nan"))
    keys.press("k")
    keys.press("Tab")
    keys.press("Shift+Tab")
    expect(word).to_be_focused()


def keys_in_the_draft(page: Page) -> None:
    """Walk to the second segment, write, listen while writing, and copy what is selected."""
    keys = page.keyboard
    keys.press("t")
    keys.press("Alt+ArrowDown")
    keys.press("End")
    keys.type("，谢谢。k?")
    assert page.evaluate(PAUSED)  # letters typed are letters
    expect(page.locator(".segment textarea").nth(1)).to_have_value("麻烦你们派人来修一修，谢谢。k?")
    keys.press("Alt+KeyK")
    playing_past(page, 0)
    keys.press("Alt+KeyK")
    keys.press("Control+a")
    keys.press("Alt+Digit4")
    expect(page.locator("#summary")).to_have_value("麻烦你们派人来修一修，谢谢。k?")
    keys.press("Escape")


def keys_in_the_registration(page: Page) -> None:
    """Fill in the rest and register."""
    keys = page.keyboard
    keys.press("r")
    expect(page.locator("#petitioner")).to_be_focused()
    keys.type("赵")
    for _ in range(20):
        if page.evaluate("document.activeElement.id") == "category":
            break
        keys.press("Tab")
    for _ in range(7):
        keys.press("ArrowDown")
    expect(page.locator("#category")).to_have_value("traffic")
    keys.press("Tab")
    expect(page.locator("#unit")).to_be_focused()
    keys.type("明远区民政")
    expect(page.locator("#unit-list li").first).to_contain_text("明远区民政局")
    keys.press("Enter")
    keys.press("Alt+Enter")


def test_shortcuts_sleep_while_an_input_method_composes(desk: DeskRoom, clerk: Person) -> None:
    path = desk.message()
    page = clerk.open(path)
    area = page.locator(".segment textarea").first
    area.fill("")
    expect(page.locator("#saved")).to_have_text("已保存")
    input_method = clerk.context.new_cdp_session(page)
    input_method.send("Input.imeSetComposition", {"text": "nihao", "selectionStart": 5, "selectionEnd": 5})
    page.evaluate("""() => document.activeElement.dispatchEvent(new KeyboardEvent('keydown',
        {key: 'Process', code: 'KeyK', keyCode: 229, altKey: true, isComposing: true, bubbles: true}))""")
    assert page.evaluate(PAUSED)
    lets_pass(page, 1.5)  # longer than the pause after which typing is saved
    input_method.send("Input.insertText", {"text": "你好"})
    expect(area).to_have_value("你好")
    page.locator("#petitioner").focus()
    until_there(page, lambda: len(revisions_of(desk, path)) > 1)
    expect(page.locator("#saved")).to_have_text("已保存")
    assert revisions_of(desk, path) == ["", "你好"]
    area.focus()
    page.keyboard.press("Alt+KeyK")
    playing_past(page, 0)
