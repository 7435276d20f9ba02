"""Lines to and from Asterisk over two file descriptors, with a limit in time on every read."""

import os
import select
import time
from collections.abc import Callable
from contextlib import suppress

LONGEST_LINE = 65536
LONGEST_HEADER = 16384


class Wire:
    """Both directions of one AGI session: twice the same descriptor for a socket, 0 and 1 for a script."""

    def __init__(self, read_fd: int, write_fd: int, close: Callable[[], None]) -> None:
        self._read_fd = read_fd
        self._write_fd = write_fd
        self._close = close
        self._buffer = bytearray()
        self._poll = select.poll()
        self._poll.register(read_fd, select.POLLIN)

    def close(self) -> None:
        """End the session: the exchange goes on without us."""
        with suppress(OSError):
            self._close()

    def write_line(self, line: bytes) -> None:
        """Send one line. Raises OSError when nobody listens any more."""
        waiting = line + b"\n"
        while waiting:
            waiting = waiting[os.write(self._write_fd, waiting) :]

    def read_line(self, seconds: float) -> bytes:
        """The next line without its end. Raises EOFError at the end, TimeoutError after ``seconds``."""
        return self._read_to(b"\n", LONGEST_LINE, time.monotonic() + seconds)

    def read_header(self, seconds: float) -> list[bytes]:
        """The lines up to an empty one, all of them within ``seconds``, however slowly they drip."""
        until = time.monotonic() + seconds
        lines: list[bytes] = []
        while line := self._read_to(b"\n", LONGEST_HEADER, until):
            lines.append(line)
            if sum(map(len, lines)) > LONGEST_HEADER:
                raise EOFError("the header has no end")
        return lines

    def _read_to(self, end: bytes, most: int, until: float) -> bytes:
        while (at := self._buffer.find(end)) < 0:
            if len(self._buffer) > most:
                raise EOFError("the line has no end")
            if not self._poll.poll(max(0.0, until - time.monotonic()) * 1000):
                raise TimeoutError("nothing more came")
            if not (more := os.read(self._read_fd, 65536)):
                raise EOFError("the other side has gone")
            self._buffer += more
        line = bytes(self._buffer[:at]).rstrip(b"\r")
        del self._buffer[: at + 1]
        return line


def decoded(line: bytes) -> str:
    """A line as text. Old exchanges send names in GBK."""
    for encoding in ("utf-8", "gb18030"):
        try:
            return line.decode(encoding)
        except UnicodeDecodeError:
            continue
    return line.decode("utf-8", errors="replace")
