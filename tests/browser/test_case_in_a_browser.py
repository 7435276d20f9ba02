"""The way of a case in a real browser: from the office to the unit, back once, and closed."""

from collections.abc import Callable
from datetime import UTC, datetime
from itertools import count
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select

from hotline import people as accounts
from hotline.cases.case_entry import CaseEntry
from hotline.cases.cases import Case, CaseState, Category
from hotline.people import Role, User
from hotline.registration import call_cases
from tests.browser.desk import DeskRoom, Person, until_there
from tests.browser.looks import barriers, pictures
from tests.kit import case_way, desk_sample
from tests.kit.period_rules import RULES

PICTURES = ("case-dispatched-1440-zh",)
SERIAL = count()
NOTHING = "这里什么也没有"
SIZES = {"1440": (1440, 900), "1366": (1366, 768), "phone": (390, 844)}
UNIT, NEIGHBOUR = "0110", "0104"
SUMMARY = "反映小区二次供水水箱长期无人清洗，水中有铁锈和异味，多次拨打物业电话无人接听。"


@pytest.fixture(scope="module")
def staff(desk: DeskRoom) -> None:
    """An officer and the head of a unit."""
    with desk.db.writing() as session:
        for name, full_name, role in (
            ("hezhiqiang", "何志强", Role.UNIT_OFFICER),
            ("fangmin", "方敏", Role.UNIT_HEAD),
        ):
            accounts.add(session, name, full_name, role, desk_sample.PASSWORD, unit_code=UNIT)


def registered(desk: DeskRoom, serial: int, state: CaseState = CaseState.REGISTERED) -> str:
    """A case that was registered in a call; its number."""
    with desk.db.writing() as session:
        by = session.scalars(select(User.id).where(User.name == "liuyang")).one()
        entry = CaseEntry("陶志远", "13904718826", "明远区团结小区三号楼", Category.UTILITIES, SUMMARY, UNIT)
        now = datetime.now(UTC)
        case = call_cases.register(session, f"1795400077.{serial}", entry, now, by, now, RULES)
        case_way.bring(session, case, state, now)
        return case.number


def state(desk: DeskRoom, number: str) -> CaseState:
    with desk.db.reading() as session:
        return CaseState(session.get_one(Case, number).state)


def opened(person: Person, number: str) -> Page:
    """The page of a case, which may not be there for this person."""
    person.expected += ("404",)
    return person.open(f"/cases/{number}")


def presses(page: Page, name: str) -> None:
    """Press the button of a move, and see that it is made."""
    page.get_by_role("button", name=name, exact=True).click()
    expect(page.locator(".notice").first).to_contain_text("已办理")


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize(
    ("who", "state"),
    [
        ("liuyang", CaseState.REGISTERED),
        ("hezhiqiang", CaseState.DISPATCHED),
        ("fangmin", CaseState.ACCEPTED),
    ],
)
def test_how_it_looks(
    desk: DeskRoom,
    staff: None,
    people: Callable[..., Person],
    tmp_path: Path,
    who: str,
    state: CaseState,
    size: str,
    language: str,
) -> None:
    width, height = SIZES[size]
    person = people(who, viewport={"width": width, "height": height}, locale=language)
    page = person.open(f"/cases/{registered(desk, next(SERIAL), state)}")
    for form in page.locator("details.move").all():
        if form.get_attribute("open") is None:
            form.locator("summary").click()
    name = f"case-{state}-{size}-{language}"
    page.screenshot(path=pictures(name, tmp_path, wanted_ones=PICTURES) / f"{name}.png", full_page=True)
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    assert barriers(person) == []


def test_the_whole_way(desk: DeskRoom, staff: None, people: Callable[..., Person]) -> None:
    number = registered(desk, next(SERIAL))
    clerk, officer, head = (opened(people(name), number) for name in ("liuyang", "hezhiqiang", "fangmin"))
    expect(officer.locator("h1")).to_have_text(NOTHING)  # nothing of it is the unit's yet
    presses(clerk, "转送责任单位")
    for page in (officer, head):
        page.goto(clerk.url)
    presses(officer, "受理")
    head.reload()
    head.locator("#move-extend summary").click()
    head.get_by_label("天数").fill("20")
    head.get_by_label("延长的理由").fill("涉及多个部门，需要现场核查。")
    presses(head, "延长办理期限")
    expect(head.locator(".stands")).to_contain_text("延长后的办理期限")
    officer.reload()
    officer.get_by_label("处理意见", exact=True).select_option("partly")
    officer.get_by_label("处理意见：").fill("水箱已清洗，水质检测合格。")
    presses(officer, "答复")
    clerk.reload()
    clerk.locator("[id='move-send-back'] summary").click()
    clerk.get_by_label("还须办理的事项").fill("请附水质检测报告。")
    presses(clerk, "退回重办")
    officer.reload()
    expect(officer.locator(".events")).to_contain_text("请附水质检测报告。")
    officer.get_by_label("处理意见", exact=True).select_option("supported")
    officer.get_by_label("处理意见：").fill("检测报告已附。")
    presses(officer, "答复")
    clerk.reload()
    presses(clerk, "办结")
    assert state(desk, number) == CaseState.CLOSED
    assert clerk.locator(".events > li").count() == 8


def test_an_objection_goes_to_another_unit(
    desk: DeskRoom, staff: None, people: Callable[..., Person]
) -> None:
    number = registered(desk, next(SERIAL), CaseState.DISPATCHED)
    officer, clerk = opened(people("hezhiqiang"), number), people("liuyang")
    officer.locator("#move-object summary").click()
    officer.get_by_label("详细理由").fill("供水由市水务局负责。")
    presses(officer, "提出异议，退回")
    page = clerk.open(f"/cases/{number}")
    expect(page.locator(".stands")).to_contain_text("责任单位已提出异议")
    presses(page, "同意异议，另选单位")
    unit = page.get_by_role("combobox", name="责任单位")
    unit.fill("")
    unit.press_sequentially("市公安局")
    expect(page.locator("#unit-list li").first).to_be_visible()
    unit.press("Enter")
    chosen = page.locator("#unit_code").input_value()
    assert chosen not in ("", UNIT)
    presses(page, "转送责任单位")
    with desk.db.reading() as session:
        case = session.get_one(Case, number)
        assert (case.state, case.unit_code) == (CaseState.DISPATCHED, chosen)
    officer.reload()
    expect(officer.locator("h1")).to_have_text(NOTHING)


def test_what_is_typed_is_kept(desk: DeskRoom, staff: None, people: Callable[..., Person]) -> None:
    number = registered(desk, next(SERIAL), CaseState.ACCEPTED)
    officer = people("hezhiqiang")
    page = officer.open(f"/cases/{number}")
    page.get_by_label("处理意见：").fill("已联系物业，")
    until_there(page, lambda: "已保存" in (page.locator("#move-reply .draft-said").text_content() or ""))
    again = officer.open(f"/cases/{number}")
    expect(again.get_by_label("处理意见：")).to_have_value("已联系物业，")
