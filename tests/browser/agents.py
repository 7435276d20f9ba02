"""Agents at their seats: real browsers with a microphone, in front of a whole hotline in office hours."""

import json
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from playwright.sync_api import BrowserContext, ConsoleMessage, Page, Request

from hotline import people
from hotline.database import Database
from hotline.people import Role, User
from ivr.softphone.caller import Caller
from ivr.softphone.process import Dial
from ivr.softphone.sounds import SAMPLE_RATE, Audio, read_audio
from tests.asterisk.conversations import PROMPTS
from tests.asterisk.instance import HotlineInstance
from tests.browser.conftest import PATIENCE
from tests.web.desk_sample import PASSWORD

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
    """Whether the second second of ``speech`` is in what was recorded, through any codec and filter.

    A browser takes noise and echo out of what the microphone hears, which leaves no wave as it was, but what
    is loud when and at which pitch: the same second is 0.98 like itself, another one less than 0.85.
    """
    wanted = _picture(read_audio(speech)[SAMPLE_RATE : 2 * SAMPLE_RATE])
    whole = _picture(recorded)
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


def until(condition: Callable[[], object], page: Page) -> None:
    """Wait for what must come, while the browser goes on."""
    deadline = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < deadline
        page.wait_for_timeout(100)


def requests_of(page: Page) -> list[Request]:
    """The requests that the page makes from now on."""
    made: list[Request] = []
    page.on("request", made.append)
    return made
