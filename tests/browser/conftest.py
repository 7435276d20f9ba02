"""A real web server with an invented night behind it, and a real browser in front of it."""

import shutil
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import (
    Browser,
    Playwright,
    expect,
    sync_playwright,
)

from tests.browser.agents import (  # noqa: F401 - fixtures
    agents,
    of_agent,
    of_caller,
    seat_hotline,
    telephone_browser,
)
from tests.browser.call_room import agent, room, server  # noqa: F401 - fixtures
from tests.browser.chromium import FLAGS, PATIENCE, WITHOUT_WINDOWS
from tests.browser.desk import DeskRoom, Person, open_desk

expect.set_options(timeout=PATIENCE * 1000)


@pytest.fixture(scope="session")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DeskRoom]:
    """The desk behind ``hotline web``, on a free port."""
    yield from open_desk(tmp_path_factory)


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    with sync_playwright() as found:
        yield found


@pytest.fixture(scope="session")
def browser(playwright: Playwright) -> Iterator[Browser]:
    """A real Chromium."""
    if not shutil.which("chromium-headless-shell"):
        raise RuntimeError(
            "there is no Chromium for the browser tests: apt-get install chromium-headless-shell"
        )
    found = playwright.chromium.launch(executable_path=WITHOUT_WINDOWS, args=FLAGS)
    yield found
    found.close()


@pytest.fixture
def people(browser: Browser, desk: DeskRoom) -> Iterator[Callable[..., Person]]:
    """Opens browsers for people; at the end none may have anything to complain of, CSP included."""
    opened: list[Person] = []

    def person(name: str = "", **options: object) -> Person:
        shape = {"viewport": {"width": 1440, "height": 900}, "locale": "zh-CN"} | options
        context = browser.new_context(**shape)  # type: ignore[arg-type]
        context.set_default_timeout(PATIENCE * 1000)
        found = Person(context.new_page(), context, desk)
        found.page.on("console", found.hear)
        found.page.on("pageerror", lambda error: found.complaints.append(str(error)))
        opened.append(found)
        if name:
            found.sign_in(name)
        return found

    yield person
    for each in opened:
        each.context.close()
    for each in opened:
        assert [line for line in each.complaints if not any(known in line for known in each.expected)] == []


@pytest.fixture
def clerk(people: Callable[..., Person]) -> Person:
    """A clerk, signed in."""
    return people("liuyang")
