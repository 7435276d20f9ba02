"""Many callers at once, all in one thread: real SIP and RTP, and no more of a telephone than that."""

import asyncio
import threading
from collections.abc import Callable, Coroutine
from concurrent.futures import Future
from types import TracebackType
from typing import Any, Self

from hotline.settings_file import PROJECT
from tests.kit.conversations import PATIENCE, STREET_LIGHT
from tests.kit.instance import HotlineInstance
from tests.kit.lines import sip
from tests.kit.lines.landmarks import a_law, landmarks
from tests.kit.lines.line import SipLine, tick_all

PROMPTS = landmarks(PROJECT / "sounds" / "zh", ("welcome-open", "welcome-busy", "message-ask", "beep"))
SPOKEN = 150
"""Frames of 20 ms that a caller speaks at the tone."""

Conversation = Callable[[SipLine], Coroutine[Any, Any, None]]


class Crowd:
    """Callers by their number; all hang up at the end of the block."""

    def __init__(self, hotline: HotlineInstance) -> None:
        self._hotline = hotline
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._lines: list[SipLine] = []

    def __enter__(self) -> Self:
        self._thread.start()
        self._ticking = self._run(tick_all(self._lines))
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._ticking.cancel()
        self._run(self._hang_up()).result(PATIENCE)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(PATIENCE)

    def call(self, number: str, conversation: Conversation) -> "Future[SipLine]":
        """Call from a number and begin the conversation; the line stays open after it."""
        return self._run(self._call(number, conversation))

    def go_on(self, line: SipLine, conversation: Conversation) -> "Future[None]":
        """Hold another conversation on a line that is open."""
        return self._run(conversation(line))

    def _run(self, work: Coroutine[Any, Any, Any]) -> "Future[Any]":
        return asyncio.run_coroutine_threadsafe(work, self._loop)

    async def _call(self, number: str, conversation: Conversation) -> SipLine:
        line, target = SipLine(), ("127.0.0.1", self._hotline.sip_port)
        self._lines.append(line)
        dialled = self._hotline.settings.number
        await line.dial(lambda own, rtp: sip.Dialog(target, dialled, number.encode(), own, rtp))
        await conversation(line)
        return line

    async def _hang_up(self) -> None:
        """Each is told, where anybody is there to be told."""
        await asyncio.gather(*(line.has_hung_up() for line in self._lines), return_exceptions=True)
        for line in self._lines:
            line.close()


async def ask_for_a_seat(line: SipLine) -> None:
    """The greeting, and 0 at its beginning."""
    await line.hears(PROMPTS["welcome-open"], PATIENCE)
    await line.presses("0")


async def be_told_to_leave_a_message(line: SipLine) -> None:
    """The same, but all places in the queue are taken."""
    await ask_for_a_seat(line)
    await line.hears(PROMPTS["welcome-busy"], PATIENCE)


async def leave_a_message(line: SipLine) -> None:
    """Two keys to the tone, and a message."""
    for following in ("message-ask", "beep"):
        hearing = asyncio.ensure_future(line.hears(PROMPTS[following], PATIENCE))
        await line.presses("1")
        await hearing
    await line.speaks(a_law(STREET_LIGHT)[:SPOKEN])
    line.hangs_up()
