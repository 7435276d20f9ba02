"""A caller: one real SIP call, told from the caller's side.

    with Caller(dial, prompts, record_to=Path("heard.wav")) as caller:
        caller.is_answered()
        caller.hears("beep")
        caller.speaks(Path("speech.wav"))
        caller.presses("#")
        caller.hangs_up()

Times are seconds since the caller began to hear, which is also the place in the recorded WAV.
"""

import json
import re
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from ivr.softphone_hearing import SAMPLE_RATE, Audio, Heard, Prompt, heard_prompts, longest_silence, read_audio

LISTEN_EVERY = 0.1
TAIL = 0.4  # seconds without a further piece of a prompt: it is over; the WAV grows by quarters of a second
OUTLIVES = 5.0  # seconds the softphone gets to end by itself


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
        quoted = re.sub(r'(["\\])', r"\\\1", self.name)
        return f'"{quoted}" <sip:{self.own_number}@{self.bind}>' if self.name else f"sip:{self.own_number}@{self.bind}"


@dataclass(frozen=True)
class Spoken:
    """A time, in seconds, in which the caller spoke."""

    start: float
    end: float


class Caller:
    """A person with a telephone. Raises CallFailed when the hotline does not do what the person waits for."""

    def __init__(self, dial: Dial, prompts: Sequence[Prompt], record_to: Path) -> None:
        self.prompts = prompts
        self.record_to = record_to
        self.spoken: list[Spoken] = []
        self.events: list[dict[str, Any]] = []
        self._news = threading.Condition()
        self._listened = 0.0  # what was waited for and heard lies before this
        command = [sys.executable, "-m", "ivr.softphone", "--to", dial.address, "--own", dial.own_address]
        command += ["--bind", dial.bind, "--record-to", str(record_to)]
        record_to.unlink(missing_ok=True)
        self._softphone = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            cwd=Path(__file__).resolve().parent.parent,
        )
        threading.Thread(target=self._collect, daemon=True).start()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """End the call if it still lasts, and the softphone's process."""
        assert self._softphone.stdin
        try:
            self._softphone.stdin.close()
            self._softphone.wait(OUTLIVES)
        except (BrokenPipeError, subprocess.TimeoutExpired):
            self._softphone.kill()
            self._softphone.wait()

    def _collect(self) -> None:
        assert self._softphone.stdout
        for line in self._softphone.stdout:
            with self._news:
                self.events.append(json.loads(line))
                self._news.notify_all()
        with self._news:
            if not any(event["event"] == "ended" for event in self.events):
                self.events.append({"event": "ended", "by": "softphone", "code": 0, "reason": "it crashed", "at": 0.0})
            self._news.notify_all()

    def _order(self, **order: str) -> None:
        assert self._softphone.stdin
        try:
            self._softphone.stdin.write(json.dumps(order) + "\n")
            self._softphone.stdin.flush()
        except BrokenPipeError:
            raise CallFailed(f"The call had ended before the caller could {order['do']}.") from None

    def _event(self, kind: str, after: int = 0) -> dict[str, Any] | None:
        return next((event for event in self.events[after:] if event["event"] == kind), None)

    def _await_event(self, kind: str, timeout: float, after: int = 0) -> dict[str, Any] | None:
        """The first event of a kind, or None when ``timeout`` seconds passed or the call ended without it."""
        with self._news:
            self._news.wait_for(lambda: self._event(kind, after) or self.ended, timeout)
            return self._event(kind, after)

    @property
    def ended(self) -> dict[str, Any] | None:
        """How the call ended: ``by`` caller or hotline, SIP ``code`` and ``reason``; None while it lasts."""
        return self._event("ended")

    def is_answered(self, timeout: float = 10.0) -> None:
        """Wait until the hotline answers."""
        if self._await_event("answered", timeout):
            return
        if self.ended:
            raise CallFailed(f"The call was refused: {self.ended['code']} {self.ended['reason']}.")
        raise CallFailed(f"Nobody answered within {timeout:.0f} s.")

    def is_refused(self, timeout: float = 10.0) -> int:
        """Wait for the refusal and return its SIP code."""
        ended = self._await_event("ended", timeout)
        if not ended or self._event("answered"):
            raise CallFailed("The call was not refused.")
        return int(ended["code"])

    def hears(self, key: str, timeout: float = 15.0) -> Heard:
        """Wait until the prompt ``key``, in whatever language, has been heard to its end."""
        return self._hears([key], timeout, lambda heard: heard.whole and (heard.share == 1.0 or heard.end + TAIL < self.now))

    def begins_to_hear(self, *keys: str, timeout: float = 15.0) -> Heard:
        """Wait until one of the prompts ``keys`` has begun."""
        return self._hears(keys, timeout, lambda heard: True)

    def _hears(self, keys: Sequence[str], timeout: float, enough: Callable[[Heard], bool]) -> Heard:
        prompts = [prompt for prompt in self.prompts if prompt.key in keys]
        if not prompts:
            raise LookupError(f"There is no prompt {' or '.join(keys)}.")
        deadline = time.monotonic() + timeout
        while True:
            over = self.ended is not None
            if over:
                self._softphone.wait(OUTLIVES)  # the last quarter of a second is written at its end
            audio = self.audio()
            found = self._heard_since(audio, prompts)
            if found and (enough(found) or (over and found.whole)):
                self._listened = found.end
                return found
            if over or time.monotonic() > deadline:
                why = "the call ended" if over else f"{timeout:.0f} s passed"
                heard = ", ".join(one.key for one in self.heard()) or "nothing"
                raise CallFailed(f"{why} before {' or '.join(keys)} was heard; heard was: {heard}")
            time.sleep(LISTEN_EVERY)

    def _heard_since(self, audio: Audio, prompts: Sequence[Prompt]) -> Heard | None:
        begin = int(self._listened * SAMPLE_RATE)
        found = heard_prompts(audio[begin:], prompts)
        return found[0].later(self._listened) if found else None

    def speaks(self, speech: Path) -> None:
        """Play a WAV to its end."""
        self.begins_to_speak(speech)
        begun = len(self.events)
        if self._await_event("played", timeout=3600, after=begun - 1) is None:
            raise CallFailed("The hotline ended the call while the caller was speaking.")
        self._listened = self.now

    def begins_to_speak(self, speech: Path) -> None:
        """Play a WAV and go on while it plays."""
        seen = len(self.events)
        self._order(do="play", file=str(speech.resolve()))
        playing = self._await_event("playing", OUTLIVES, after=seen)
        if playing is None:
            raise CallFailed("The caller could not speak: there was no call.")
        self.spoken.append(Spoken(playing["at"], playing["at"] + playing["seconds"]))

    def presses(self, digits: str) -> float:
        """Send keys; what is waited for next must begin after them. Returns when the first was pressed."""
        seen = len(self.events)
        self._order(do="keys", digits=digits)
        keys = self._await_event("keys", OUTLIVES, after=seen)
        if keys is None:
            raise CallFailed(f"The caller could not press {digits}: there was no call.")
        self._listened = float(keys["at"])
        return float(keys["at"])

    def waits(self, seconds: float) -> None:
        time.sleep(seconds)

    def hangs_up(self) -> float:
        """Hang up; returns when."""
        self._order(do="hang_up")
        self.is_over()
        ended = self._event("hanging_up") or self.ended
        return float(ended["at"]) if ended else 0.0

    def is_over(self, timeout: float = 30.0) -> str:
        """Wait until the call is over and return who ended it: caller or hotline."""
        ended = self._await_event("ended", timeout)
        if ended is None:
            raise CallFailed(f"The hotline had not ended the call after {timeout:.0f} s.")
        self._softphone.wait(OUTLIVES)
        return str(ended["by"])

    @property
    def now(self) -> float:
        """Seconds heard so far."""
        return len(self.audio()) / SAMPLE_RATE

    def audio(self) -> Audio:
        """All that was heard so far."""
        return read_audio(self.record_to)

    def heard(self) -> list[Heard]:
        """Every prompt heard so far, in order."""
        return heard_prompts(self.audio(), self.prompts)

    def longest_silence(self, also: Sequence[Spoken] = ()) -> float:
        """The longest silence of the hotline in seconds while the caller did not speak, nor in ``also``."""
        return longest_silence(self.audio(), [(one.start, one.end) for one in (*self.spoken, *also)])
