"""A letter in a real browser: entered by keys, registered; another joined to its case and parted again."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import FilePayload, Page, expect

from tests.browser.desk import DeskRoom, Person, until_there
from tests.browser.looks import barriers, pictures
from tests.kit import documents

PICTURES = ("letters-list-1440-zh", "letters-new-1440-zh")
SIZES = {"1440": (1440, 900), "1366": (1366, 768), "phone": (390, 844)}
SUMMARY = "反映小区供暖不足，室温只有十四度，多次联系供热公司没有答复。"


def entered(page: Page, channel: str, then: str = "", **more: str) -> str:
    """Enter one and leave the form by a button, to register it or to decide later; its number."""
    page.goto(page.url.partition("/submissions")[0] + f"/submissions/new/{channel}")
    for name, text in (
        {"petitioner": "陈建国", "telephone": "13904718826", "summary": SUMMARY} | more
    ).items():
        page.locator(f"#{name}").fill(text)
    page.locator("#category").select_option("utilities")
    page.locator("#unit").press_sequentially("sfj")
    expect(page.locator("#unit-list li").first).to_be_visible()
    page.locator("#unit").press("Enter")
    page.locator(f"button[name=then][value='{then}']").click()
    expect(page.locator(".notice").first).to_be_visible()
    return page.url.rpartition("/")[2]


def test_a_letter_is_joined_to_the_case_of_another_and_parted_again(
    desk: DeskRoom, people: Callable[..., Person]
) -> None:
    page = people("liuyang").open("/submissions")
    page.get_by_role("link", name="登记来信").click()
    case = entered(page, "letter", "register")
    other = entered(page, "letter")
    photograph = FilePayload(name="来信.jpg", mimeType="image/jpeg", buffer=documents.photograph())
    page.locator("#file").set_input_files(photograph)
    page.get_by_role("button", name="添加", exact=True).click()
    expect(page.locator("#files")).to_contain_text("来信.jpg")
    page.get_by_label("信访编号").fill(case)
    page.get_by_role("button", name="并入该事项").click()
    page.get_by_role("link", name=f"{case[:3]} {case[3:7]} {case[7:]}").click()
    expect(page.locator(".events li").first).to_contain_text("并入")
    expect(page.locator("#files")).to_contain_text("来信.jpg")
    page.locator(".events a").first.click()
    page.get_by_label("理由").fill("不是同一事项")
    page.get_by_role("button", name="撤销处理").click()
    expect(page.locator(".list-head")).to_contain_text("待处理")
    page.get_by_role("link", name="全部来信来访").click()
    expect(page.locator(f'.submissions a[href$="{other}"]')).to_be_visible()


def test_what_is_typed_is_kept(desk: DeskRoom, people: Callable[..., Person]) -> None:
    person = people("liuyang")
    page = person.open("/submissions/new/appointment")
    page.locator("#summary").fill(SUMMARY)
    page.locator("#meeting_address").fill("https://video.example/1")
    until_there(page, lambda: "已保存" in (page.locator(".draft-said").text_content() or ""))
    again = person.open("/submissions/new/appointment")
    expect(again.locator("#summary")).to_have_value(SUMMARY)
    expect(again.locator("#meeting_address")).to_have_value("https://video.example/1")
    again.locator("#petitioner").press("Alt+Enter")  # registers: what is missing is said
    expect(again.locator("#category")).to_have_attribute("aria-invalid", "true")
    expect(again.locator("#summary")).to_have_value(SUMMARY)


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("size", SIZES)
def test_how_it_looks(
    desk: DeskRoom, people: Callable[..., Person], tmp_path: Path, size: str, language: str
) -> None:
    width, height = SIZES[size]
    person = people("liuyang", viewport={"width": width, "height": height}, locale=language)
    page = person.open("/submissions")
    number = entered(page, "visit", persons="12", representatives="甲\n乙")
    wanted = {
        "list": "/submissions?outcome=any",
        "new": "/submissions/new/visit",
        "one": f"/submissions/{number}",
        "slip": f"/submissions/{number}/slip",
    }
    for what, path in wanted.items():
        page = person.open(path)
        name = f"letters-{what}-{size}-{language}"
        page.screenshot(path=pictures(name, tmp_path, wanted_ones=PICTURES) / f"{name}.png", full_page=True)
        assert page.evaluate(
            "document.documentElement.scrollWidth <= document.documentElement.clientWidth"
        ), what
        assert barriers(person) == [], what
