"""A caller: one real SIP call, told from the caller's side.

    with Caller(dial, prompts, record_to=Path("heard.wav")) as caller:
        caller.is_answered()
        caller.hears("beep")
        caller.speaks(Path("speech.wav"))
        caller.presses("#")
        caller.hangs_up()

Times are seconds since the caller began to hear, which is also the place in the recorded WAV.
"""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from ivr.softphone.hearing import HeardPrompt, begin_alike, heard_prompts, is_told_apart
from ivr.softphone.process import OUTLIVES, CallFailed, Dial, caller_process
from ivr.softphone.sounds import SAMPLE_RATE, Audio, Prompt, read_audio, recorded_seconds

LISTEN_EVERY = 0.05
LISTEN_AT_MOST = 1.0
TAIL = 0.4  # seconds without a further piece of a prompt: it is over; the WAV grows by quarters of a second
LONGEST_SPEECH = 3600.0


@dataclass(frozen=True)
class Spoken:
    """A time, in seconds, in which the caller spoke."""

    start: float
    end: float


class Caller:
    """A person with a telephone. Raises CallFailed when the hotline does not do what the person waits for."""

    def __init__(self, dial: Dial, prompts: Sequence[Prompt], record_to: Path) -> None:
        self.prompts = tuple(prompts)
        self.record_to = record_to
        self.spoken: list[Spoken] = []
        self._listened = 0.0  # what was waited for and heard lies before this
        self._phone = caller_process(dial, record_to)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._phone.close()

    @property
    def ended(self) -> dict[str, Any] | None:
        """How the call ended: ``by`` caller or hotline, SIP ``code`` and ``reason``; None while it lasts."""
        return self._phone.event("ended")

    @property
    def now(self) -> float:
        """Seconds heard so far."""
        return recorded_seconds(self.record_to)

    def audio(self) -> Audio:
        """All that was heard so far."""
        return read_audio(self.record_to)

    def heard(self) -> list[HeardPrompt]:
        """Every prompt heard so far, in order."""
        return heard_prompts(self.audio(), self.prompts)

    def is_answered(self, timeout: float = 10.0) -> None:
        """Wait until the hotline answers."""
        if self._phone.await_event("answered", timeout):
            return
        if self.ended:
            raise CallFailed(f"The call was refused: {self.ended['code']} {self.ended['reason']}.")
        raise CallFailed(f"Nobody answered within {timeout:.0f} s.")

    def is_refused(self, timeout: float = 10.0) -> int:
        """Wait for the refusal and return its SIP code."""
        ended = self._phone.await_event("ended", timeout)
        if not ended or self._phone.event("answered"):
            raise CallFailed("The call was not refused.")
        return int(ended["code"])

    def hears(self, key: str, timeout: float = 15.0) -> HeardPrompt:
        """Wait until the prompt ``key``, in whatever language, has been heard to its end."""
        return self._hears([key], timeout, self._is_over)

    def _is_over(self, heard: HeardPrompt) -> bool:
        return heard.share == 1.0 or (heard.whole and heard.end + TAIL < self.now)

    def begins_to_hear(self, *keys: str, timeout: float = 15.0) -> HeardPrompt:
        """Wait until one of the prompts ``keys`` has begun."""
        return self._hears(keys, timeout, lambda heard: True)

    def next_question(self, keys: Sequence[str], timeout: float) -> HeardPrompt | None:
        """Wait until one of the prompts has been heard to its end; None when the call ends instead."""
        try:
            return self._hears(keys, timeout, self._is_over)
        except CallFailed:
            if self.ended:
                return None
            raise

    def _hears(
        self, keys: Sequence[str], timeout: float, enough: Callable[[HeardPrompt], bool]
    ) -> HeardPrompt:
        prompts = [prompt for prompt in self.prompts if prompt.key in keys]
        if not prompts:
            raise LookupError(f"There is no prompt {' or '.join(keys)}.")
        deadline = time.monotonic() + timeout
        while True:
            over = self.ended is not None
            if over:
                self._phone.wait()
            length = self.now
            for heard in self._heard_since(prompts):
                if (enough(heard) or (over and heard.whole)) and self._is_certain(heard, keys):
                    self._listened = heard.end
                    return heard
            if over or time.monotonic() > deadline:
                raise CallFailed(self._not_heard(" or ".join(keys), over, timeout))
            self._wait_for_more_than(length)

    def _wait_for_more_than(self, length: float) -> None:
        """Until more was heard than ``length`` seconds, or the call is over."""
        give_up = time.monotonic() + LISTEN_AT_MOST
        while self.now <= length and not self.ended and time.monotonic() < give_up:
            time.sleep(LISTEN_EVERY)

    def _heard_since(self, prompts: Sequence[Prompt]) -> list[HeardPrompt]:
        since = self._listened
        found = heard_prompts(self.audio()[int(since * SAMPLE_RATE) :], prompts)
        # one that seems to begin with the stretch listened to began before it, and has been heard already
        return [heard.later(since) for heard in found if heard.start > 0 or since == 0]

    def _is_certain(self, found: HeardPrompt, keys: Sequence[str]) -> bool:
        name = found.key, found.language
        [heard] = [prompt for prompt in self.prompts if (prompt.key, prompt.language) == name]
        others = [prompt for prompt in begin_alike(heard, self.prompts) if prompt.key not in keys]
        return found.matched > 0 and is_told_apart(found, self.audio(), others)

    def _not_heard(self, wanted: str, over: bool, timeout: float) -> str:
        why = "The call ended" if over else f"{timeout:.0f} s passed"
        return f"{why} before {wanted} was heard; heard was: {', '.join(one.key for one in self.heard())}."

    def speaks(self, speech: Path) -> None:
        """Play a WAV to its end."""
        started = self.begins_to_speak(speech)
        if self._phone.await_event("played", LONGEST_SPEECH, after=started) is None:
            raise CallFailed("The hotline ended the call while the caller was speaking.")
        self._listened = self.now

    def begins_to_speak(self, speech: Path) -> int:
        """Play a WAV and go on while it plays. Returns the number of events until it began."""
        playing = self._ordered("playing", do="play", file=str(speech.resolve()))
        self.spoken.append(Spoken(playing["at"], playing["at"] + playing["seconds"]))
        return self._phone.events.index(playing) + 1

    def presses(self, digits: str) -> float:
        """Send keys; what is waited for next must begin after them. Returns when the first was pressed."""
        self._listened = float(self._ordered("keys", do="keys", digits=digits)["at"])
        return self._listened

    def hears_keys(self, keys: str, timeout: float = 10.0) -> None:
        """Wait until the other side has pressed these keys, and no others."""
        seen = 0
        for key in keys:
            event = self._phone.await_event("heard_key", timeout, after=seen)
            if event is None or event["key"] != key:
                raise CallFailed(f"Of the keys {keys} not {key} was heard but {event}.")
            seen = self._phone.events.index(event) + 1

    def _ordered(self, done: str, **order: str) -> dict[str, Any]:
        """Give an order and wait for the event that tells of it."""
        seen = len(self._phone.events)
        self._phone.order(**order)
        event = self._phone.await_event(done, OUTLIVES, after=seen)
        if event is None:
            raise CallFailed(f"The caller could not {' '.join(order.values())}: there was no call.")
        return event

    def waits(self, seconds: float) -> None:
        time.sleep(seconds)

    def hangs_up(self) -> float:
        """Hang up; returns when."""
        self._phone.order(do="hang_up")
        self.is_over()
        ended = self._phone.event("hanging_up") or self.ended
        return float(ended["at"]) if ended else 0.0

    def is_over(self, timeout: float = 30.0) -> str:
        """Wait until the call is over and return who ended it: caller or hotline."""
        ended = self._phone.await_event("ended", timeout)
        if ended is None:
            raise CallFailed(f"The hotline had not ended the call after {timeout:.0f} s.")
        self._phone.wait()
        return str(ended["by"])
