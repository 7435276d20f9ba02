"""The seat console is a telephone: a real browser, exchange and caller, and the two hear each other."""

import signal
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Dialog, expect

from hotline.database import Database
from hotline.seats import seat_messages
from hotline.seats.seats import SeatState
from ivr.softphone.caller import Caller
from ivr.softphone.sounds import QUIET, SAMPLE_RATE
from tests.browser.agents import (
    LOST,
    WATCH_THE_MICROPHONE,
    WATCH_THE_POP,
    Agent,
    calling,
    loudness,
    rows,
    sounds_like,
    until,
    user_id,
)
from tests.browser.chromium import PATIENCE
from tests.kit.instance import HotlineInstance
from tests.kit.seats import SeatPhone

CALLER = "13904718826"


def reaches(caller: Caller, sentence: Path, agent: Agent) -> bool:
    """Say it, and look whether the agent has heard it: the two may not be connected yet."""
    caller.speaks(sentence)
    return sounds_like(agent.heard(), sentence)


def test_the_two_hear_each_other(
    seat_hotline: HotlineInstance,
    agents: Callable[..., Agent],
    of_agent: Path,
    of_caller: Path,
    tmp_path: Path,
) -> None:
    agent = agents("liuyang", "seat01")
    page = agent.page
    page.evaluate(WATCH_THE_POP)
    page.evaluate(WATCH_THE_MICROPHONE)
    with calling(seat_hotline, tmp_path) as caller:
        page.locator("#call-pop", has_text=CALLER).wait_for()  # before the first word
        agent.is_("ringing")
        print(f"screen pop {page.evaluate('window.popAfter')} ms after the first ring")
        until(lambda: "有来电" in page.title(), page)
        agent.answers()
        agent.listens()
        until(lambda: reaches(caller, of_caller, agent), page)
        until(lambda: sounds_like(caller.audio(), of_agent), page)
        assert not sounds_like(agent.heard(), of_agent) and not sounds_like(caller.audio(), of_caller)
        page.wait_for_selector("#petitioner:focus")  # whoever answered by key goes on typing here
        presses_keys(agent, caller)
        mutes(agent, caller)
        page.locator("#summary").fill("暖气不热")
        holds(agent, caller, of_agent)
        ends_and_takes_more_time(agent, caller)
        assert page.locator("#summary").input_value() == "暖气不热"
    page.keyboard.press("r")
    agent.is_("ready")


def presses_keys(agent: Agent, caller: Caller) -> None:
    for key in ("Alt+k", "5", "#"):
        agent.page.keyboard.press(key)
    caller.hears_keys("5#")
    agent.page.keyboard.press("Escape")
    assert agent.page.locator("#petitioner").input_value() == ""


def mutes(agent: Agent, caller: Caller) -> None:
    agent.page.keyboard.press("F8")
    agent.shows("已静音")
    until(lambda: loudness(caller.audio(), 2.0) < QUIET, agent.page)  # longer than any pause of the agent's
    agent.page.keyboard.press("F8")
    agent.shows("正在录音")
    agent.page.wait_for_selector("#mute[aria-pressed=false]")


def holds(agent: Agent, caller: Caller, of_agent: Path) -> None:
    """By the key, also while one types."""
    agent.page.keyboard.press("F4")
    agent.shows("已保持")
    caller.waits(1.0)
    held = caller.now
    caller.waits(4.0)
    assert not sounds_like(caller.audio()[int(held * SAMPLE_RATE) :], of_agent)
    agent.page.keyboard.press("F4")
    agent.page.wait_for_selector("#hold[aria-pressed=false]")
    resumed = caller.now
    until(lambda: sounds_like(caller.audio()[int(resumed * SAMPLE_RATE) :], of_agent), agent.page)


def ends_and_takes_more_time(agent: Agent, caller: Caller) -> None:
    """The microphone is let go of, the caller is asked, and the wrap-up becomes longer once."""
    page, microphones = agent.page, "window.microphones.map((track) => track.readyState)"
    assert page.evaluate(microphones) == ["live"]
    page.keyboard.press("F9")
    agent.is_("wrap_up")
    caller.begins_to_hear("satisfaction-ask", timeout=PATIENCE)
    assert page.evaluate(microphones) == ["ended"]
    page.keyboard.press("Escape")
    page.wait_for_selector("#extend:enabled")
    page.keyboard.press("w")
    until(lambda: rows(agent.hotline)["seat01"].wrap_up_extended, page)
    assert rows(agent.hotline)["seat01"].state == SeatState.WRAP_UP
    page.wait_for_selector("#extend:disabled")


def test_a_pause_with_its_reason(agents: Callable[..., Agent], seat_hotline: HotlineInstance) -> None:
    agent = agents("liuyang", "seat01")
    page = agent.page
    page.keyboard.press("p")
    page.keyboard.press("2")
    agent.is_("paused")
    assert page.locator("#state-note").text_content() == "用餐"
    assert rows(seat_hotline)["seat01"].reason == "meal"
    page.keyboard.press("r")
    agent.is_("ready")
    assert page.locator("#state-note").text_content() == ""


def test_a_message_stays_until_it_is_read(
    agents: Callable[..., Agent], seat_hotline: HotlineInstance
) -> None:
    agent = agents("liuyang", "seat01")
    now, by = datetime.now(UTC), user_id(seat_hotline, "suyan")
    with Database(seat_hotline.settings.database_url).writing() as session:
        seat_messages.send(session, "seat01", "<b>请</b>尽快回到座席", by, now)
    page = agent.page
    page.locator("#message", has_text="<b>请</b>尽快回到座席").wait_for()
    shown = page.locator("#message-by").text_content() or ""
    office = ZoneInfo(seat_hotline.settings.hours.timezone)
    assert "苏燕" in shown and f"{now.astimezone(office):%H:%M}" in shown
    agent.telephone_is("ready")  # leaving while it still connects is complained of
    page.reload()
    agent.telephone_is("ready")
    page.locator("#message-read").click()
    page.locator("#message").wait_for(state="hidden")
    page.reload()
    agent.telephone_is("ready")
    agent.is_("ready")
    assert not page.locator("#message").is_visible()


def test_a_page_that_may_not_ring_says_so(agents: Callable[..., Agent]) -> None:
    page = agents("liuyang", "seat01").page
    suspended = "{ configurable: true, get: () => 'suspended' }"
    page.evaluate(f"() => Object.defineProperty(AudioContext.prototype, 'state', {suspended})")
    page.locator("#telephone-advice", has_text="点击一次").wait_for()
    page.evaluate("() => delete AudioContext.prototype.state")
    expect(page.locator("#telephone-advice")).to_be_hidden()


def test_a_reload_in_a_call(
    seat_hotline: HotlineInstance, agents: Callable[..., Agent], tmp_path: Path
) -> None:
    agent = agents("liuyang", "seat01")
    page = agent.page
    asked: list[str] = []

    def accept(dialog: Dialog) -> None:
        asked.append(dialog.type)
        dialog.accept()

    page.on("dialog", accept)
    with calling(seat_hotline, tmp_path) as caller:
        agent.answers()
        page.locator("#summary").fill("路灯坏了三天")
        page.locator("#form-saved", has_text="已保存").wait_for()
        page.reload()
        assert asked == ["beforeunload"]
        caller.begins_to_hear("fault-apology", timeout=PATIENCE)
        agent.telephone_is("ready")
        page.locator("#call-pop", has_text=CALLER).wait_for()
        assert page.locator("#summary").input_value() == "路灯坏了三天"
        caller.hangs_up()
    agent.is_("ready")


def test_the_web_server_is_killed_in_a_call(
    seat_hotline: HotlineInstance,
    agents: Callable[..., Agent],
    of_agent: Path,
    of_caller: Path,
    tmp_path: Path,
) -> None:
    agent = agents("liuyang", "seat01")
    agent.expected += LOST
    page = agent.page
    with calling(seat_hotline, tmp_path) as caller:
        agent.answers()
        page.locator("#summary").fill("水管漏水")
        seat_hotline.stop_part("web")
        page.locator("#out-of-touch", has_text="与网页服务器失去联系").wait_for()
        agent.listens()
        before = caller.now
        until(lambda: sounds_like(caller.audio()[int(before * 8000) :], of_agent), page)
        until(lambda: reaches(caller, of_caller, agent), page)
        page.locator("#summary").press_sequentially("，楼下进水")
        seat_hotline.start("web")
        page.locator("#out-of-touch").wait_for(state="hidden")
        page.locator("#form-saved", has_text="已保存").wait_for()
        agent.is_("on_a_call")
        page.keyboard.press("F9")  # and the telephone is still this page's
        agent.is_("wrap_up")
        assert page.locator("#summary").input_value() == "水管漏水，楼下进水"


def test_the_exchange_is_lost(agents: Callable[..., Agent], seat_hotline: HotlineInstance) -> None:
    agent = agents("liuyang", "seat01")
    seat_hotline.signal("seats", signal.SIGSTOP)
    agent.page.locator("#out-of-touch", has_text="与电话交换机失去联系").wait_for()
    agent.page.keyboard.press("p")
    agent.page.keyboard.press("1")
    agent.page.locator("#refused", has_text="没有响应").wait_for()
    seat_hotline.signal("seats", signal.SIGCONT)
    expect(agent.page.locator("#out-of-touch")).to_be_hidden()


def test_a_browser_that_vanishes_in_a_call_is_not_rung_again(
    seat_hotline: HotlineInstance, agents: Callable[..., Agent], tmp_path: Path
) -> None:
    gone = agents("liuyang", "seat01")
    with calling(seat_hotline, tmp_path) as caller:
        gone.answers()
        there = agents("chenjing", "seat02")
        gone.page.close()
        caller.begins_to_hear("fault-apology", timeout=PATIENCE)
        there.answers()
        until(lambda: rows(seat_hotline)["seat01"].state == SeatState.NO_TELEPHONE, there.page)
        assert not caller.ended
        caller.hangs_up()


def test_a_second_window_leaves_the_telephone_where_it_is(agents: Callable[..., Agent]) -> None:
    agent = agents("liuyang", "seat01")
    second = agent.context.new_page()
    second.goto(f"{agent.address}/seat")
    second.wait_for_selector("#telephone-state[data-state=elsewhere]")
    agent.telephone_is("ready")
    second.evaluate("navigator.mediaDevices.dispatchEvent(new Event('devicechange'))")  # needs none so far
    second.locator("#telephone-advice button").click()
    second.wait_for_selector("#telephone-state[data-state=ready]")
    expect(agent.page.locator("#telephone-state")).to_have_attribute("data-state", "elsewhere")


def test_a_desk_phone_only(
    seat_hotline: HotlineInstance, agents: Callable[..., Agent], tmp_path: Path
) -> None:
    agent = agents("liuyang", "seat01")
    page = agent.page
    page.click("#show-devices")
    until(lambda: page.locator("#level").evaluate("meter => meter.value") > 0.05, page)  # it hears
    page.locator("#desk-phone-only").check()
    page.keyboard.press("Escape")
    agent.telephone_is("off")
    with SeatPhone(seat_hotline, "seat01", tmp_path) as phone, calling(seat_hotline, tmp_path) as caller:
        phone.does("ringing")
        agent.is_("ringing")
        page.locator("#call-pop", has_text=CALLER).wait_for()
        assert page.locator("#answer-call").is_disabled()
        agent.shows("拿起话机")
        phone.answers_ringing()
        agent.shows("正在用话机通话")
        page.keyboard.press("F4")
        agent.shows("已保持")
        page.keyboard.press("F4")
        page.wait_for_selector("#hold[aria-pressed=false]")
        page.keyboard.press("F9")
        assert phone.does("over")["by"] == "hotline"
        agent.is_("wrap_up")
        caller.hangs_up()


@pytest.mark.parametrize("how", ["transfer", "consult"])
def test_a_call_is_handed_to_another_seat(
    seat_hotline: HotlineInstance, agents: Callable[..., Agent], of_caller: Path, tmp_path: Path, how: str
) -> None:
    one, other = agents("liuyang", "seat01"), agents("chenjing", "seat02")
    other.page.keyboard.press("p")  # so that the call rings at the first seat
    other.page.keyboard.press("1")
    other.is_("paused")
    with calling(seat_hotline, tmp_path) as caller:
        one.answers()
        other.page.keyboard.press("r")
        other.is_("ready")
        one.page.keyboard.press("Alt+t")
        one.page.locator(f"#seats [data-seat=seat02] [data-order={how}]:enabled").click()
        if how == "consult":
            one.page.locator("#consulting", has_text="2号座席正在振铃").wait_for()
            other.shows("1号座席 (刘洋)就此来电与您商谈")
        other.answers()
        if how == "consult":
            one.page.locator("#consulting", has_text="正在与2号座席通话").wait_for()
            one.page.locator("#complete").click()
        one.is_("wrap_up")
        other.page.locator("#call-pop", has_text=CALLER).wait_for()
        other.listens()
        assert until(lambda: reaches(caller, of_caller, other), other.page)
        caller.hangs_up()
        other.is_("wrap_up")


def test_the_secret_is_the_agents_own(agents: Callable[..., Agent]) -> None:
    agent = agents("liuyang", "seat01")
    told = agent.page.request.get(f"{agent.address}/seat/telephone")
    assert told.headers["cache-control"] == "no-store"
    assert set(told.json()) == {"url", "uri", "user", "realm", "ha1"} and told.json()["user"] == "seat01-web"
    agent.page.click("#sign-out-of-seat")
    agent.page.wait_for_selector(".seats-to-choose")
    assert agent.page.request.get(f"{agent.address}/seat/telephone").status == 404


def test_answering_without_a_microphone_says_why(
    seat_hotline: HotlineInstance, agents: Callable[..., Agent], tmp_path: Path
) -> None:
    agent = agents("liuyang", "seat01")
    agent.expected += ("status of 404",)  # who was calling is not this seat's any more
    agent.page.evaluate(
        "() => { navigator.mediaDevices.getUserMedia = () => Promise.reject(new Error('no')); }"
    )
    with calling(seat_hotline, tmp_path) as caller:
        agent.page.wait_for_selector("#answer-call:enabled")
        agent.page.keyboard.press("F2")
        expect(agent.page.locator("#refused")).to_contain_text("麦克风无法使用")
        agent.is_("no_mic")
        caller.begins_to_hear("welcome-busy", timeout=PATIENCE)  # no other seat is there: to leave a message
        caller.hangs_up()
