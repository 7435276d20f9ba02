"""The softphone's process, started and spoken to from outside."""

import json
import os
import re
import subprocess
import sys
import threading
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from hotline.settings_file import PROJECT

OUTLIVES = 5.0  # seconds the softphone gets to end by itself
MOST_SEATS = 4
"""In one process: PJSIP is built for so many calls."""

CRASHED = {"event": "ended", "by": "softphone", "code": 0, "reason": "it crashed", "at": 0.0}


class CallFailed(Exception):
    """The call did not go as expected; the message says how, in a sentence."""


@dataclass(frozen=True)
class Dial:
    """Whom to call and as whom. ``name`` is the display name; ``bind`` the address the call comes from."""

    host: str = "127.0.0.1"
    port: int = 5060
    number: str = "2391555"
    own_number: str = "13800001234"
    name: str = ""
    bind: str = "127.0.0.1"

    @property
    def address(self) -> str:
        return f"sip:{self.number}@{self.host}:{self.port}"

    @property
    def own_address(self) -> str:
        address = f"sip:{self.own_number}@{self.bind}"
        quoted = re.sub(r'(["\\])', r"\\\1", self.name)
        return f'"{quoted}" <{address}>' if self.name else address


def caller_process(dial: Dial, record_to: Path) -> "SoftphoneProcess":
    """One call, recorded to a WAV."""
    record_to.unlink(missing_ok=True)
    who = ("--to", dial.address, "--own", dial.own_address)
    return SoftphoneProcess("telephone", *who, "--bind", dial.bind, "--record-to", str(record_to))


class SoftphoneProcess:
    """A telephone's process: orders in, events out, as ``ivr.softphone.telephone`` describes them."""

    def __init__(self, module: str, *arguments: str, **environment: str) -> None:
        """Run ``module`` of this package."""
        self.events: list[dict[str, Any]] = []
        self._news = threading.Condition()
        self._process = subprocess.Popen(  # noqa: S603 - our own module; no shell reads the caller's name
            [sys.executable, "-m", f"ivr.softphone.{module}", *arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            cwd=PROJECT,
            env={**os.environ, **environment},
        )
        threading.Thread(target=self._collect, daemon=True).start()

    def _collect(self) -> None:
        for line in self._process.stdout or ():
            with self._news:
                self.events.append(json.loads(line))
                self._news.notify_all()
        with self._news:
            if not self.event("ended"):
                self.events.append(CRASHED)
            self._news.notify_all()

    def order(self, **order: str) -> None:
        """Send an order. Raises CallFailed when the call is over."""
        try:
            if self._process.stdin:
                self._process.stdin.write(json.dumps(order) + "\n")
                self._process.stdin.flush()
        except BrokenPipeError:
            done = " ".join(order.values())
            raise CallFailed(f"The call was over before this could be done: {done}.") from None

    def event(self, kind: str, after: int = 0, **details: str) -> dict[str, Any] | None:
        """The first event of a kind with these details, not counting the first ``after`` events."""
        wanted = {"event": kind, **details}
        return next((event for event in self.events[after:] if wanted.items() <= event.items()), None)

    def await_event(self, kind: str, timeout: float, after: int = 0, **details: str) -> dict[str, Any] | None:
        """The same, waited for; None when ``timeout`` seconds passed or the call ended without it."""
        with self._news:
            self._news.wait_for(lambda: self.event(kind, after, **details) or self.event("ended"), timeout)
            return self.event(kind, after, **details)

    def wait(self) -> None:
        """Wait for the end of the process, and force it if need be: then the recording is complete."""
        try:
            self._process.wait(OUTLIVES)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def kill(self) -> None:
        """End it without a word to the other side, as a cable that is pulled out."""
        self._process.kill()
        self._process.wait()

    def close(self) -> None:
        """Hang up if the call still lasts, and end the process."""
        with suppress(BrokenPipeError):
            if self._process.stdin:
                self._process.stdin.close()
        self.wait()
