"""A slow line brings the page before its scripts: what is typed by then is saved like the rest."""

from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Page, Route, expect

from tests.browser.call_room import rings
from tests.browser.desk import DeskRoom, Person
from tests.browser.looks import revisions_of


@contextmanager
def scripts_are_late(page: Page) -> Iterator[None]:
    """No script is here until the end of the block."""
    held: list[Route] = []
    are_here = False

    def late(route: Route) -> None:
        if are_here:
            route.continue_()
        else:
            held.append(route)

    page.route("**/*.js", late)
    yield
    are_here = True
    for each in held:
        each.continue_()


def arrives(person: Person, path: str) -> Page:
    person.page.goto(person.desk.address + path, wait_until="commit")
    return person.page


def test_the_case_and_the_text_of_a_recording(desk: DeskRoom, clerk: Person) -> None:
    path, page = desk.message(), clerk.page
    with scripts_are_late(page):
        arrives(clerk, path).locator("#summary").fill("水管漏水")
        page.locator(".segment textarea").first.fill("水管漏了")
    expect(page.locator("#register .draft-said")).to_have_text("草稿已保存")
    expect(page.locator("#saved")).to_have_text("已保存")
    assert revisions_of(desk, path) == ["水管漏了"]
    page.reload()
    expect(page.locator("#register .draft-said")).to_contain_text("已恢复")
    expect(page.locator("#summary")).to_have_value("水管漏水")


def test_the_form_beside_a_call(room: DeskRoom, agent: Person) -> None:
    address, page = rings(room, "6.1"), agent.page
    with scripts_are_late(page):
        arrives(agent, address).locator("#summary").fill("暖气不热")
        page.locator("#note").fill("听力不好")
        for late in (".finish", ".note-form button"):  # would take what was typed along, and away
            expect(page.locator(late)).to_be_disabled()
        page.locator("#note").press("Enter")
        page.locator("#petitioner").press("Enter")
        assert page.url.endswith(address)
    expect(page.locator(".finish")).to_be_enabled()
    expect(page.locator("#form-saved")).to_have_text("已保存")
    page.reload()
    expect(page.locator("#summary")).to_have_value("暖气不热")


def test_the_search_for_a_unit(desk: DeskRoom, clerk: Person) -> None:
    page = clerk.page
    with scripts_are_late(page):
        arrives(clerk, desk.message()).locator("#unit").fill("司法局")
    page.locator("#unit-list li").first.click()
    expect(page.locator("#unit")).to_have_value("市司法局")
