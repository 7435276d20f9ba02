"""The register of cases in a real browser: by keyboard, at every size, for everybody's eyes."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import expect
from sqlalchemy import select

from hotline.cases.case_entry import CaseEntry
from hotline.cases.cases import Category
from hotline.people import User
from hotline.recordings.recordings import Recording
from hotline.registration import screening
from tests.browser.desk import DeskRoom, Person
from tests.browser.looks import barriers, pictures
from tests.kit.period_rules import RULES

PICTURES = ("register-1440-zh",)
SIZES = {"1440": (1440, 900), "1366": (1366, 768), "phone": (390, 844)}
LONG = "反映小区二次供水水箱长期无人清洗，水中有铁锈和异味，多次拨打物业电话无人接听。" * 3


@pytest.fixture(scope="module")
def cases(desk: DeskRoom) -> list[str]:
    """Some of the night's messages are registered, for units of several levels."""
    with desk.db.writing() as session:
        by = session.scalars(select(User.id).where(User.name == "chenjing")).one()
        for place, (name, unit, summary) in enumerate(
            (("王秀兰", "0110", "暖气不热"), ("欧阳宏图与其他业主", "018601", LONG), ("", "0104", "路灯不亮"))
        ):
            recording = session.get_one(Recording, desk.ids[place])
            entry = CaseEntry(name, recording.caller, "", Category.UTILITIES, summary, unit)
            case = screening.register(session, recording, entry, by, recording.received_at, RULES)
            case.due_on = datetime.now(UTC).date() + timedelta(days=(-4, 6, 45)[place])
    return desk.ids


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("size", SIZES)
def test_how_it_looks(
    cases: list[str], people: Callable[..., Person], tmp_path: Path, size: str, language: str
) -> None:
    width, height = SIZES[size]
    supervisor = people("chenjing", viewport={"width": width, "height": height}, locale=language)
    page = supervisor.open("/cases")
    name = f"register-{size}-{language}"
    folder = pictures(name, tmp_path, wanted_ones=PICTURES)
    page.screenshot(path=folder / f"{name}.png", full_page=True)
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    assert barriers(supervisor) == []


def test_by_keyboard(cases: list[str], people: Callable[..., Person]) -> None:
    page = people("chenjing").open("/cases?order=due")
    page.keyboard.press("j")
    page.keyboard.press("j")
    expect(page.locator(".cases .open").nth(1)).to_be_focused()
    page.keyboard.press("k")
    page.keyboard.press("Enter")
    page.wait_for_url("**/cases/26*")
    page.go_back()
    page.keyboard.press("/")
    page.keyboard.type("欧阳")
    page.keyboard.press("Enter")
    expect(page.locator(".cases tbody tr")).to_have_count(1)
    assert "search=" in page.url and "欧阳" not in page.url


def test_a_unit_is_chosen_with_those_below_it(cases: list[str], people: Callable[..., Person]) -> None:
    page = people("chenjing").open("/cases")
    unit = page.locator("#unit")
    unit.press_sequentially("xfj")
    expect(page.locator("#unit-list li").first).to_be_visible()
    unit.fill("")
    unit.press_sequentially("云川市人民政府")
    expect(page.locator("#unit-list li").first).to_be_visible()
    unit.press("Enter")
    expect(page.locator("#unit_code")).to_have_value("01")
    page.get_by_role("button", name="查看", exact=True).click()
    expect(page.locator(".cases tbody tr")).not_to_have_count(0)
    expect(page.locator("#unit")).to_have_value("云川市人民政府")
