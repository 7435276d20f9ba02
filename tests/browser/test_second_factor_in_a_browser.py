"""A second factor in a real browser: set up by keyboard, and signed in with, at both sizes."""

import time
from collections.abc import Callable
from pathlib import Path

import pyotp
import pytest
from playwright.sync_api import expect
from sqlalchemy import select

from hotline import second_factor
from hotline.people import User
from tests.browser.desk import EXPECTED, DeskRoom, Person
from tests.browser.looks import SIZES, barriers
from tests.kit import desk_sample


@pytest.mark.parametrize("size", list(SIZES))
def test_set_up_and_sign_in(desk: DeskRoom, people: Callable[..., Person], tmp_path: Path, size: str) -> None:
    person = people("chenjing", viewport=SIZES[size])
    person.expected = (*EXPECTED, "status of 403")
    user_id = id_of(desk, "chenjing")

    def seen(name: str) -> None:
        person.page.screenshot(path=tmp_path / f"{name}-{size}.png", full_page=True)
        assert fits(person) and barriers(person) == [], name

    telephone = set_up(person, seen)
    for path, name in (("second-factor", "on"), ("sessions", "sessions"), ("", "account")):
        person.open(f"/account/{path}".rstrip("/"))
        seen(name)
    gives_the_password_again(person)
    person.page.keyboard.type("000000")
    person.page.keyboard.press("Enter")
    person.page.wait_for_selector(".mistake")
    expect(person.page.locator("#code")).to_be_focused()
    seen("wrong")
    half_a_minute_passes(desk, user_id)
    person.page.keyboard.type(telephone.at(time.time() + 30))
    person.page.keyboard.press("Enter")
    person.page.wait_for_url("**/queue")
    administrator = people("admin", viewport=SIZES[size])
    administrator.open("/people").screenshot(path=tmp_path / f"people-{size}.png", full_page=True)
    assert barriers(administrator) == []
    with desk.db.writing() as session:
        second_factor.remove(session, user_id)


def fits(person: Person) -> bool:
    """Whether nothing reaches beyond the page's width."""
    root = "document.documentElement"
    return bool(person.page.evaluate(f"{root}.scrollWidth <= {root}.clientWidth"))


def id_of(desk: DeskRoom, name: str) -> int:
    with desk.db.reading() as session:
        return session.scalars(select(User.id).where(User.name == name)).one()


def set_up(person: Person, seen: Callable[[str], None]) -> pyotp.TOTP:
    """Switch it on, looking at each step; the telephone with the codes."""
    page = person.open("/account/second-factor")
    seen("none")
    page.fill("#password", desk_sample.PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_selector(".secret")
    seen("square")
    telephone = pyotp.TOTP(page.inner_text(".secret").replace(" ", ""))
    expect(page.locator("#code")).to_be_focused()
    page.keyboard.type(telephone.now())
    page.keyboard.press("Enter")
    page.wait_for_selector(".recovery")
    assert page.locator(".recovery li").count() == 10
    expect(page.get_by_role("button", name="打印")).to_be_visible()
    seen("codes")
    return telephone


def gives_the_password_again(person: Person) -> None:
    page = person.page
    page.evaluate("document.querySelector('form[action=\"/sign-out\"]').requestSubmit()")
    page.wait_for_url("**/sign-in")
    page.fill("#name", "chenjing")
    page.fill("#password", desk_sample.PASSWORD)
    page.keyboard.press("Enter")
    expect(page.locator("#code")).to_be_focused()


def half_a_minute_passes(desk: DeskRoom, user_id: int) -> None:
    """Each works once: the one that was used is of half a minute before."""
    with desk.db.writing() as session:
        session.get_one(second_factor.SecondFactor, user_id).last_step -= 2
