"""Lines whose sound is sent and heard in C (``sound.c``): hundreds of callers at a tenth of a processor."""

import asyncio
import ctypes
import os
import socket
import struct
import subprocess
import tempfile
from collections.abc import Iterable
from functools import cache
from pathlib import Path

from tests.kit.lines.line import SipLine
from tests.kit.lines.rtp import FRAME, KEYS

MOST_LINES = 1000
EVENT = struct.Struct("iid")
HEARD, RELEASED, SPOKEN = 1, 2, 3


@cache
def _sound() -> ctypes.CDLL:
    """``sound.c``, built anew for this process."""
    with tempfile.TemporaryDirectory() as folder:
        library = Path(folder) / "sound.so"
        source = Path(__file__).with_name("sound.c")
        subprocess.run(["gcc", "-O2", "-shared", "-fPIC", "-o", library, source], check=True)
        return ctypes.CDLL(str(library))


class Exchange:
    """What all lines of a process have in common; one for a process. To be made where asyncio runs."""

    def __init__(self) -> None:
        self.sound = _sound()
        self.lines: list[SwiftLine] = []
        self._reads, writes = os.pipe()
        os.set_blocking(self._reads, False)
        asyncio.get_running_loop().add_reader(self._reads, self._told)
        if self.sound.begin(writes):
            raise OSError("no thread for the sound")

    def line(self) -> "SwiftLine":
        """One more line. Raises ValueError where there are too many."""
        if len(self.lines) == MOST_LINES:
            raise ValueError(f"no more than {MOST_LINES} lines")
        self.lines.append(SwiftLine(self.sound, len(self.lines)))
        return self.lines[-1]

    def _told(self) -> None:
        for line, kind, at in EVENT.iter_unpack(os.read(self._reads, 1024 * EVENT.size)):
            self.lines[line].told(kind, at)


class SwiftLine(SipLine):
    """One call, as any other. Times are those of ``time.time``."""

    def __init__(self, sound: ctypes.CDLL, index: int) -> None:
        super().__init__()
        self._sound, self._index = sound, index
        self._speech = b""
        self._spoken = asyncio.Event()

    def told(self, kind: int, at: float) -> None:
        """Take an event of ``sound.c``."""
        if kind == HEARD:
            for awaited in self._awaited.values():
                if not awaited.done():
                    awaited.set_result(at)
            self._awaited.clear()
        elif kind == RELEASED and self._released and not self._released.done():
            self._released.set_result(at)
        elif kind == SPOKEN:
            self._spoken.set()

    async def _open_sound(self) -> int:
        self._ears = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._ears.bind(("127.0.0.1", 0))
        return int(self._ears.getsockname()[1])

    def _connect(self, media: tuple[str, int]) -> None:
        self._sound.connected(self._index, self._ears.fileno(), media[1])

    def _end(self) -> None:
        self._sound.over(self._index)
        self._spoken.set()
        super()._end()

    def _listen(self, frame: bytes) -> None:
        self._sound.hear(self._index, frame)

    def _press(self, key: str) -> None:
        self._sound.press(self._index, KEYS.index(key))

    async def speaks(self, speech: Iterable[bytes]) -> None:
        """See ``SipLine``."""
        self._speech = b"".join(speech)  # kept while it is spoken
        self._spoken.clear()
        self._sound.speak(self._index, self._speech, len(self._speech) // FRAME)
        await self._spoken.wait()

    def close(self) -> None:
        """See ``SipLine``."""
        self._sip.close()
        self._ears.close()
