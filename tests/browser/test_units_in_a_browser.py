"""The pages of units in a real browser: at every size, in both languages, for everybody's eyes."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.sync_api import expect
from sqlalchemy import select

from hotline.cases import unit_acts
from hotline.cases.case_entry import CaseEntry
from hotline.cases.cases import Category
from hotline.cases.unit_changes import Doing
from hotline.people import User
from hotline.registration import call_cases
from tests.browser.desk import DeskRoom, Person
from tests.browser.looks import barriers, pictures
from tests.kit.period_rules import RULES

PICTURES = ("units-1440-zh", "unit-1440-zh")
SIZES = {"1440": (1440, 900), "phone": (390, 844)}
UNIT = "0123"


@pytest.fixture(scope="module")
def changed(desk: DeskRoom) -> None:
    """A unit with a case was renamed, and another merged into it."""
    now = datetime.now(UTC)
    with desk.db.writing() as session:
        by = session.scalars(select(User.id).where(User.name == "admin")).one()
        doing = Doing(now.date(), now.date(), now, by)
        unit_acts.rename(session, UNIT, "市文化和旅游局", "Municipal Culture and Tourism Office", doing)
        unit_acts.merge(session, "0130", UNIT, doing)
        entry = CaseEntry("陶志远", "13904718826", "", Category.OTHER, "体育馆停车难", UNIT)
        call_cases.register(session, "1795400088.1", entry, now, by, now, RULES)


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize(
    ("name", "address"),
    [
        ("units", "/units"),
        ("units-ended", "/units?ended=1"),
        ("unit", f"/units/{UNIT}"),
        ("unit-ended", "/units/0130"),
    ],
)
def test_how_it_looks(
    changed: None,
    people: Callable[..., Person],
    tmp_path: Path,
    name: str,
    address: str,
    size: str,
    language: str,
) -> None:
    width, height = SIZES[size]
    admin = people("admin", viewport={"width": width, "height": height}, locale=language)
    page = admin.open(address)
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    full = f"{name}-{size}-{language}"
    folder = pictures(full, tmp_path, wanted_ones=PICTURES)
    page.screenshot(path=folder / f"{full}.png", full_page=name != "units")
    assert barriers(admin) == []


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("size", SIZES)
def test_a_merge_is_asked_before(
    changed: None, people: Callable[..., Person], tmp_path: Path, size: str, language: str
) -> None:
    width, height = SIZES[size]
    admin = people("admin", viewport={"width": width, "height": height}, locale=language)
    page = admin.open(f"/units/{UNIT}")
    page.locator("#unit").press_sequentially("xfj")
    expect(page.locator("#unit-list li").first).to_be_visible()
    page.screenshot(path=tmp_path / f"choosing-{size}-{language}.png")
    page.locator("#unit").press("Enter")
    expect(page.locator("#unit_code")).to_have_value("0102")
    page.locator("form[action$=merge] button").click()
    expect(page.locator("button[name=confirmed]")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    page.screenshot(path=tmp_path / f"confirm-{size}-{language}.png", full_page=True)
    assert barriers(admin) == []
    page.locator("a.button", has_text={"zh": "返回", "en": "go back"}[language]).click()
    page.wait_for_url(f"**/units/{UNIT}")


def test_it_is_found_by_pinyin_and_merged(changed: None, people: Callable[..., Person]) -> None:
    page = people("admin").open("/units")
    page.locator("#search").fill("tjj")
    page.locator("#search").press("Enter")
    page.get_by_role("link", name="市统计局", exact=True).click()
    page.locator("form[action$=abolish] button").click()
    page.locator("button[name=confirmed]").click()
    expect(page.locator(".notice")).to_contain_text("单位已撤销")
    expect(page.locator("main form")).to_have_count(0)
