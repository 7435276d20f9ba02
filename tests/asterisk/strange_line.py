"""A caller's line that does what lines do: numbers jump, pauses are empty, keys are of every kind.

SIP and RTP made by hand (``tests/kit/lines``): a telephone of anybody's make would not send them so.
"""

import asyncio
import random
import re
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import cast

import numpy as np

from hotline.recordings import g711
from hotline.settings_file import PROJECT
from ivr.softphone.sounds import read_audio
from tests.kit.lines import line, rtp, sip
from tests.kit.lines.landmarks import Landmark, coded, landmarks
from tests.kit.lines.rtp import FRAME, HEADER
from tests.kit.lines.sip import PCMA, TELEPHONE_EVENT

PCMU, COMFORT_NOISE = 0, 13
NAMES = {PCMA: "PCMA", PCMU: "PCMU"}
PROMPTS = landmarks(
    PROJECT / "sounds" / "zh",
    ("welcome-open", "welcome-busy", "message-ask", "beep", "message-review", "number-is"),
)
BEEP_SECONDS = len(read_audio(PROJECT / "sounds" / "zh" / "beep.wav")) / 8000
TO_ULAW = bytes(
    int(np.abs(g711.from_ulaw(bytes(range(256))).astype(np.int32) - level).argmin())
    for level in g711.from_alaw(bytes(range(256))).astype(np.int32)
)
TONES = dict(
    zip(
        "123456789*0#",
        ((low, high) for low in (697, 770, 852, 941) for high in (1209, 1336, 1477)),
        strict=True,
    )
)
"""Hertz of a key's two tones (ITU-T Q.23)."""
TONE_FRAMES = 8


Press = Callable[[str], Awaitable[object]]
"""How a line sends a key."""


class Pause(StrEnum):
    """What a line sends while nobody speaks."""

    SOUND = "sound"
    NOTHING = "nothing"
    NOISE = "comfort noise"  # RFC 3389: one packet as the pause begins


@dataclass
class Terms:
    """What a caller's side offers. ``late``: in the ACK alone. ``headers``: further ones of the INVITE."""

    codec: int = PCMA
    frames: int = 1
    events: bool = True
    late: bool = False
    headers: str = ""
    pause: Pause = Pause.SOUND
    sequence: int = 1000


@dataclass
class StrangeDialog(sip.Dialog):
    """A dialog that goes on: offers again, holds, sends keys as INFO."""

    terms: Terms = field(default_factory=Terms)
    sequence: int = 1
    direction: str = "sendrecv"

    def invite(self) -> bytes:
        if self.terms.late and self.sequence == 1:
            return self._request("INVITE", 1, self.terms.headers.encode())
        return self._request("INVITE", self.sequence, self._headers(), self._sdp())

    def invite_again(self, direction: str) -> bytes:
        self.sequence, self.direction = self.sequence + 1, direction
        return self.invite()

    def ack(self) -> bytes:
        if self.terms.late and self.sequence == 1:
            return self._request("ACK", 1, b"Content-Type: application/sdp\r\n", self._sdp())
        return self._request("ACK", self.sequence)

    def info(self, key: str) -> bytes:
        self.sequence += 1
        body = f"Signal={key}\r\nDuration=160\r\n".encode()
        return self._request("INFO", self.sequence, b"Content-Type: application/dtmf-relay\r\n", body)

    def bye(self) -> bytes:
        return self._request("BYE", self.sequence + 1)

    def _headers(self) -> bytes:
        return self.terms.headers.encode() + b"Content-Type: application/sdp\r\n"

    def _sdp(self) -> bytes:
        codec = self.terms.codec
        kinds = f"{codec} {TELEPHONE_EVENT}" if self.terms.events else f"{codec}"
        events = f"a=rtpmap:{TELEPHONE_EVENT} telephone-event/8000\r\na=fmtp:{TELEPHONE_EVENT} 0-15\r\n"
        return (
            f"v=0\r\no=- 1 {self.sequence} IN IP4 {self.host}\r\ns=-\r\nc=IN IP4 {self.host}\r\nt=0 0\r\n"
            f"m=audio {self.rtp_port} RTP/AVP {kinds}\r\na=rtpmap:{codec} {NAMES[codec]}/8000\r\n"
            f"{events * self.terms.events}a=ptime:{20 * self.terms.frames}\r\na={self.direction}\r\n"
        ).encode()


class StrangeOutgoing(rtp.Outgoing):
    """What is sent. Sound is said in A-law, and sent in the codec of the terms."""

    def __init__(self, terms: Terms) -> None:
        super().__init__()
        self.terms = terms
        self.sequence = terms.sequence
        self.pause = terms.pause
        self._held: list[bytes] = []
        self._pausing = False

    def jump(self, *, sequence: int | None = None, stamp: int | None = None, source: bool = False) -> None:
        """Go on with other numbers: those given, or another source."""
        self.sequence = self.sequence if sequence is None else sequence
        self.stamp = self.stamp if stamp is None else stamp
        self.source = random.getrandbits(32) if source else self.source

    def next_packets(self) -> tuple[list[bytes], bool]:
        if self._key is not None:
            return super().next_packets()
        self.stamp += FRAME
        if not self.speech and self.pause is not Pause.SOUND and not self._held:
            begins, self._pausing = not self._pausing, True
            if self.pause is Pause.NOISE and begins:
                return [self._packet(COMFORT_NOISE, self.stamp, b"\x40")], False
            return [], False
        self._pausing = False
        self._held.append(self.speech.popleft() if self.speech else rtp.SILENCE)
        if len(self._held) < self.terms.frames:
            return [], False
        sound, self._held = b"".join(self._held), []
        if self.terms.codec == PCMU:
            sound = sound.translate(TO_ULAW)
        return [self._packet(self.terms.codec, self.stamp - len(sound) + FRAME, sound)], False


class StrangeLine(line.SipLine):
    """A caller on such a line."""

    def __init__(self, terms: Terms) -> None:
        super().__init__()
        self.terms = terms
        self.outgoing: StrangeOutgoing = StrangeOutgoing(terms)
        self.began: list[float] = []
        self.hears_something = asyncio.Event()

    async def calls(self, target: tuple[str, int], dialled: str, number: str) -> None:
        """Call and be answered."""
        await self.dial(
            lambda own, port: StrangeDialog(target, dialled, number.encode(), own, port, terms=self.terms)
        )

    @property
    def dialog(self) -> StrangeDialog:
        return cast(StrangeDialog, self._dialog)

    def invites_again(self, direction: str = "sendrecv") -> None:
        """Offer again within the call."""
        self._sip.sendto(self.dialog.invite_again(direction), self.dialog.hotline)

    async def moves(self) -> None:
        """Go on from another port, as after a handover: other numbers, another source."""
        old = self._rtp
        self._rtp, self.dialog.rtp_port = await line._open(self._hear, "127.0.0.1")
        old.close()
        self.invites_again()

    async def presses_by_info(self, key: str) -> None:
        """Press a key that is told beside the sound (SIP INFO)."""
        self._sip.sendto(self.dialog.info(key), self.dialog.hotline)

    async def presses_in_the_sound(self, key: str) -> None:
        """Press a key that is heard as its two tones."""
        await self.speaks(key_tone(key))

    def _hear(self, packet: bytes) -> None:
        self.hears_something.set()
        if self.terms.codec == PCMA or len(packet) <= HEADER.size or packet[1] & 0x7F != PCMU:
            super()._hear(packet)
            return
        heard = g711.from_ulaw(packet[HEADER.size :]).astype(np.float64)
        for frame in list(self._awaited):
            if alike(heard, g711.from_alaw(frame).astype(np.float64)):
                awaited = self._awaited.pop(frame)
                if not awaited.done():
                    awaited.set_result(asyncio.get_running_loop().time())


class StrangeCitizen(StrangeLine):
    """A citizen on such a line, who is called by the hotline and answers at once."""

    async def is_called(self, port: int) -> None:
        """Wait for the call at this port, until the two are connected."""
        loop = asyncio.get_running_loop()
        own = ("127.0.0.1", port)
        self._sip, _ = await loop.create_datagram_endpoint(lambda: line._Socket(self._signal), local_addr=own)
        self._rtp, self._port = await line._open(self._hear, "127.0.0.1")
        await self._answered

    def _signal(self, message: bytes) -> None:
        if message.startswith(b"INVITE"):
            via = re.search(rb"Via: SIP/2.0/UDP ([\d.]+):(\d+)", message)
            tag = re.search(rb"(?m)^From:.*;tag=([^\s;]+)", message)
            call = re.search(rb"(?m)^Call-ID: (\S+)", message)
            assert via and tag and call
            hotline = via[1].decode(), int(via[2])
            own = int(self._sip.get_extra_info("sockname")[1])
            self._dialog = StrangeDialog(hotline, "hotline", b"citizen", own, self._port, terms=self.terms)
            self.dialog.call_id, self.dialog.to_tag = call[1].decode(), tag[1]
            self._sip.sendto(self._accepting(message), hotline)
            self._media = hotline[0], sip.media_port(message)
        elif message.startswith(b"ACK"):
            if not self._answered.done():
                self._answered.set_result(message)
        else:
            super()._signal(message)

    def _accepting(self, invite: bytes) -> bytes:
        head = re.sub(rb"(?m)^(To:[^\r\n]*)", rb"\1;tag=1", sip.ok(invite).partition(b"Content-Length")[0])
        sdp = self.dialog._sdp()
        about = f"Contact: <sip:citizen@127.0.0.1:{self.dialog.own_port}>\r\n"
        kind = f"Content-Type: application/sdp\r\nContent-Length: {len(sdp)}\r\n\r\n"
        return head + about.encode() + kind.encode() + sdp


def alike(
    heard: "np.ndarray[tuple[int], np.dtype[np.float64]]",
    known: "np.ndarray[tuple[int], np.dtype[np.float64]]",
) -> bool:
    """Whether two frames are the same sound, coded in different ways."""
    if len(heard) != len(known) or not heard.any():
        return False
    return bool(np.dot(heard, known) / (np.linalg.norm(heard) * np.linalg.norm(known)) > 0.995)


def key_tone(key: str) -> Iterable[bytes]:
    """A key as an exchange makes it in the sound, and the pause that belongs to it."""
    at = np.arange(TONE_FRAMES * FRAME) / 8000
    tone = np.sum([np.sin(2 * np.pi * hertz * at) for hertz in TONES[key]], axis=0) * 6000
    frames = tone.astype(np.int16).reshape(-1, FRAME)
    return [*(coded(frame) for frame in frames), *[rtp.SILENCE] * TONE_FRAMES]


async def goes_to_the_tone(caller: StrangeLine, press: Press) -> None:
    """The quickest way to the tone, and until it is over. ``press`` is how this line sends keys."""
    await caller.hears(PROMPTS["welcome-busy"], line.ANSWER_SECONDS)
    for following in ("message-ask", "beep"):
        await caller_hears_after(caller, PROMPTS[following], "1", press)
    await asyncio.sleep(BEEP_SECONDS)


async def caller_hears_after(caller: StrangeLine, prompt: Landmark, key: str, press: Press) -> None:
    """Press a key; returns when the prompt that follows begins."""
    hearing = asyncio.ensure_future(caller.hears(prompt, line.ANSWER_SECONDS))
    await asyncio.sleep(0)
    await press(key)
    await hearing
