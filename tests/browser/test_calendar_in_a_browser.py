"""The calendar in a real browser: at every size, in both languages, by keyboard, for everybody's eyes."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from functools import partial
from pathlib import Path

import pytest
from playwright.sync_api import expect
from sqlalchemy import select

from hotline.cases.case_entry import CaseEntry
from hotline.cases.cases import Category
from hotline.cases.moves import Given, Manner, Move
from hotline.handling import calendar_acts, case_moves
from hotline.handling.case_moves import AskedMove
from hotline.hours import calendar_changing
from hotline.people import User
from hotline.registration import call_cases
from tests.browser.desk import DeskRoom, Person
from tests.browser.looks import barriers, pictures
from tests.kit.period_rules import RULES

PICTURES = ("calendar-1440-zh",)
SIZES = {"1440": (1440, 900), "phone": (390, 844)}
YEAR = 2026
UNIT = "0123"


@pytest.fixture(scope="module")
def room(desk: DeskRoom) -> DeskRoom:
    """Two days off that the office has decided, and a case whose unit may object until a working day."""
    now = datetime.now(UTC)
    with desk.db.writing() as session:
        admin = session.scalars(select(User).where(User.name == "admin")).one()
        for day, name, name_en in (
            (date(YEAR, 7, 30), "防汛停班", "Flood warning"),
            (date(YEAR, 12, 31), "供电检修", "Power cut"),
        ):
            ask = partial(
                calendar_changing.span, first=day, last=day, works=False, name=name, name_en=name_en
            )
            calendar_acts.change(session, ask, None, admin.id, desk.settings.hours, now)
        entry = CaseEntry("陶志远", "13904718826", "", Category.OTHER, "体育馆停车难", UNIT)
        case = call_cases.register(session, "1795400087.1", entry, now, admin.id, now, RULES)
        given = {Given.UNIT: UNIT, Given.MANNER: Manner.TRANSFER}
        case_moves.make(session, case.number, AskedMove(Move.DISPATCH, 1, given), admin, now, RULES)
    return desk


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("size", SIZES)
def test_how_it_looks(
    room: DeskRoom, people: Callable[..., Person], tmp_path: Path, size: str, language: str
) -> None:
    width, height = SIZES[size]
    admin = people("admin", viewport={"width": width, "height": height}, locale=language)
    page = admin.open(f"/calendar?year={YEAR}")
    for name, asks in (("calendar", False), ("calendar-confirm", True)):
        if asks:
            tomorrow = RULES.day(datetime.now(UTC)) + timedelta(days=1)
            page.locator("#first").fill(tomorrow.isoformat())
            page.locator("#last").fill((tomorrow + timedelta(days=3)).isoformat())  # a working day among them
            page.locator("[name=works][value=no]").check()
            page.locator("#name").fill("供电检修")
            page.locator("#change button").click()
            expect(page.locator("button[name=confirmed]")).to_be_visible()
        assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
        assert barriers(admin) == []
        full = f"{name}-{size}-{language}"
        folder = pictures(full, tmp_path, wanted_ones=PICTURES)
        page.screenshot(path=folder / f"{full}.png", full_page=True)


def test_by_keyboard_a_day_is_decided_and_taken_back(room: DeskRoom, people: Callable[..., Person]) -> None:
    page = people("admin").open(f"/calendar?day={YEAR}-07-15")
    start = page.locator(f"[data-day='{YEAR}-07-15']")
    expect(start).to_have_attribute("tabindex", "0")
    start.focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowRight")
    expect(page.locator(f"[data-day='{YEAR}-07-23']")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#first")).to_have_value(f"{YEAR}-07-23")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Shift+Enter")
    expect(page.locator("#last")).to_have_value(f"{YEAR}-07-24")
    expect(page.locator(".chosen")).to_have_count(2)
    expect(page.locator("[name=works][value=no]")).to_be_checked()
    page.locator("#name").fill("防汛停班")
    page.keyboard.press("Enter")
    page.locator("button[name=confirmed]").press("Enter")
    expect(page.locator(".notice")).to_contain_text("日历已更改")
    expect(page.locator(".decided[title*='07-23']")).to_have_count(1)
    page.locator(".calendar-changes form button").first.click()
    page.locator("button[name=confirmed]").click()
    expect(page.locator(".notice")).to_contain_text("日历已更改")
    expect(page.locator(".decided[title*='07-23']")).to_have_count(0)
    expect(page.locator("[data-day][tabindex='0']")).to_have_count(1)  # the scripts are there
    page.keyboard.press("]")
    page.wait_for_url(f"**/calendar?year={YEAR + 1}")
