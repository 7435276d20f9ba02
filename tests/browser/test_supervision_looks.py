"""The wallboard and the supervisor's page in the middle of a morning, on a wall, a desk and a telephone.

With ``HOTLINE_SCREENSHOTS=docs/images`` the pictures for the documents are made anew.
"""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import update

from hotline.people import User
from tests.browser import looks
from tests.browser.desk import DeskRoom, Person
from tests.kit import seats_sample
from tests.kit.desk_sample import PASSWORD

PICTURES = ("wallboard-wall", "supervision-laptop")
SIZES = {"wall": {"width": 1920, "height": 1080}, "laptop": {"width": 1366, "height": 768}} | looks.SIZES
PAGES = {
    "wallboard": "/wallboard",
    "supervision": "/supervision",
    "message": "/supervision/seats/seat01/message",
}
BEYOND = """[document.documentElement.scrollWidth - innerWidth,
  document.documentElement.scrollHeight - innerHeight]"""
SEEN = [("wall", "light"), ("laptop", "light"), ("laptop", "dark"), ("phone", "light")]


@pytest.fixture(scope="module")
def morning(desk: DeskRoom) -> Iterator[DeskRoom]:
    """Sixteen seats that are taken for what they are: nobody looks after them."""
    with desk.db.writing() as session:
        seats_sample.morning(session, datetime.now(UTC), trusted_for=timedelta(hours=1))
    yield desk
    with desk.db.writing() as session:
        seats_sample.evening(session)


@pytest.mark.parametrize(("size", "scheme"), SEEN)
def test_how_they_look(
    morning: DeskRoom, people: Callable[..., Person], tmp_path: Path, size: str, scheme: str
) -> None:
    person = people(viewport=SIZES[size], color_scheme=scheme, device_scale_factor=1)
    page = person.open("/sign-in?next=/supervision")  # not by way of the supervisor's own seat
    page.fill("#name", "chenjing")
    page.fill("#password", PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_selector("#supervision")
    found = {}
    for name, path in PAGES.items():
        page = person.open(path)
        page.wait_for_timeout(400)
        picture = f"{name}-{size}"
        folder = looks.pictures(picture, tmp_path, scheme, PICTURES)
        page.screenshot(path=folder / f"{picture}.png", caret="initial")
        found[name] = looks.barriers(person)
        beyond = page.evaluate(BEYOND)
        assert beyond[0] <= 0, name
        if name == "wallboard" and size != "phone":
            assert beyond[1] <= 0, "the wall does not scroll"
    assert {name: lines for name, lines in found.items() if lines} == {}


TILES = ".figures dt, .figures dd, .counts li, .seats span, .wall-head *"
OVERFLOWING = f"""[...document.querySelectorAll('{TILES}')]
  .filter(each => each.clientWidth && each.scrollWidth > each.clientWidth + 1)
  .map(each => each.textContent)"""

# all at one moment: the board is made anew every few seconds
HEAD = "['.wall-head h1', '.line', '#clock']\
  .map(each => document.querySelector(each).getBoundingClientRect().toJSON())"


@pytest.fixture
def in_english(morning: DeskRoom) -> Iterator[None]:
    with morning.db.writing() as session:
        session.execute(update(User).values(language="en"))
    yield
    with morning.db.writing() as session:
        session.execute(update(User).values(language=""))


@pytest.mark.parametrize("size", ["wall", "laptop"])
@pytest.mark.usefixtures("in_english")
def test_english_fits_the_wall(people: Callable[..., Person], size: str) -> None:
    """Its words are longer: none runs out of its tile, and the head's three parts keep apart."""
    person = people(viewport=SIZES[size], device_scale_factor=1)
    page = person.open("/sign-in?next=/wallboard")
    page.fill("#name", "chenjing")
    page.fill("#password", PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_selector("#board .seats")
    assert "Line open" in page.locator("#board .line").inner_text()
    assert page.evaluate(OVERFLOWING) == []
    name, line, clock = page.evaluate(HEAD)
    assert name["right"] <= line["left"] and line["right"] <= clock["left"]
