"""A caller's line: SIP and RTP over two sockets and nothing more, so that a hundred fit on one core."""

import asyncio
import time
from collections.abc import Callable, Iterable
from typing import Self

from tests.kit.lines import rtp, sip
from tests.kit.lines.landmarks import Landmark

ANSWER_SECONDS = 10.0


class CallLost(Exception):
    """The hotline did not answer, or not as expected."""


class _Socket(asyncio.DatagramProtocol):
    def __init__(self, received: Callable[[bytes], None]) -> None:
        self._received = received

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        self._received(data)


async def _open(received: Callable[[bytes], None], host: str) -> tuple[asyncio.DatagramTransport, int]:
    loop = asyncio.get_running_loop()
    transport, _ = await loop.create_datagram_endpoint(lambda: _Socket(received), local_addr=(host, 0))
    return transport, int(transport.get_extra_info("sockname")[1])


class SipLine:
    """One call. Times are those of ``time.monotonic``."""

    def __init__(self) -> None:
        self.outgoing = rtp.Outgoing()
        self.over = asyncio.Event()
        self._hung_up = asyncio.Event()
        self._answered: asyncio.Future[bytes] = asyncio.get_running_loop().create_future()
        self._awaited: dict[bytes, asyncio.Future[float]] = {}
        self._released: asyncio.Future[float] | None = None
        self._media: tuple[str, int] | None = None

    async def dial(self, dialog_of: Callable[[int, int], sip.Dialog]) -> Self:
        """Call, and wait for the answer. Raises CallLost."""
        self._sip, own_port = await _open(self._signal, "127.0.0.1")
        rtp_port = await self._open_sound()
        self._dialog = dialog_of(own_port, rtp_port)
        self._sip.sendto(self._dialog.invite(), self._dialog.hotline)
        try:
            answer = await asyncio.wait_for(self._answered, ANSWER_SECONDS)
        except TimeoutError:
            raise CallLost(f"no answer within {ANSWER_SECONDS} s") from None
        if sip.status(answer) != 200:
            raise CallLost(f"refused: {sip.status(answer)}")
        self._connect((self._dialog.hotline[0], sip.media_port(answer)))
        return self

    async def _open_sound(self) -> int:
        self._rtp, port = await _open(self._hear, "127.0.0.1")
        return port

    def _connect(self, media: tuple[str, int]) -> None:
        self._media = media

    def _signal(self, message: bytes) -> None:
        code = sip.status(message)
        if not code:
            self._sip.sendto(sip.ok(message), self._dialog.hotline)
            if message.startswith(b"BYE"):
                self._hung_up.set()
                self._end()
        elif code >= 200 and sip.method_answered(message) == b"BYE":
            self._hung_up.set()
        elif code >= 200 and sip.method_answered(message) == b"INVITE":
            self._dialog.to_tag = sip.to_tag(message)
            self._sip.sendto(self._dialog.ack(), self._dialog.hotline)
            if not self._answered.done():
                self._answered.set_result(message)

    def _end(self) -> None:
        self.over.set()
        self._media = None
        for awaited in (*self._awaited.values(), *filter(None, [self._released])):
            if not awaited.done():
                awaited.set_exception(CallLost("the hotline hung up"))

    def _hear(self, packet: bytes) -> None:
        awaited = self._awaited.pop(rtp.sound(packet), None)
        if awaited and not awaited.done():
            awaited.set_result(time.monotonic())

    def tick(self) -> None:
        """Send what is due: to be called every 20 ms."""
        if self._media is None:
            return
        packets, released = self.outgoing.next_packets()
        for packet in packets:
            self._rtp.sendto(packet, self._media)
        if released and self._released and not self._released.done():
            self._released.set_result(time.monotonic())

    async def hears(self, prompt: Landmark, timeout: float) -> float:
        """Wait for a prompt; returns when it began. Raises CallLost."""
        if self.over.is_set():
            raise CallLost("the hotline hung up")
        awaited = self._awaited[prompt.frame] = asyncio.get_running_loop().create_future()
        self._listen(prompt.frame)
        try:
            began: float = await asyncio.wait_for(awaited, timeout)
            return began - prompt.offset
        except TimeoutError:
            raise CallLost(f"a prompt was not heard within {timeout} s") from None

    async def presses(self, key: str) -> float:
        """Press a key; returns when it was released. Raises CallLost."""
        if self.over.is_set():
            raise CallLost("the hotline hung up")
        self._released = asyncio.get_running_loop().create_future()
        self._press(key)
        return await self._released

    def _listen(self, frame: bytes) -> None:
        """Every packet is looked at."""

    def _press(self, key: str) -> None:
        self.outgoing.press(key)

    async def speaks(self, speech: Iterable[bytes]) -> None:
        """Speak; returns when all is said."""
        self.outgoing.speech.extend(speech)
        while self.outgoing.speech and not self.over.is_set():
            await asyncio.sleep(rtp.FRAME_SECONDS)

    def hangs_up(self) -> None:
        """Hang up, if the hotline has not."""
        if not self.over.is_set():
            self._sip.sendto(self._dialog.bye(), self._dialog.hotline)
            self._end()

    async def has_hung_up(self) -> None:
        """Hang up, if nobody has; returns when the hotline knows."""
        self.hangs_up()
        await asyncio.wait_for(self._hung_up.wait(), ANSWER_SECONDS)

    def close(self) -> None:
        """Give the sockets back."""
        self._sip.close()
        self._rtp.close()


async def tick_all(lines: list[SipLine]) -> None:
    """Drive the lines' sound, 20 ms by 20 ms, until cancelled. Late ticks are made up for."""
    due = time.monotonic()
    while True:
        for line in lines:
            line.tick()
        due += rtp.FRAME_SECONDS
        await asyncio.sleep(max(0.0, due - time.monotonic()))
