"""RTP packets of a caller: A-law sound, and keys as telephone events (RFC 4733)."""

import random
import struct
from collections import deque

from tests.kit.lines.sip import PCMA, TELEPHONE_EVENT

FRAME = 160  # samples, and bytes of A-law, in 20 ms
FRAME_SECONDS = 0.02
SILENCE = b"\xd5" * FRAME
KEYS = "0123456789*#"
KEY_FRAMES = 5
END_PACKETS = 3
HEADER = struct.Struct("!BBHII")
EVENT = struct.Struct("!BBH")
VOLUME = 10
END_OF_EVENT = 0x80


class Outgoing:
    """What a caller sends every 20 ms: speech if there is any, else silence; a key instead of both."""

    def __init__(self) -> None:
        self.sequence, self.stamp, self.source = random.getrandbits(15), 0, random.getrandbits(32)
        self.speech: deque[bytes] = deque()
        self._key: tuple[int, int] | None = None

    def press(self, key: str) -> None:
        """Send a key from the next frame on."""
        self._key = (KEYS.index(key), 0)

    def next_packets(self) -> tuple[list[bytes], bool]:
        """The packets of the next 20 ms, and whether a key was released with them."""
        self.stamp += FRAME
        if self._key is None:
            return [self._packet(PCMA, self.stamp, self.speech.popleft() if self.speech else SILENCE)], False
        event, frames = self._key
        frames += 1
        began, released = self.stamp - (frames - 1) * FRAME, frames > KEY_FRAMES
        self._key = None if released else (event, frames)
        body = EVENT.pack(event, END_OF_EVENT * released + VOLUME, min(frames, KEY_FRAMES) * FRAME)
        return [
            self._packet(TELEPHONE_EVENT, began, body) for _ in range(END_PACKETS if released else 1)
        ], released

    def _packet(self, kind: int, stamp: int, body: bytes) -> bytes:
        self.sequence = (self.sequence + 1) & 0xFFFF
        return HEADER.pack(0x80, kind, self.sequence, stamp & 0xFFFFFFFF, self.source) + body


def sound(packet: bytes) -> bytes:
    """The A-law sound of a received packet; empty for any other."""
    return packet[HEADER.size :] if len(packet) > HEADER.size and packet[1] & 0x7F == PCMA else b""
