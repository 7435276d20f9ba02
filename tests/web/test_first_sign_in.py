"""The first sign-in: where a new user may go, and that the page offers no other place."""

import re
from collections.abc import Iterator

import pytest
from bs4 import BeautifulSoup, Tag
from sqlalchemy import select

from hotline.people import Role, User
from tests.kit.desk_sample import PASSWORD
from tests.web.office import Office, Visitor
from tests.web.second_factor import demanding, telephone_of, text

NEW = "violet-harbour-eleven-maps"


@pytest.fixture(params=list(Role))
def newcomer(office: Office, request: pytest.FixtureRequest) -> Iterator[Visitor]:
    """Somebody of each role whose password was made by another."""
    with office.db.writing() as session:
        user = session.scalars(select(User).where(User.name == "liuyang")).one()
        user.must_change, user.role = True, request.param
    yield office.visitor("liuyang")


def shown(visitor: Visitor, path: str = "/account") -> BeautifulSoup:
    return BeautifulSoup(text(visitor.get(path)), "html.parser")


def leads_nowhere(visitor: Visitor, page: BeautifulSoup) -> list[str]:
    """Links of a page, but for the brand, that lead back to where one is."""
    links = [str(each["href"]) for each in page.select("a[href^='/']:not(.brand)") if isinstance(each, Tag)]
    return [each for each in links if visitor.get(each).status_code == 302]


def test_the_menu_is_there_when_the_password_is_ones_own(newcomer: Visitor) -> None:
    page = shown(newcomer)
    assert page.select("p.notice.warn[role=alert]"), "it is no good news"
    assert leads_nowhere(newcomer, page) == []
    assert not page.select("nav.places a, .open-menu")
    assert page.select("form[action='/account/language']") and page.select("form[action='/sign-out']")
    changed = newcomer.post("/account/password", {"current": PASSWORD, "new": NEW, "again": NEW})
    assert changed.status_code == 302
    page = shown(newcomer)
    assert page.select("nav.places a") and not page.select(".notice.warn")
    assert leads_nowhere(newcomer, page) == []


def test_who_owes_a_second_factor_is_offered_nothing_else(office: Office) -> None:
    demanding(office)
    supervisor = office.visitor("admin")
    for path in ("/account/second-factor", "/account"):
        page = shown(supervisor, path)
        assert leads_nowhere(supervisor, page) == [], path
        assert len(page.select("nav.places a")) == 1, "one's own account"
    assert shown(supervisor, "/account/second-factor").select("p.notice.warn[role=alert]")


def test_a_recovery_code_that_was_used_is_told(office: Office) -> None:
    _, codes = telephone_of(office, "liuyang")
    for left in (9, 8):
        visitor = office.visitor()
        visitor.sign_in()
        visitor.post("/sign-in/code", {"code": codes.pop()})
        page = shown(visitor, "/queue")
        said = page.select_one("#notices .notice.warn")
        assert said and re.search(rf"备用码，还剩 {left} 个", said.get_text())
