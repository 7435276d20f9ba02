"""Every page at the size of a desk and of a telephone: nothing sticks out, nothing is hard to read.

With ``HOTLINE_SCREENSHOTS=docs/images`` the pictures for the documents are made anew.
"""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page
from sqlalchemy.orm import Session

from hotline.recordings import transcripts
from hotline.recordings.recordings import Recording
from tests.browser.desk import EXPECTED, DeskRoom, Person, until
from tests.browser.looks import SIZES, barriers, pictures
from tests.kit import desk_sample


def pages(desk: DeskRoom) -> dict[str, str]:
    waiting, decided = desk.ids[0], desk.ids[-2]
    return {
        "queue": "/queue",
        "recording": f"/recordings/{waiting}",
        "registered": f"/recordings/{decided}",
        "no-speech": f"/recordings/{desk.ids[6]}",
        "shortened": f"/recordings/{desk.ids[1]}",
        "account": "/account",
        "missing": "/nothing",
    }


def hard_to_hear(session: Session, recording_id: str) -> None:
    """Speech without words, a number that is short, and one that is the caller's own."""
    found = transcripts.latest(session, recording_id)
    assert found
    session.get_one(Recording, recording_id).unheard_seconds = 6.0
    for segment, draft in zip(found.segments, ("", "电话158471200", "是15847120093"), strict=True):
        segment.draft = draft


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", list(SIZES))
def test_every_page(
    desk: DeskRoom, people: Callable[..., Person], tmp_path: Path, size: str, scheme: str
) -> None:
    desk_sample.correct(desk.db, desk.ids[0], desk_sample.NIGHT[0].sentences)
    with desk.db.writing() as session:
        session.get_one(Recording, desk.ids[1]).missing_seconds = 4.2
        hard_to_hear(session, desk.ids[1])
    person = people(viewport=SIZES[size], color_scheme=scheme, device_scale_factor=1)
    person.expected = (*EXPECTED, "status of 404")
    found = {"sign-in": barriers(look(person, "/sign-in", tmp_path / f"sign-in-{size}.png"))}
    person.sign_in("liuyang")
    for name, path in pages(desk).items():
        picture = f"{name}-{size}"
        page = look(person, path, pictures(picture, tmp_path, scheme) / f"{picture}.png").page
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
    if page.locator("#summary").is_visible() and page.locator(".segment").count():
        fill_in(page)
    page.evaluate("scrollTo(0, 0)")
    page.screenshot(path=picture, caret="initial")
    return person


@pytest.mark.parametrize("size", list(SIZES))
def test_the_administrators_page(people: Callable[..., Person], tmp_path: Path, size: str) -> None:
    person = people("admin", viewport=SIZES[size])
    page = person.open("/people")
    page.locator("#name").fill(f"zhaomin.{size}")
    page.locator("#full_name").fill("赵敏")
    page.get_by_role("button", name="添加", exact=True).click()
    page.wait_for_selector(".password")
    page.screenshot(path=tmp_path / f"people-{size}.png", caret="initial")
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    assert barriers(person) == []


def fill_in(page: Page) -> None:
    """Begin a registration, as somebody would who has just listened."""
    page.locator("#petitioner").fill("王秀兰")
    page.locator("#address").fill("明远区团结小区3号楼2单元501")
    page.locator("#summary").fill(
        "十一月初以来暖气不热，室温仅十三四度，家有八旬老人和两岁幼儿。多次致电供热公司，无人上门。"
    )
    page.locator("#category").select_option("utilities")
    page.locator("#unit").fill("明远区住建")
    page.wait_for_selector("#unit-list li")
    page.keyboard.press("Enter")
    page.locator("#petitioner").focus()
    page.evaluate("document.activeElement.blur()")


@pytest.mark.parametrize("size", SIZES)
def test_the_page_of_desk_phones(people: Callable[..., Person], tmp_path: Path, size: str) -> None:
    person = people("admin", viewport=SIZES[size])
    page = person.open("/desk-phones")
    page.get_by_role("button", name="查看").first.click()
    page.wait_for_selector("#password")  # no picture is taken of a page that is being left
    page.screenshot(path=pictures(f"desk-phone-{size}", tmp_path, "light") / f"desk-phone-{size}.png")
    assert barriers(person) == []
    page.locator("#password").fill(desk_sample.PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_selector(".password-once .password")
    page.screenshot(path=pictures(f"desk-phones-{size}", tmp_path, "light") / f"desk-phones-{size}.png")
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    assert barriers(person) == []


def test_the_open_list_of_units_and_the_shortcuts(
    desk: DeskRoom, people: Callable[..., Person], tmp_path: Path
) -> None:
    person = people("liuyang")
    page = person.open(f"/recordings/{desk.ids[1]}")
    page.locator("#unit").fill("rsj")
    page.wait_for_selector("#unit-list li")
    page.screenshot(path=tmp_path / "units-desktop.png", caret="initial")
    assert barriers(person) == []
    page.keyboard.press("Escape")
    page.keyboard.press("Escape")
    page.keyboard.press("?")
    page.screenshot(path=tmp_path / "shortcuts-desktop.png", caret="initial")
    assert barriers(person) == []
