"""The seat console on a desk and on a telephone, in every state: nothing is hidden, nothing hard to read.

With ``HOTLINE_SCREENSHOTS=docs/images`` the pictures for the documents are made anew.
"""

import os
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from playwright.sync_api import Page
from sqlalchemy import select

from hotline.callers import caller_notes
from hotline.calls.calls import CallEnding, CallRecord
from hotline.cases import unit_list, units
from hotline.cases.cases import Case, CaseState, Category
from hotline.cases.origins import Origin
from hotline.database import Database
from hotline.settings_file import PROJECT
from tests.browser.agents import Agent, calling, user_id
from tests.browser.looks import AXE, RULES, SIZES
from tests.kit.instance import HotlineInstance

CALLER = "13904718826"
NUMBERS = (
    ("2600000126", 41, "小区门口路灯坏了三天，夜里出行不便。"),
    ("2600000274", -2, "楼道堆放杂物，消防通道被占。"),
)
PICTURES = (
    "choose-desktop",
    "ready-desktop",
    "ringing-desktop",
    "on-a-call-desktop",
    "on-a-call-phone",
    "not-recorded-desktop",
    "wrap-up-desktop",
    "devices-desktop",
)
"""Those that the documents show."""
NOTEBOOK = {"width": 1366, "height": 768}


def test_the_console_in_every_state(
    seat_hotline: HotlineInstance, agents: Callable[..., Agent], tmp_path: Path
) -> None:
    known_caller(seat_hotline)
    agent = agents("liuyang", "seat01", device_scale_factor=1)
    page = agent.page
    assert_looks_right(page, "ready", tmp_path)
    with calling(seat_hotline, tmp_path, CALLER) as caller:
        page.locator("#call-pop", has_text="腿脚不便").wait_for()
        agent.is_("ringing")
        assert_looks_right(page, "ringing", tmp_path)
        agent.answers()
        page.locator("#petitioner").fill("王秀兰")
        page.locator("#summary").fill("暖气不热，室内只有十三四度，多次报修无人上门。")
        page.locator("#form-saved", has_text="已保存").wait_for()
        assert_looks_right(page, "on-a-call", tmp_path)
        page.locator("#pause-recording").click()
        page.locator("#recording-reasons [data-order]").first.click()
        agent.shows("录音已暂停")
        assert_looks_right(page, "not-recorded", tmp_path)
        page.locator("#pause-recording").click()
        agent.shows("正在录音")
        page.locator("#transfer").click()
        assert_looks_right(page, "transfer", tmp_path)
        page.keyboard.press("Escape")
        page.keyboard.press("F9")
        agent.is_("wrap_up")
        assert_looks_right(page, "wrap-up", tmp_path)
        caller.hangs_up()
    page.locator("#pause").click()
    page.locator("#pause-reasons [data-order]").nth(1).click()
    agent.is_("paused")
    assert_looks_right(page, "paused", tmp_path)
    page.locator("#show-devices").click()
    page.wait_for_selector("#devices option", state="attached")
    assert_looks_right(page, "devices", tmp_path)
    page.keyboard.press("Escape")
    page.locator("#sign-out-of-seat").click()
    page.locator(".seats-to-choose").wait_for()
    assert_looks_right(page, "choose", tmp_path)


def known_caller(hotline: HotlineInstance) -> None:
    """Somebody who has called before."""
    now, by = datetime.now(UTC), user_id(hotline, "chenjing")
    with Database(hotline.settings.database_url).writing() as session:
        caller_notes.add(session, CALLER, "腿脚不便，请回电到家里座机 0471-6583321。", by, now)
        for days, ending in ((3, CallEnding.ANSWERED), (9, CallEnding.LEFT)):
            at = now - timedelta(days=days, hours=2)
            call = CallRecord(call_id=f"earlier-{days}", caller=CALLER, arrived_at=at, offered_at=at)
            call.ended_at, call.ending = at + timedelta(minutes=4), ending
            session.add(call)
        unit_list.ensure_sample(session)
        unit = session.scalars(select(units.Unit.code).order_by(units.Unit.code).limit(1)).one()
        for number, days, summary in NUMBERS:
            at = now - timedelta(days=60 - days)
            case = Case(number=number, state=CaseState.ACCEPTED, petitioner="王秀兰", telephone=CALLER)
            case.origin, case.origin_id = Origin.CALL, f"earlier.{number}"
            case.address, case.category, case.unit_code = "团结小区3号楼", Category.UTILITIES, unit
            case.summary, case.received_at, case.registered_at = summary, at, at
            case.registered_by_id, case.due_on = by, (now + timedelta(days=days)).date()
            session.add(case)


def assert_looks_right(page: Page, name: str, elsewhere: Path) -> None:
    """Pictures, light and dark, of a desk and of a telephone; on a notebook the whole panel is in sight."""
    for size, shape in {"desktop": NOTEBOOK, "phone": SIZES["phone"]}.items():
        page.set_viewport_size(shape)  # type: ignore[arg-type]
        page.evaluate("scrollTo(0, 0)")
        wanted = os.environ.get("HOTLINE_SCREENSHOTS", "") if f"{name}-{size}" in PICTURES else ""
        page.screenshot(path=(PROJECT / wanted if wanted else elsewhere) / f"seat-{name}-{size}.png")
        overflow = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        assert page.evaluate(overflow) <= 0, (name, size)
        for scheme in ("dark", "light"):
            page.emulate_media(color_scheme=scheme)
            assert barriers(page) == [], (name, size, scheme)
    page.set_viewport_size(NOTEBOOK)  # type: ignore[arg-type]
    panel = page.locator(".panel")
    if panel.count():
        assert panel.evaluate("panel => panel.getBoundingClientRect().bottom") <= NOTEBOOK["height"], name


def barriers(page: Page) -> list[str]:
    """What axe finds against WCAG 2.2 AA."""
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found = page.evaluate(f"axe.run(document, {RULES}).then(result => result.violations)")
    return [f"{each['id']}: {node['html'][:120]}" for each in found for node in each["nodes"]]
