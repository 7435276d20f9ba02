"""Agents at their seats: real browsers with a microphone, in front of a whole hotline in office hours."""

import json
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Playwright

from hotline import people
from hotline.database import Database
from hotline.people import Role, User
from hotline.seats import seat_orders
from hotline.seats.seat_orders import Order
from hotline.seats.seats import Seat
from ivr.softphone.caller import Caller
from ivr.softphone.process import Dial
from ivr.softphone.sounds import SAMPLE_RATE, Audio, read_audio
from tests.browser.chromium import FLAGS, PATIENCE, WITH_SOUND
from tests.kit.conversations import PROMPTS, part_of_speech
from tests.kit.desk_sample import PASSWORD
from tests.kit.instance import HotlineInstance
from tests.kit.seats import until as until_there

PARTS = ("asterisk", "agi", "seats", "web")
WRAP_UP_SECONDS = 6
DAY = {
    "HOTLINE_HOURS__OVERRIDE": "open",
    "HOTLINE_SEATS__COUNT": "4",
    "HOTLINE_SEATS__RING_SECONDS": "15",
    "HOTLINE_SEATS__WRAP_UP_SECONDS": str(WRAP_UP_SECONDS),
}
AGENTS = {"liuyang": "刘洋", "chenjing": "陈静", "zhaomin": "赵敏"}
LOST = ("ERR_CONNECTION_REFUSED", "ERR_INCOMPLETE_CHUNKED", "ERR_EMPTY_RESPONSE", "ERR_CONNECTION_RESET")
"""What the browser's console says while the web server is away."""

LISTEN = """() => {
  const context = new AudioContext({ sampleRate: 8000 });
  const ear = context.createScriptProcessor(2048, 1, 1);
  window.heard = [];
  ear.onaudioprocess = (event) => window.heard.push(...event.inputBuffer.getChannelData(0));
  context.createMediaStreamSource(document.getElementById("far-end").srcObject).connect(ear);
  ear.connect(context.destination);
}"""


WATCH_THE_POP = """() => {
  const at = {};
  setInterval(() => {
    if (!document.getElementById("answer-call").disabled) at.ring ??= performance.now();
    if (document.getElementById("call-pop")) at.pop ??= performance.now();
    if (at.ring && at.pop) window.popAfter = Math.round(at.pop - at.ring);
  }, 5);
}"""
"""Milliseconds from the telephone's first ring to the caller on the screen; a figure and no test."""


WATCH_THE_MICROPHONE = """() => {
  const media = navigator.mediaDevices;
  const ask = media.getUserMedia.bind(media);
  window.microphones = [];
  media.getUserMedia = async (wanted) => {
    const stream = await ask(wanted);
    window.microphones.push(...stream.getTracks());
    return stream;
  };
}"""
"""Keep every track that the page opens, to see whether it closes them."""


def employ(hotline: HotlineInstance) -> None:
    """Give the agents their accounts."""
    with Database(hotline.settings.database_url).writing() as session:
        for name, full_name in AGENTS.items():
            people.add(session, name, full_name, Role.CLERK, PASSWORD)
        people.add(session, "suyan", "苏燕", Role.SUPERVISOR, PASSWORD)


@dataclass
class Agent:
    """One agent with a browser. Only lines that are ``expected`` may stand in its console."""

    hotline: HotlineInstance
    context: BrowserContext
    page: Page
    complaints: list[str] = field(default_factory=list)
    expected: tuple[str, ...] = ("ScriptProcessorNode is deprecated", "status of 409")

    def hear(self, line: ConsoleMessage) -> None:
        if line.type in ("error", "warning") and not any(known in line.text for known in self.expected):
            self.complaints.append(line.text)

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.hotline.settings.web.port}"

    def signs_in(self, name: str) -> None:
        self.page.goto(f"{self.address}/sign-in")
        self.page.fill("#name", name)
        self.page.fill("#password", PASSWORD)
        self.page.keyboard.press("Enter")
        self.page.wait_for_url(lambda address: "/sign-in" not in address)

    def sits_at(self, seat: str) -> None:
        """Choose a seat and wait until it is rung."""
        self.page.goto(f"{self.address}/seat")
        self.page.click(f"button[value={seat}]")
        self.is_("ready")

    def is_(self, state: str) -> None:
        """Wait until the console shows this state."""
        self.page.wait_for_selector(f"#now[data-state={state}]")

    def telephone_is(self, state: str) -> None:
        self.page.wait_for_selector(f"#telephone-state[data-state={state}]")

    def answers(self) -> None:
        """Answer what rings, by key, and wait until the two are connected."""
        self.page.wait_for_selector("#answer-call:enabled")
        self.page.keyboard.press("F2")
        self.page.wait_for_selector("#mute:enabled")

    def listens(self) -> None:
        """Keep what is heard from now on."""
        self.page.evaluate(LISTEN)

    def heard(self) -> Audio:
        """What the page has played since ``listens``."""
        samples: list[float] = json.loads(self.page.evaluate("JSON.stringify(window.heard)"))
        return np.asarray(samples, np.float32) * 32768

    def shows(self, words: str) -> None:
        """Wait until the call's note says this."""
        self.page.locator("#call-note", has_text=words).wait_for()


def calling(hotline: HotlineInstance, folder: Path, number: str = "13904718826") -> Caller:
    """A caller who wants a person at once."""
    caller = Caller(Dial(port=hotline.sip_port, own_number=number), PROMPTS, folder / f"{number}.wav")
    caller.is_answered(PATIENCE)
    caller.presses("0")
    return caller


def user_id(hotline: HotlineInstance, name: str) -> int:
    with Database(hotline.settings.database_url).reading() as session:
        found: int = session.query(User.id).filter_by(name=name).scalar()
        return found


def sounds_like(recorded: Audio, speech: Path) -> bool:
    """Whether a second of ``speech`` but the first is in what was recorded, through any codec and filter.

    A busy machine may tear some of it. A browser takes noise and echo out of what the microphone hears, which
    leaves no wave as it was, but what is loud when and at which pitch: the same second is 0.98 like itself,
    another one less than 0.85.
    """
    said, whole = read_audio(speech), _picture(recorded)
    begins = range(SAMPLE_RATE, len(said) - SAMPLE_RATE + 1, SAMPLE_RATE)
    return any(_is_in(whole, _picture(said[begin : begin + SAMPLE_RATE])) for begin in begins)


def _is_in(whole: Audio, wanted: Audio) -> bool:
    places = range(max(0, len(whole) - len(wanted) + 1))
    return max((_alike(whole[at : at + len(wanted)], wanted) for at in places), default=0.0) > 0.93


def _picture(audio: Audio, step: int = SAMPLE_RATE // 100, size: int = 256) -> Audio:
    """How loud each of 27 bands is (log), a hundred times a second."""
    if len(audio) < size:
        return np.zeros((0, 27), np.float32)
    pieces = np.lib.stride_tricks.sliding_window_view(audio, size)[::step] * np.hanning(size)
    power = np.abs(np.fft.rfft(pieces)) ** 2
    bands = power[:, 4:112].reshape(len(power), 27, 4).sum(axis=2)
    return np.asarray(np.log10(bands + 1e4), np.float32)


def _alike(one: Audio, other: Audio) -> float:
    a, b = one - one.mean(), other - other.mean()
    return float((a * b).sum() / (np.sqrt((a * a).sum() * (b * b).sum()) + 1e-9))


def loudness(audio: Audio, seconds: float) -> float:
    """The root mean square of the last seconds, in 16-bit units."""
    last = audio[-int(seconds * SAMPLE_RATE) :]
    return float(np.sqrt((last * last).mean())) if len(last) else 0.0


def until(condition: Callable[[], object], page: Page) -> bool:
    """Wait for what must come, while the browser goes on; True, for a test that asserts it."""
    deadline = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < deadline
        page.wait_for_timeout(100)
    return True


@pytest.fixture(scope="session")
def seat_hotline(tmp_path_factory: pytest.TempPathFactory) -> Iterator[HotlineInstance]:
    """A whole hotline in office hours."""
    instance = HotlineInstance(tmp_path_factory.mktemp("console"), DAY)
    try:
        instance.start(*PARTS)
        employ(instance)
        yield instance
    finally:
        instance.stop()


@pytest.fixture(scope="session")
def of_agent(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What agents say: it goes round and round in their microphone."""
    return part_of_speech(tmp_path_factory.mktemp("microphone"), 3.0, begin=4.0)


@pytest.fixture(scope="session")
def of_caller(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What callers say."""
    return part_of_speech(tmp_path_factory.mktemp("caller"), 3.0)


@pytest.fixture(scope="session")
def telephone_browser(playwright: Playwright, of_agent: Path) -> Iterator[Browser]:
    """A browser whose microphone hears a WAV, and which trusts the exchange."""
    flags = [
        "--use-fake-device-for-media-stream",
        f"--use-file-for-fake-audio-capture={of_agent}",
        "--ignore-certificate-errors",
        "--disable-features=WebRtcHideLocalIpsWithMdns",
    ]
    found = playwright.chromium.launch(executable_path=WITH_SOUND, args=[*FLAGS, *flags])
    yield found
    found.close()


@pytest.fixture
def agents(seat_hotline: HotlineInstance, telephone_browser: Browser) -> Iterator[Callable[..., Agent]]:
    """Agents come to work; in the evening they leave their seats, and none has anything to complain of."""
    came: list[Agent] = []

    def agent(name: str, seat: str, **shape: object) -> Agent:
        laptop = {"viewport": {"width": 1366, "height": 768}, "locale": "zh-CN"}
        options = laptop | {"timezone_id": "America/Lima"} | shape  # pages show the time of the office
        options = {"permissions": ["microphone"]} | options
        context = telephone_browser.new_context(**options)  # type: ignore[arg-type]
        context.set_default_timeout(PATIENCE * 1000)
        found = Agent(seat_hotline, context, context.new_page())
        found.page.on("console", found.hear)
        found.page.on("pageerror", lambda error: found.complaints.append(str(error)))
        came.append(found)
        found.signs_in(name)
        found.sits_at(seat)
        return found

    yield agent
    for each in came:
        each.context.close()
    everybody_goes_home(seat_hotline)
    assert [each.complaints for each in came if each.complaints] == []


def everybody_goes_home(hotline: HotlineInstance) -> None:
    """Sign out whoever has not, as a supervisor would, and wait for the end of all calls."""
    by = user_id(hotline, "suyan")
    for seat in rows(hotline).values():
        if seat.user_id is not None:
            with Database(hotline.settings.database_url).writing() as session:
                seat_orders.give(session, datetime.now(UTC), by, seat.name, Order.LEAVE_SEAT)
    until_there(hotline.nobody_calls)
    until_there(lambda: {row.user_id for row in rows(hotline).values()} == {None})


def rows(hotline: HotlineInstance) -> dict[str, Seat]:
    """The image of the seats."""
    with Database(hotline.settings.database_url).reading() as session:
        return {seat.name: seat for seat in session.query(Seat).all()}
