"""A seat without a microphone says so and is not rung: tried when one sits down, and whenever it may change.

Chromium has a microphone of its own that no test can pull out: what is plugged in and out, taken by another
program and switched off by the computer are the browser's answers, given in its place. Permission is its own.
"""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Route, expect

from hotline.seats.seats import SeatState
from tests.browser.agents import Agent, calling, rows, sounds_like, until
from tests.browser.desk import lets_pass
from tests.kit.instance import HotlineInstance
from tests.kit.seats import SeatPhone

STAND_IN = """(() => {
  const media = navigator.mediaDevices, ask = media.getUserMedia.bind(media);
  window.tracks = [];
  window.amiss = sessionStorage.getItem("amiss") || "";
  media.getUserMedia = async (wanted) => {
    if (window.amiss === "muted") {
      const stream = await ask(wanted), [track] = stream.getAudioTracks();
      Object.defineProperty(track, "muted", { configurable: true, get: () => window.amiss === "muted" });
      window.tracks.push(track);
      return stream;
    }
    while (window.amiss === "asking") await new Promise((resolve) => setTimeout(resolve, 50));
    if (window.amiss) throw new DOMException("", window.amiss);
    const stream = await ask(wanted);
    window.tracks.push(...stream.getTracks());
    return stream;
  };
})()"""
"""``amiss``: the name of the error that the browser answers with, "muted", or "asking": nobody answers it."""
GONE = """() => {
  window.amiss = "NotFoundError";
  for (const track of window.tracks.filter((each) => each.readyState === "live")) {
    track.stop();
    track.dispatchEvent(new Event("ended"));
  }
  navigator.mediaDevices.dispatchEvent(new Event("devicechange"));
}"""
BACK = '() => { window.amiss = ""; navigator.mediaDevices.dispatchEvent(new Event("devicechange")); }'
UNMUTED = """() => {
  window.amiss = "";
  window.tracks.forEach((track) => track.dispatchEvent(new Event("unmute")));
}"""

GONE_AGAIN = ("status of 404",)
"""Who was calling is not this seat's any more, while its page still asks who that is, or for a note begun."""


def permits(agent: Agent, setting: str) -> None:
    """What the browser has been told of the microphone, as beside the address of the page."""
    browser = agent.context.browser
    assert browser
    page = agent.context.new_cdp_session(agent.page).send("Target.getTargetInfo")["targetInfo"]
    wanted = {"permission": {"name": "microphone"}, "setting": setting, "origin": agent.address}
    own = {"browserContextId": page["browserContextId"]}
    browser.new_browser_cdp_session().send("Browser.setPermission", wanted | own)


def is_(agent: Agent, state: SeatState, seat: str = "seat01") -> None:
    """Wait until the seat is so, at the exchange and on its page."""
    until(lambda: rows(agent.hotline)[seat].state == state, agent.page)
    agent.is_(state)


def test_permission_taken_back_and_given_again(
    seat_hotline: HotlineInstance, agents: Callable[..., Agent], tmp_path: Path
) -> None:
    agent, other = agents("liuyang", "seat01"), agents("chenjing", "seat02")
    other.expected += GONE_AGAIN
    permits(agent, "denied")
    is_(agent, SeatState.NO_MICROPHONE)
    assert "在浏览器地址栏旁" in (agent.page.locator("#state-note").text_content() or "")
    agent.page.reload()  # sitting down with it refused is the same
    agent.telephone_is("silent")
    with calling(seat_hotline, tmp_path) as caller:
        other.page.wait_for_selector("#answer-call:enabled")
        assert rows(seat_hotline)["seat01"].state == SeatState.NO_MICROPHONE
        caller.hangs_up()
    permits(agent, "granted")
    is_(agent, SeatState.READY)
    agent.telephone_is("ready")


@pytest.mark.parametrize(
    ("amiss", "says", "mended"),
    [
        ("asking", "在此之前本座席不会振铃", BACK),
        ("NotFoundError", "没有麦克风", BACK),
        ("NotReadableError", "其他程序", BACK),
        ("muted", "已在电脑或耳麦上关闭", UNMUTED),
    ],
)
def test_what_is_missing_taken_or_switched_off_is_said_and_comes_back_by_itself(
    agents: Callable[..., Agent], amiss: str, says: str, mended: str
) -> None:
    agent = agents("liuyang", "seat01")
    agent.page.add_init_script(STAND_IN)
    agent.page.evaluate("(name) => sessionStorage.setItem('amiss', name)", amiss)
    agent.page.reload()
    is_(agent, SeatState.NO_MICROPHONE)
    agent.page.locator("#state-note", has_text=says).wait_for()
    agent.page.evaluate(mended)
    is_(agent, SeatState.READY)
    assert agent.page.locator("#state-note").text_content() == ""


def test_unplugged_while_it_rings_the_next_seat_gets_the_call(
    seat_hotline: HotlineInstance, agents: Callable[..., Agent], tmp_path: Path
) -> None:
    agent, other = pulled_out_by_hand(agents), agents("chenjing", "seat02")
    for each in (agent, other):
        each.expected += GONE_AGAIN
    other.page.keyboard.press("p")
    other.page.keyboard.press("1")
    other.is_("paused")
    with calling(seat_hotline, tmp_path) as caller:
        agent.page.wait_for_selector("#answer-call:enabled")
        other.page.keyboard.press("r")
        other.is_("ready")
        agent.page.evaluate(GONE)
        other.page.wait_for_selector("#answer-call:enabled")
        agent.telephone_is("silent")  # on a slow machine its seat is paused: it has not answered twice
        expect(agent.page.locator("#answer-call")).to_be_disabled()
        caller.hangs_up()


def test_unplugged_in_a_talk_it_goes_on_with_the_one_that_is_plugged_in_next(
    seat_hotline: HotlineInstance, agents: Callable[..., Agent], of_agent: Path, tmp_path: Path
) -> None:
    agent = pulled_out_by_hand(agents)
    with calling(seat_hotline, tmp_path) as caller:
        agent.answers()
        agent.page.evaluate(GONE)
        agent.shows("麦克风已断开")
        assert until(lambda: rows(seat_hotline)["seat01"].state == SeatState.ON_A_CALL, agent.page)
        agent.page.evaluate(BACK)
        agent.page.locator("#call-note.on-air:not(.not-recorded)").wait_for()
        since = caller.now
        until(lambda: sounds_like(caller.audio()[int(since * 8000) :], of_agent), agent.page)
        agent.page.evaluate(GONE)
        agent.shows("麦克风已断开")
        caller.hangs_up()
    agent.is_("wrap_up")
    agent.page.keyboard.press("r")
    is_(agent, SeatState.NO_MICROPHONE)


def pulled_out_by_hand(agents: Callable[..., Agent]) -> Agent:
    """An agent at the first seat whose microphone the test can pull out."""
    agent = agents("liuyang", "seat01")
    agent.telephone_is("ready")  # leaving while it still connects is complained of
    agent.page.add_init_script(STAND_IN)
    agent.page.reload()
    is_(agent, SeatState.READY)
    agent.telephone_is("ready")
    return agent


def test_a_seat_with_a_desk_phone_needs_none(
    seat_hotline: HotlineInstance, agents: Callable[..., Agent], tmp_path: Path
) -> None:
    agent = agents("liuyang", "seat01")
    agent.expected += GONE_AGAIN
    permits(agent, "denied")
    is_(agent, SeatState.NO_MICROPHONE)
    with SeatPhone(seat_hotline, "seat01", tmp_path) as phone:
        is_(agent, SeatState.READY)
        with calling(seat_hotline, tmp_path) as caller:
            phone.does("ringing")
            expect(agent.page.locator("#call-note")).to_contain_text("拿起话机")
            caller.hangs_up()


def test_back_from_the_desk_phone_the_page_is_rung_again(agents: Callable[..., Agent]) -> None:
    agent, told = agents("liuyang", "seat01"), list[str]()
    agent.telephone_is("ready")
    permits(agent, "denied")
    is_(agent, SeatState.NO_MICROPHONE)

    def as_where_another_is_the_telephone(route: Route) -> None:
        told.append(route.request.post_data or "")
        route.fulfill(json={})

    agent.page.route("**/seat/microphone", as_where_another_is_the_telephone)
    for tick in (True, False):
        agent.page.click("#show-devices")
        agent.page.locator("#desk-phone-only").set_checked(tick)
        agent.page.keyboard.press("Escape")  # looks at the microphone as well
        agent.telephone_is("off" if tick else "silent")
        lets_pass(agent.page, 1.6)  # three times longer than it takes to tell
    assert len(told) == 1  # "denied" is what the server has
    agent.page.unroute("**/seat/microphone")
    permits(agent, "granted")
    is_(agent, SeatState.READY)
    agent.telephone_is("ready")


def test_a_page_without_https_says_so(agents: Callable[..., Agent]) -> None:
    agent = agents("liuyang", "seat01")
    agent.page.add_init_script("Object.defineProperty(navigator, 'mediaDevices', { value: undefined })")
    agent.page.reload()
    is_(agent, SeatState.NO_MICROPHONE)
    expect(agent.page.locator("#state-note")).to_contain_text("https")
    agent.page.click("#show-devices")
    agent.page.locator("#desk-phone-only").check()
    is_(agent, SeatState.NO_TELEPHONE)
