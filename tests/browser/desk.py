"""A real web server with an invented night behind it, and somebody in front of a real browser."""

import os
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.sync_api import (
    BrowserContext,
    ConsoleMessage,
    Page,
)

from hotline.database import Database
from hotline.sections import Sip, Web
from hotline.settings_file import PROJECT, Settings
from tests.browser.chromium import PATIENCE
from tests.kit import databases, desk_sample
from tests.kit.instance import free_port

VENDOR = PROJECT / "web" / "static" / "vendor" / "wavesurfer.esm.js"
EXPECTED = ("status of 409", "status of 422", "status of 423")
"""Answers that are part of the desk's work; the browser writes a line for each."""


def until(page: Page, expression: str) -> None:
    """Wait until an expression is true. Playwright's own way needs eval, which our policy forbids."""
    deadline = time.monotonic() + PATIENCE
    while not page.evaluate(expression):
        assert time.monotonic() < deadline, f"never true: {expression}"
        page.wait_for_timeout(50)


def until_there(page: Page, condition: Callable[[], object]) -> None:
    """Wait for what must come, while the browser goes on."""
    deadline = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < deadline
        page.wait_for_timeout(50)


def lets_pass(page: Page, seconds: float) -> None:
    """So long by the page's own timers: what it does after a shorter pause, it has begun by then."""
    page.evaluate("seconds => new Promise(done => setTimeout(done, 1000 * seconds))", seconds)


@dataclass
class DeskRoom:
    """The running server and the database behind it."""

    settings: Settings
    db: Database
    ids: list[str]
    log: Path
    hours: float = 20.0

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.settings.web.port}"

    def message(self, *sentences: str, draft: bool = True) -> str:
        """One more recording, older than all others; returns its path."""
        self.hours += 0.5
        spoken = desk_sample.Spoken("13600001234", self.hours, sentences or desk_sample.NIGHT[0].sentences)
        now = datetime.now(UTC)
        recording_id = desk_sample.record(self.settings, self.db, spoken, now=now)
        if draft:
            desk_sample.transcribe(self.db, recording_id, spoken.sentences, now)
        return f"/recordings/{recording_id}"


def open_desk(tmp_path_factory: pytest.TempPathFactory, outbound: str = "") -> Iterator[DeskRoom]:
    """A desk of one's own; ``outbound``: where it could call back."""
    if not VENDOR.exists():
        raise RuntimeError("the front-end packages are missing: cd web && npm ci && npm run vendor")
    state_dir = tmp_path_factory.mktemp("desk")
    settings = Settings(state_dir=state_dir, web=Web(port=free_port()), sip=Sip(outbound=outbound))
    databases.new(settings)
    db = Database(settings.database_url)
    ids = desk_sample.night(settings, db, datetime.now(UTC))
    log = tmp_path_factory.mktemp("log") / "web.log"
    with serving(settings, log):
        yield DeskRoom(settings, db, ids, log)


class serving:
    """``hotline web`` while the block runs."""

    def __init__(self, settings: Settings, log: Path) -> None:
        self.settings, self.log = settings, log

    def __enter__(self) -> None:
        env = {name: value for name, value in os.environ.items() if not name.startswith("HOTLINE_")}
        env |= {"HOTLINE_CONFIG": os.devnull, "HOTLINE_STATE_DIR": str(self.settings.state_dir)}
        env |= {"HOTLINE_WEB__PORT": str(self.settings.web.port)}
        env |= {"HOTLINE_SEATS__WSS_PORT": str(self.settings.seats.wss_port)}
        env |= {"HOTLINE_SIP__OUTBOUND": self.settings.sip.outbound}
        command = [str(Path(sys.executable).with_name("hotline")), "web"]
        self.server = subprocess.Popen(command, env=env, stdout=self.log.open("wb"), stderr=subprocess.STDOUT)
        deadline = time.monotonic() + 2 * PATIENCE
        while not self._answers():
            if self.server.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"the web server does not answer:\n{self.log.read_text()}")
            time.sleep(0.2)

    def _answers(self) -> bool:
        try:
            with urllib.request.urlopen(
                f"http://127.0.0.1:{self.settings.web.port}/health", timeout=2
            ) as answer:
                return bool(answer.status == 200)
        except OSError:
            return False

    def __exit__(self, *_: object) -> None:
        self.server.send_signal(signal.SIGTERM)
        self.server.wait(20)


@dataclass
class Person:
    """Somebody with a browser window of their own; what its console complains of is collected."""

    page: Page
    context: BrowserContext
    desk: DeskRoom
    complaints: list[str] = field(default_factory=list)
    expected: tuple[str, ...] = EXPECTED

    def hear(self, line: ConsoleMessage) -> None:
        if line.type in ("error", "warning"):
            self.complaints.append(line.text)

    def open(self, path: str) -> Page:
        self.page.goto(self.desk.address + path)
        return self.page

    def sign_in(self, name: str) -> None:
        page = self.open("/sign-in")
        page.fill("#name", name)
        page.fill("#password", desk_sample.PASSWORD)
        page.keyboard.press("Enter")
        page.wait_for_url(lambda url: "/sign-in" not in url)

    def another_window(self) -> Page:
        """A second page of the same browser."""
        return self.context.new_page()
