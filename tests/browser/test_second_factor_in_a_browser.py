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
from tests.browser.conftest import EXPECTED, Desk, Person
from tests.browser.test_desk_looks import SIZES, barriers
from tests.web import desk_sample


@pytest.mark.parametrize("size", list(SIZES))
def test_set_up_and_sign_in(desk: Desk, people: Callable[..., Person], tmp_path: Path, size: str) -> None:
    person = people("chenjing", viewport=SIZES[size])
    person.expected = (*EXPECTED, "status of 403")
    page = person.page

    def seen(name: str) -> None:
        page.screenshot(path=tmp_path / f"{name}-{size}.png", full_page=True)
        assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
        assert barriers(person) == [], name

    page = person.open("/account/second-factor")
    seen("none")
    page.fill("#password", desk_sample.PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_selector(".secret")
    seen("square")
    telephone = pyotp.TOTP(page.inner_text(".secret").replace(" ", ""))
    page.keyboard.type(telephone.now())  # the field has the focus
    page.keyboard.press("Enter")
    page.wait_for_selector(".recovery")
    codes = page.locator(".recovery li").all_inner_texts()
    expect(page.get_by_role("button", name="打印")).to_be_visible()
    seen("codes")
    person.open("/account/second-factor")
    seen("on")
    person.open("/account/sessions")
    seen("sessions")
    person.open("/account")
    seen("account")
    page.evaluate("document.querySelector('form[action=\"/sign-out\"]').requestSubmit()")
    page.wait_for_url("**/sign-in")
    page.fill("#name", "chenjing")
    page.fill("#password", desk_sample.PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url("**/sign-in/code**")
    page.keyboard.type("000000")
    page.keyboard.press("Enter")
    page.wait_for_selector(".mistake")
    seen("wrong")
    with desk.db.reading() as session:
        mine = session.scalars(select(User.id).where(User.name == "chenjing")).one()
        used = session.get_one(second_factor.SecondFactor, mine).last_step
    while time.time() // 30 + 1 <= used:  # a code works once: the next one
        page.wait_for_timeout(200)
    page.keyboard.type(telephone.at(time.time() + 30))
    page.keyboard.press("Enter")
    page.wait_for_url("**/queue")
    assert len(codes) == 10
    administrator = people("admin", viewport=SIZES[size])
    administrator.open("/people").screenshot(path=tmp_path / f"people-{size}.png", full_page=True)
    assert barriers(administrator) == []
    with desk.db.writing() as session:
        second_factor.remove(session, mine)
