"""The manager interface (AMI): actions sent to Asterisk one after another, each answered or given up in time.

The only module that imports pyst2's manager, whose ways are corrected here: it takes answers by their order,
waits for them without limit, changes its own default argument, lets a line feed in a value begin another
header, makes one message of a whole list, dies of a channel's variables, and raises when it is closed after a
logoff. Protocol: Asterisk, ``main/manager.c``.
"""

import queue
import re
import secrets
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import partial
from typing import Any, Self

from asterisk.manager import EOL, Event, Manager, ManagerException

from hotline.ports import LOOPBACK
from hotline.settings import Settings
from ivr.asterisk_config import ami_secret

USER = "hotline"
ANSWER_SECONDS = 5.0
"""Asterisk answers an action within milliseconds; one that has not after this time is stuck."""

_HEADER = re.compile(r"[A-Za-z][A-Za-z0-9-]*")
_VARIABLE = re.compile(r"^([A-Za-z0-9]*?)(?:Chan)?Variable(?:\([^)]*\))?: ([A-Za-z0-9_]+)=")
"""pyst2 calls a method of Python 2 for these, or keeps only the last; each becomes a header of its own."""
_BREAKS = re.compile(r"[\x00-\x1f\x7f]")


class AmiError(Exception):
    """Asterisk cannot be reached or has refused; the message says why."""


class Refused(AmiError):
    """Asterisk has answered with an error; the message is its own."""


class _Connection(Manager):  # type: ignore[misc]
    """pyst2's connection. Its two threads only read; what is sent is sent by the caller of ``Ami``."""

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
        begun = threading.Thread(target=self._connect, args=(host, port), daemon=True)
        begun.start()
        begun.join(ANSWER_SECONDS)
        if begun.is_alive() or not self.connected():
            raise AmiError(f"Asterisk does not answer on port {port} (setting ami.port): is it running?")

    def _connect(self, host: str, port: int) -> None:
        with suppress(ManagerException, OSError):
            super().connect(host, port)

    def close(self) -> None:
        """Let go of the connection in whatever state it is; pyst2 logs off first, and raises after that."""
        self._running.clear()
        self._connected.clear()
        self._event_queue.put(None)
        if self._sock is not None:
            with suppress(OSError, ValueError):
                self._sock.close()


class Ami:
    """One connection, made at the first action and again after a failure. Threads take turns.

    ``events``: everything that happens in Asterisk, in order, where it is ``followed``; every new connection
    begins with ``FullyBooted``, once Asterisk has started altogether.
    """

    def __init__(
        self, port: int, secret: str, seconds: float = ANSWER_SECONDS, *, followed: bool = False
    ) -> None:
        self._port = port
        self._secret = secret
        self._seconds = seconds
        self._turn = threading.Lock()
        self._connection: _Connection | None = None
        self._listed: queue.Queue[dict[str, str]] = queue.Queue()
        self._followed = followed
        self.events: queue.Queue[dict[str, str]] = queue.Queue()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """End the connection; the next action makes another."""
        if self._connection:
            self._connection.close()
            self._connection = None

    def action(self, name: str, **headers: str) -> dict[str, str]:
        """Send an action and return the headers of its answer.

        Raises Refused, AmiError, and ValueError for a value that would break the line.
        """
        with self._turn, self._connected() as connection:
            return self._ask(connection, name, headers)

    def listing(self, name: str, **headers: str) -> list[dict[str, str]]:
        """The same for an action that is answered by a list of events: all before the one that ends it."""
        with self._turn, self._connected() as connection:
            action_id = secrets.token_hex(8)
            while not self._listed.empty():
                self._listed.get_nowait()
            self._ask(connection, name, headers, action_id)
            return list(self._until_complete(action_id))

    def _until_complete(self, action_id: str) -> Iterator[dict[str, str]]:
        until = time.monotonic() + self._seconds
        while True:
            try:
                event = self._listed.get(timeout=max(0.0, until - time.monotonic()))
            except queue.Empty:
                raise AmiError("Asterisk has not ended its list in time") from None
            if event.get("ActionID") != action_id:
                continue
            if event.get("EventList") == "Complete":
                return
            yield event

    def _ask(
        self, connection: _Connection, name: str, headers: dict[str, str], action_id: str = ""
    ) -> dict[str, str]:
        """One action; answers to others, given up before, are passed over."""
        action_id = action_id or secrets.token_hex(8)
        connection.send(written({"Action": name, "ActionID": action_id} | headers))
        until = time.monotonic() + self._seconds
        while (answer := connection.receive(until)).get("ActionID") != action_id:
            pass
        if answer["Response"] == "Error":
            raise Refused(answer.get("Message", "Asterisk has refused"))
        return answer

    @contextmanager
    def _connected(self) -> Iterator[_Connection]:
        """The connection; it is given up when anything but a refusal goes wrong."""
        try:
            if self._connection is None:
                self._connection = self._log_in()
            yield self._connection
        except (Refused, ValueError):
            raise
        except (AmiError, ManagerException, OSError) as problem:
            self.close()
            raise AmiError(str(problem)) from None

    def _log_in(self) -> _Connection:
        connection = _Connection()
        self.events = queue.Queue()  # what an earlier connection still has to say is said to nobody
        connection.register_event("*", partial(self._note, self.events))
        try:
            connection.connect(LOOPBACK, self._port)
            events = "on" if self._followed else "off"
            self._ask(connection, "Login", {"Username": USER, "Secret": self._secret, "Events": events})
        except Refused as problem:
            connection.close()
            raise AmiError(f"Asterisk does not let us in: {problem}") from None
        except BaseException:
            connection.close()
            raise
        return connection

    def _note(self, followed: "queue.Queue[dict[str, str]]", event: Event, _connection: Any) -> None:
        """An event of a list we have asked for, or one that nobody has asked for."""
        if "ActionID" in event.headers:
            self._listed.put(dict(event.headers))
        elif self._followed:
            followed.put(dict(event.headers))


def written(headers: dict[str, str]) -> bytes:
    """An action as it is sent. Raises ValueError for a header or value that would be read as another."""
    for key, value in headers.items():
        if not _HEADER.fullmatch(key) or _BREAKS.search(value):
            raise ValueError(f"{key} cannot be sent: it holds more than one line")
    return "".join(f"{key}: {value}\r\n" for key, value in headers.items()).encode() + b"\r\n"


def current(chosen: Settings, *, followed: bool = False) -> Ami:
    """A connection to the Asterisk of this instance."""
    return Ami(chosen.ami.port, ami_secret(chosen), followed=followed)
