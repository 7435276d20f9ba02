"""Calls, abandoned calls, reports and blocked numbers in a real browser: keys, sound, charts, looks.

With ``HOTLINE_SCREENSHOTS=docs/images`` the pictures for the documents are made anew.
"""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import expect
from sqlalchemy import select

from hotline import drafts
from hotline.callbacks import callbacks
from hotline.callers import nuisance
from hotline.drafts import DraftPlace, FormName
from hotline.intake import intake
from hotline.people import User
from tests.browser import looks
from tests.browser.desk import DeskRoom, Person, open_desk, until
from tests.kit import desk_sample
from tests.kit.known_day import call_id, replay

YESTERDAY = datetime.now(ZoneInfo(desk_sample.ZONE)).date() - timedelta(days=1)
PICTURES = ("calls-desktop", "abandoned-desktop", "reports-desktop", "nuisance-desktop")


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DeskRoom]:
    """A desk of its own, the day after the known day."""
    for found in open_desk(tmp_path_factory, outbound="trunk.example:5060"):
        replay(found.settings, found.db, YESTERDAY)
        answered(found, call_id(6))
        with found.db.writing() as session:
            by_id = session.scalars(select(User.id).where(User.name == "chenjing")).one()
            now = datetime.now(UTC)
            for digits, is_prefix, reason in (
                ("13800000013", False, "多次来电辱骂话务员"),
                ("0085", True, "境外诈骗号段"),
            ):
                nuisance.block(session, digits, is_prefix, reason, now + timedelta(days=30), by_id, now)
            lifted = nuisance.block(
                session, "13800000031", False, "误拨", now + timedelta(days=1), by_id, now
            )
            nuisance.lift(session, lifted.id, by_id, now)
        yield found


def answered(desk: DeskRoom, call: str) -> None:
    """The recording of an answered call, as the exchange leaves it."""
    desk.settings.spool_dir.mkdir(parents=True, exist_ok=True)
    for side in (70, 71):
        path = desk.settings.spool_dir / f"{call}.{side}@seat01+13800000006.wav"
        desk_sample.write_speech(path, 6.0)
    assert intake.take_in(call, desk.settings, desk.db)


@pytest.fixture
def supervisor(people: Callable[..., Person]) -> Person:
    return people("chenjing")


def of_the_day(path: str, more: str = "") -> str:
    return f"{path}?first={YESTERDAY}&last={YESTERDAY}{more}"


PAGES = {
    "calls": of_the_day("/calls"),
    "abandoned": of_the_day("/calls/abandoned", "&show=all"),
    "reports": of_the_day("/reports"),
    "reports-by-seat": of_the_day("/reports", "&by=seat"),
    "nuisance": "/nuisance",
    "no-calls": "/calls?first=2021-01-01&last=2021-01-01",
    "no-report": "/reports?first=2021-01-01&last=2021-12-31",
}


@pytest.mark.parametrize(("size", "scheme"), [("desktop", "light"), ("desktop", "dark"), ("phone", "light")])
def test_how_they_look(people: Callable[..., Person], tmp_path: Path, size: str, scheme: str) -> None:
    person = people(
        "chenjing",
        viewport=looks.SIZES[size],
        color_scheme=scheme,
        device_scale_factor=1,
        reduced_motion="reduce",
    )
    found = {}
    shown = PAGES if scheme == "light" else {name: PAGES[name] for name in ("calls", "reports")}
    for name, path in shown.items():
        picture = f"{name}-{size}"
        folder = looks.pictures(picture, tmp_path, scheme, PICTURES)
        page = person.open(path)
        if page.locator(".chart").count():
            until(page, "document.querySelectorAll('.chart canvas').length > 0")
        page.screenshot(path=folder / f"{picture}.png", full_page=True, caret="initial")
        found[name] = looks.barriers(person)
        wide = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        assert page.evaluate(wide) <= 0, name
    assert {name: lines for name, lines in found.items() if lines} == {}


def test_a_call_is_heard_from_the_list(supervisor: Person) -> None:
    page = supervisor.open(of_the_day("/calls", "&recorded=yes&seat=seat01"))
    page.get_by_role("button", name="播放").click()
    until(page, "document.getElementById('sound').currentTime > 0.2")
    assert "13800000006" in page.locator("#listening-to").inner_text()
    page.keyboard.press("Escape")
    page.locator("#stop-listening").click()
    until(page, "document.getElementById('sound').paused")
    page.get_by_role("link", name="文字稿").click()
    expect(page.locator("#waveform")).to_be_visible()


def test_one_key_calls_back_and_one_settles(desk: DeskRoom, supervisor: Person) -> None:
    page = supervisor.open(of_the_day("/calls/abandoned"))
    before = page.locator(".abandoned tbody tr").count()
    for _ in range(3):
        page.keyboard.press("j")
    chosen = page.locator(".abandoned tbody tr:focus .who").inner_text()
    page.keyboard.press("c")
    page.wait_for_selector(".notice")
    assert chosen in page.locator(".notice").inner_text()
    with desk.db.reading() as session:
        assert callbacks.open_for(session, chosen)
    expect(page.locator(".abandoned tbody tr:focus .who")).to_have_text(chosen)
    page.keyboard.press("c")  # once more: nobody else is called
    page.keyboard.press("s")
    expect(page.locator(".abandoned tbody tr")).to_have_count(before - 1)
    page.wait_for_load_state()  # its keys work
    page.keyboard.press("c")  # no row is chosen now
    page.keyboard.press("j")
    page.locator(".abandoned tbody tr:focus").wait_for()
    with desk.db.reading() as session:
        assert len(callbacks.newest(session, only_open=True)) == 1


def test_a_number_is_blocked_from_the_list(supervisor: Person) -> None:
    begun = supervisor.open("/nuisance")
    begun.locator("#digits").fill("13800000099")
    expect(begun.locator(".draft-said")).to_have_text("草稿已保存")
    page = supervisor.open(of_the_day("/calls", "&result=abandoned"))
    row = page.locator("tr", has_text="13800000018")
    row.get_by_role("link", name="拦截").click()
    expect(page.locator("#digits")).to_have_value("13800000018")
    page.locator("#reason").fill("反复拨打后不说话")
    expect(page.locator(".draft-said")).to_have_text("草稿已保存")
    page.reload()
    expect(page.locator(".draft-said")).to_contain_text("已恢复")
    expect(page.locator("#digits")).to_have_value("13800000018")  # not the other that was begun
    page.locator("#days").select_option("30")
    page.get_by_role("button", name="拦截", exact=True).click()
    expect(page.locator("tr", has_text="13800000018")).to_contain_text("反复拨打后不说话")


def test_an_end_that_is_over_is_not_put_back(desk: DeskRoom, supervisor: Person) -> None:
    fields = {"reason": "停电", "until": "2026-01-01T10:00"}
    with desk.db.writing() as session:
        by_id = session.scalars(select(User.id).where(User.name == "chenjing")).one()
        drafts.save(session, DraftPlace(by_id, FormName.LINE), fields, 0, datetime.now(UTC))
    page = supervisor.open("/supervision")
    expect(page.locator("#by-hand #reason")).to_have_value("停电")
    expect(page.locator("#until")).not_to_have_value(fields["until"])


def test_a_report_is_downloaded(supervisor: Person) -> None:
    page = supervisor.open(of_the_day("/reports"))
    with page.expect_download() as waited:
        page.get_by_role("button", name="XLSX").click()
    assert waited.value.suggested_filename == f"report-by-hour-{YESTERDAY}-{YESTERDAY}.xlsx"
    assert Path(waited.value.path()).read_bytes()[:2] == b"PK"
