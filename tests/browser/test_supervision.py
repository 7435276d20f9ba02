"""The supervisor at work: real seats, callers and browsers; what happens is on the wall and on the page.

With ``HOTLINE_SCREENSHOTS=docs/images`` the pictures for the documents are made anew.
"""

import os
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from hotline import people, sign_ins
from hotline.database import Database
from hotline.hours import hand_hours
from hotline.hours.hand_hours import HandHours
from hotline.people import Role
from hotline.seats import seat_orders, seats
from hotline.seats.seat_messages import SeatMessage
from hotline.seats.seat_orders import Order
from hotline.seats.seats import SeatState
from hotline.settings_file import PROJECT
from ivr.office import ORDERS_SECONDS
from ivr.softphone.caller import Caller
from ivr.softphone.process import Dial
from tests.browser.agents import DAY, PARTS, Agent, calling, employ, user_id
from tests.browser.chromium import PATIENCE
from tests.browser.desk import lets_pass
from tests.browser.looks import AXE, RULES
from tests.kit.conversations import PROMPTS, part_of_speech, says
from tests.kit.desk_sample import PASSWORD
from tests.kit.instance import HotlineInstance
from tests.kit.seats import SeatPhone, until

WALL = {"width": 1920, "height": 1080}
LAPTOP = {"width": 1366, "height": 768}
TELEPHONE = {"width": 390, "height": 844}
SITTING = {"seat01": "liuyang", "seat02": "suyan"}


@pytest.fixture(scope="module")
def hotline(tmp_path_factory: pytest.TempPathFactory) -> Iterator[HotlineInstance]:
    """A whole hotline in office hours, with an agent at seat 1 and the supervisor at seat 2."""
    instance = HotlineInstance(tmp_path_factory.mktemp("supervision"), DAY)
    try:
        instance.start(*PARTS)
        employ(instance)
        with Database(instance.settings.database_url).writing() as session:
            people.add(session, "wall", "大厅", Role.WALLBOARD, PASSWORD)
        yield instance
    finally:
        instance.stop()


@pytest.fixture(scope="module")
def phones(
    hotline: HotlineInstance, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[dict[str, SeatPhone]]:
    """Both have a telephone on the desk and have signed in; the supervisor is paused."""
    folder = tmp_path_factory.mktemp("phones")
    with SeatPhone(hotline, "seat01", folder) as one, SeatPhone(hotline, "seat02", folder) as two:
        for seat, name in SITTING.items():
            order(hotline, name, seat, Order.TAKE_SEAT)
        order(hotline, "suyan", "seat02", Order.PAUSE, {"reason": "meeting"})
        until(lambda: state(hotline, "seat01") == SeatState.READY)
        until(lambda: state(hotline, "seat02") == SeatState.PAUSED)
        yield {"seat01": one, "seat02": two}


@pytest.fixture
def window(browser: Browser, hotline: HotlineInstance) -> Iterator[Callable[..., Agent]]:
    """A browser for somebody who signs in; none may have anything to complain of."""
    opened: list[Agent] = []

    def open_for(name: str, **options: object) -> Agent:
        context = browser.new_context(**({"viewport": LAPTOP, "locale": "zh-CN"} | options))  # type: ignore[arg-type]
        context.set_default_timeout(PATIENCE * 1000)
        person = Agent(hotline, context, context.new_page())
        person.page.on("console", person.hear)
        opened.append(person)
        person.page.goto(
            f"{person.address}/sign-in?next={'/wallboard' if name == 'wall' else '/supervision'}"
        )
        person.page.fill("#name", name)
        person.page.fill("#password", PASSWORD)
        person.page.keyboard.press("Enter")
        person.page.wait_for_selector("#main h1")
        return person

    yield open_for
    for each in opened:
        each.context.close()
    assert [line for each in opened for line in each.complaints] == []


def order(
    hotline: HotlineInstance, name: str, seat: str, what: Order, arguments: dict[str, str] | None = None
) -> None:
    """Ask the exchange for something, as a page does."""
    db, by_id = Database(hotline.settings.database_url), user_id(hotline, name)

    def obeyed() -> bool:
        with db.writing() as session:
            given = seat_orders.give(session, datetime.now(UTC), by_id, seat, what, arguments)
        until(lambda: outcome(db, given) is not None)
        return outcome(db, given) == ""

    until(obeyed)  # a service that has just begun does not know every seat yet


def outcome(db: Database, given: int) -> str | None:
    with db.reading() as session:
        return seat_orders.outcome(session, given)


def state(hotline: HotlineInstance, seat: str) -> SeatState | None:
    with Database(hotline.settings.database_url).reading() as session:
        found = session.get(seats.Seat, seat)
        return SeatState(found.state) if found else None


def pictures(elsewhere: Path) -> Path:
    """The folder for pictures: that of the documents when they are asked for."""
    wanted = os.environ.get("HOTLINE_SCREENSHOTS")
    return PROJECT / wanted if wanted else elsewhere


def barriers(person: Agent) -> list[str]:
    """What axe finds against WCAG 2.2 AA, and whether something sticks out."""
    before = list(person.complaints)
    person.page.evaluate(AXE.read_text(encoding="utf-8"))
    found = person.page.evaluate(f"axe.run(document, {RULES}).then(result => result.violations)")
    person.page.evaluate("0")
    person.complaints[:] = before
    wide = person.page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")
    return [f"{each['id']}: {node['html'][:120]}" for each in found for node in each["nodes"]] + [
        "too wide"
    ] * wide


def test_a_call_is_on_the_wall_and_the_supervisor_hears_it(
    hotline: HotlineInstance, phones: dict[str, SeatPhone], window: Callable[..., Agent], tmp_path: Path
) -> None:
    of_caller, of_agent = part_of_speech(tmp_path, 3.0), part_of_speech(tmp_path, 3.0, begin=4.0)
    wall, chief = window("wall", viewport=WALL), window("suyan")
    seat = wall.page.locator(".seats li").first
    seat.locator("text=就绪").wait_for()
    chief.page.goto(f"{chief.address}/supervision")
    console = chief.context.new_page()
    console.goto(f"{chief.address}/seat")
    with calling(hotline, tmp_path) as caller:
        phones["seat01"].does("ringing")
        rang = time.monotonic()
        seat.locator("text=振铃").wait_for()
        print(f"on the wall {time.monotonic() - rang:.2f} s after the telephone rang")
        phones["seat01"].answers_ringing()
        seat.locator("text=通话中").wait_for()
        assert "13904718826" not in wall.page.content()
        chief.page.locator("tr", has_text="13904718826").wait_for()
        chief.page.locator("#listen-seat01:enabled").click()
        phones["seat02"].answers()
        console.locator("#state", has_text="正在监听1号座席").wait_for()
        assert "录音" not in console.locator("#call-note").inner_text()
        usable = console.locator(".call-acts button:enabled")
        assert usable.evaluate_all("found => found.map(each => each.id)") == ["hang-up"]
        chief.page.locator(".notice").wait_for(state="detached")

        def both_are_heard() -> bool:
            caller.speaks(of_caller)
            phones["seat01"].speaks(of_agent)
            caller.waits(1.0)
            heard = phones["seat02"].heard()
            return says(heard, of_caller) and says(heard, of_agent)

        until(both_are_heard)  # on a busy machine a telephone may lose a piece of it
        phones["seat02"].hangs_up()
        phones["seat01"].hangs_up()
    seat.locator("text=话后整理").wait_for()
    assert barriers(wall) == [] and barriers(chief) == []


def test_a_line_closed_by_hand_is_closed_for_the_next_caller(
    hotline: HotlineInstance, phones: dict[str, SeatPhone], window: Callable[..., Agent], tmp_path: Path
) -> None:
    wall, chief = window("wall", viewport=WALL), window("suyan")
    chief.expected += ("status of 422",)
    page = chief.page
    page.goto(f"{chief.address}/supervision")
    page.fill("#reason", "机房检修")
    page.keyboard.press("Enter")  # is neither of the two buttons
    page.locator("#mistake-line", has_text="开通线路还是关闭线路").wait_for()
    assert hand_hours_of(hotline) == []
    page.click("button[value=closed]")
    page.locator("button[name=confirmed]").wait_for()
    page.screenshot(path=pictures(tmp_path) / "close-line.png")
    assert barriers(chief) == []
    page.click("button[name=confirmed]")
    page.locator(".line-closed", has_text="机房检修").wait_for()
    wall.page.locator(".line-closed", has_text="机房检修").wait_for()
    page.wait_for_timeout(1000 * ORDERS_SECONDS)  # so long what was read before is believed
    with caller_of(hotline, tmp_path) as caller:
        caller.begins_to_hear("welcome-closed", timeout=PATIENCE)
    page.click("#lift")
    page.locator(".line-open").wait_for()
    wall.page.locator(".line-open").wait_for()
    page.wait_for_timeout(1000 * ORDERS_SECONDS)
    with caller_of(hotline, tmp_path) as caller:
        caller.begins_to_hear("welcome-open", timeout=PATIENCE)


def hand_hours_of(hotline: HotlineInstance) -> list[HandHours]:
    with Database(hotline.settings.database_url).reading() as session:
        return session.query(HandHours).all()


def caller_of(hotline: HotlineInstance, folder: Path) -> Caller:
    caller = Caller(
        Dial(port=hotline.sip_port, own_number="13800001234"), PROMPTS, folder / f"{time.time()}.wav"
    )
    caller.is_answered(PATIENCE)
    return caller


def test_a_message_and_the_page_on_a_telephone(
    hotline: HotlineInstance, phones: dict[str, SeatPhone], window: Callable[..., Agent], tmp_path: Path
) -> None:
    chief = window("suyan", viewport=TELEPHONE)
    page = chief.page
    page.click(".open-menu")
    page.click("#menu >> text=座席与线路")
    page.locator("#message-seat01").wait_for()
    assert barriers(chief) == []
    page.click("#message-seat01")
    page.fill("#text", "请下午三点到会议室")
    page.click("text=发送")
    page.locator(".notice", has_text="1号座席").wait_for()
    with Database(hotline.settings.database_url).reading() as session:
        assert [each.text for each in session.query(SeatMessage)] == ["请下午三点到会议室"]


def test_a_selection_keeps_nothing_old_for_long(
    hotline: HotlineInstance, phones: dict[str, SeatPhone], window: Callable[..., Agent]
) -> None:
    page = window("suyan").page
    select = "(where) => getSelection().selectAllChildren(document.querySelector(where))"
    why = page.locator("#supervision .line-why")
    page.evaluate(select, "#by-hand-title")
    opens(hotline, "雨雪")
    why.filter(has_text="雨雪").wait_for()
    page.evaluate(select, "#supervision .line-why")
    opens(hotline, "停电")
    lets_pass(page, 1.5)
    assert "雨雪" in why.inner_text()  # somebody is about to copy it
    page.evaluate("{ const now = Date.now; Date.now = () => now() + 11_000; }")
    why.filter(has_text="停电").wait_for()

    page.focus("#lift")
    page.keyboard.down(" ")
    opens(hotline, "大风")
    lets_pass(page, 1.5)
    page.keyboard.up(" ")  # the button that was pressed is there still
    page.locator("#notices", has_text="恢复").wait_for()
    assert "大风" not in page.locator("#supervision .line-why").inner_text()


def test_the_supervisors_seat_has_one_window(
    hotline: HotlineInstance, phones: dict[str, SeatPhone], window: Callable[..., Agent]
) -> None:
    chief = window("suyan")
    mine = chief.page.get_by_role("link", name="我的座席", exact=True).last
    with chief.context.expect_page() as opened:
        mine.click()
    seat = opened.value
    seat.locator("#now").wait_for()
    seat.evaluate("window.same = true")
    mine.click()
    lets_pass(chief.page, 0.5)
    assert chief.context.pages == [chief.page, seat]
    assert seat.evaluate("window.same") is True  # and what goes on in it goes on


def opens(hotline: HotlineInstance, reason: str) -> None:
    """The line is opened by hand elsewhere."""
    now, by = datetime.now(UTC), user_id(hotline, "suyan")
    with Database(hotline.settings.database_url).writing() as session:
        hand_hours.set_line(session, True, reason, now + timedelta(hours=1), by, now)


def test_what_is_typed_outlives_the_session(hotline: HotlineInstance, window: Callable[..., Agent]) -> None:
    chief = window("suyan")
    chief.expected += ("status of 401",)
    page = chief.page
    page.fill("#reason", "机房检修，下午恢复")
    with Database(hotline.settings.database_url).writing() as session:
        sign_ins.end_all(session, user_id(hotline, "suyan"))
    page.locator("#out-of-touch a", has_text="登录").wait_for()
    assert page.locator("#reason").input_value() == "机房检修，下午恢复"


def test_a_seat_is_signed_out_from_the_page(
    hotline: HotlineInstance, phones: dict[str, SeatPhone], window: Callable[..., Agent]
) -> None:
    chief = window("suyan")
    chief.page.goto(f"{chief.address}/supervision")
    chief.page.click("#sign_out-seat01")
    chief.page.click("button[name=confirmed]")
    chief.page.locator(".notice", has_text="已签出").wait_for()
    assert until(lambda: state(hotline, "seat01") == SeatState.UNSTAFFED)
