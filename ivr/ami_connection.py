"""pyst2's connection to the manager interface (AMI), with its ways corrected.

It takes answers by their order, waits for them without limit, changes its own default argument, makes one
message of a whole list, dies of a channel's variables, and raises when it is closed after a logoff. Protocol:
Asterisk, ``main/manager.c``.
"""

import queue
import re
import socket
import time
from contextlib import suppress

from asterisk.manager import EOL, Manager

ANSWER_SECONDS = 5.0
"""Asterisk answers an action within milliseconds; one that has not after this time is stuck."""

_VARIABLE = re.compile(r"^([A-Za-z0-9]*?)(?:Chan)?Variable(?:\([^)]*\))?: ([A-Za-z0-9_]+)=")
"""pyst2 calls a method of Python 2 for these, or keeps only the last; each becomes a header of its own."""


class AmiError(Exception):
    """Asterisk cannot be reached or has refused; the message says why."""


class ActionRefused(AmiError):
    """Asterisk has answered with an error; the message is its own."""


class Connection(Manager):  # type: ignore[misc]
    """pyst2's connection. Its two threads only read; what is sent is sent by the caller of ``Ami``."""

    def __init__(self) -> None:
        super().__init__()
        self._line: socket.socket | None = None

    def receive(self, until: float) -> dict[str, str]:
        """The next answer. Raises AmiError at ``until`` (monotonic) or at the end of the connection."""
        try:
            answer = self._response_queue.get(timeout=max(0.0, until - time.monotonic()))
        except queue.Empty:
            raise AmiError(f"Asterisk has not answered within {ANSWER_SECONDS:.0f} s") from None
        if not answer:
            raise AmiError("Asterisk has closed the connection")
        return dict(answer.headers)

    def _receive_data(self) -> None:
        """Take messages apart at the empty line between them, until the connection ends.

        pyst2 takes "Queue status will follow" for the beginning of one long message. The greeting is no
        message, and ends with a single line feed; it is passed on as pyst2's ``connect`` expects it.
        """
        lines: list[str] = ["Response: Greeting\r\n"]
        with suppress(OSError, ValueError):
            for raw in self._sock:
                line = _VARIABLE.sub(r"\1Variable-\2: ", raw.decode("utf-8", "replace"))
                line = line.replace("ChanVariable", "Variable")  # without a value: pyst2 dies of it, too
                if line != EOL:
                    lines.append(line)
                if lines and (line == EOL or lines[0].endswith("Greeting\r\n")):
                    self._message_queue.put(lines)
                    lines = []
        self._connected.clear()
        self._message_queue.put(None)
        self._response_queue.put(None)

    def send(self, action: bytes) -> None:
        """Send all of it: the socket's file has no buffer and may take a part only."""
        while action:
            action = action[self._sock.write(action) or 0 :]

    def connect(self, host: str, port: int = 5038) -> None:
        """The same within ANSWER_SECONDS; pyst2 would wait for the greeting without limit."""
        until = time.monotonic() + ANSWER_SECONDS
        try:
            self._line = socket.create_connection((host, port), ANSWER_SECONDS)
            self._line.settimeout(None)
            self._sock = self._line.makefile("rwb", buffering=0)
            self._connected.set()
            self._running.set()
            self.message_thread.start()
            self.event_dispatch_thread.start()
            self.receive(until)
        except (OSError, AmiError):
            raise AmiError(
                f"Asterisk does not answer on port {port} (setting ami.port): is it running?"
            ) from None

    def close(self) -> None:
        """Let go of the connection in whatever state it is; pyst2 logs off first, and raises after that.

        A thread that reads is not woken by a file that is closed under it, only by the end of the line.
        """
        self._running.clear()
        self._connected.clear()
        self._message_queue.put(None)
        self._event_queue.put(None)
        if self._line is not None:
            with suppress(OSError):
                self._line.shutdown(socket.SHUT_RDWR)
            self._line.close()
        if self._sock is not None:
            with suppress(OSError, ValueError):
                self._sock.close()
