"""Every page at the size of a desk and of a telephone: nothing sticks out, nothing is hard to read.

With ``HOTLINE_SCREENSHOTS=docs/images`` the pictures for the documents are made anew.
"""

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page

from hotline.settings import PROJECT
from tests.browser.conftest import EXPECTED, Desk, Person, until

SIZES = {"desk": {"width": 1440, "height": 900}, "phone": {"width": 390, "height": 844}}
AXE = PROJECT / "web" / "node_modules" / "axe-core" / "axe.min.js"
RULES = "{runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']}"


def pages(desk: Desk) -> dict[str, str]:
    waiting, decided = desk.ids[0], desk.ids[-2]
    return {
        "queue": "/queue",
        "recording": f"/recordings/{waiting}",
        "registered": f"/recordings/{decided}",
        "no-speech": f"/recordings/{desk.ids[6]}",
        "account": "/account",
        "missing": "/nothing",
    }


def barriers(person: Person) -> list[str]:
    """What axe finds against WCAG 2.2 AA. What axe itself does to the page is not the page's fault."""
    page, before = person.page, list(person.complaints)
    if not AXE.exists():
        raise RuntimeError("axe-core is missing: cd web && npm ci")
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found = page.evaluate(f"axe.run(document, {RULES}).then(result => result.violations)")
    page.evaluate("0")  # the lines of its console arrive before this answer
    person.complaints[:] = before
    return [f"{each['id']}: {node['html'][:120]}" for each in found for node in each["nodes"]]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", list(SIZES))
def test_every_page(
    desk: Desk, people: Callable[..., Person], tmp_path: Path, size: str, scheme: str
) -> None:
    wanted = os.environ.get("HOTLINE_SCREENSHOTS")
    folder = PROJECT / wanted if wanted and scheme == "light" else tmp_path
    folder.mkdir(parents=True, exist_ok=True)
    person = people(viewport=SIZES[size], color_scheme=scheme, device_scale_factor=1)
    person.expected = (*EXPECTED, "status of 404")
    found = {"sign-in": barriers(look(person, "/sign-in", folder / f"sign-in-{size}.png"))}
    person.sign_in("liuyang")
    for name, path in pages(desk).items():
        page = look(person, path, folder / f"{name}-{size}.png").page
        found[name] = barriers(person)
        sticking_out = page.evaluate(
            "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        )
        assert sticking_out <= 0, (name, sticking_out)
    assert {name: lines for name, lines in found.items() if lines} == {}


def look(person: Person, path: str, picture: Path) -> Person:
    """Open a page, let the sound begin where there is one, and take a picture."""
    page = person.open(path)
    if page.locator("#waveform").count() and page.locator(".word[data-start]").count():
        page.locator(".word[data-start]").nth(6).click()
        until(page, "!!document.querySelector('.word.playing')")
        page.locator("#play").click()
        page.evaluate("scrollTo(0, 0)")
    page.screenshot(path=picture, caret="initial")
    return person


def test_the_open_list_of_units_and_the_shortcuts(
    desk: Desk, people: Callable[..., Person], tmp_path: Path
) -> None:
    folder = PROJECT / os.environ["HOTLINE_SCREENSHOTS"] if "HOTLINE_SCREENSHOTS" in os.environ else tmp_path
    person = people("liuyang")
    page = person.open(f"/recordings/{desk.ids[1]}")
    page.locator("#unit").fill("rsj")
    page.wait_for_selector("#unit-list li")
    page.screenshot(path=folder / "units-desk.png", caret="initial")
    assert barriers(person) == []
    page.keyboard.press("Escape")
    page.keyboard.press("Escape")
    page.keyboard.press("?")
    page.screenshot(path=folder / "shortcuts-desk.png", caret="initial")
    assert barriers(person) == []
