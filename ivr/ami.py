"""The manager interface (AMI): actions sent one after another, each answered or given up in time."""

import queue
import re
import secrets
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any, Self

from asterisk.manager import Event, ManagerException

from hotline.running.ports import LOOPBACK
from hotline.settings_file import Settings
from ivr.ami_connection import ANSWER_SECONDS, ActionRefused, AmiError, Connection
from ivr.asterisk_secrets import COMMANDS, KEEPER, SERVICE, ami_secret

__all__ = ["ActionRefused", "Ami", "AmiError", "current"]

_HEADER = re.compile(r"[A-Za-z][A-Za-z0-9-]*")
_BREAKS = re.compile(r"[\x00-\x1f\x7f]")


class Ami:
    """One connection, made at the first action and again after a failure. Threads take turns.

    ``events``: everything that happens in Asterisk, in order, where it is ``followed``; every new connection
    begins with ``FullyBooted``, once Asterisk has started altogether.
    """

    def __init__(
        self,
        port: int,
        secret: str,
        seconds: float = ANSWER_SECONDS,
        *,
        user: str = COMMANDS,
        followed: bool = False,
    ) -> None:
        self._port = port
        self._user, self._secret = user, secret
        self._seconds = seconds
        self._turn = threading.Lock()
        self._connection: Connection | None = None
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

        Raises ActionRefused, AmiError, and ValueError for a value that would break the line.
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
        self, connection: Connection, name: str, headers: dict[str, str], action_id: str = ""
    ) -> dict[str, str]:
        """One action; answers to others, given up before, are passed over."""
        action_id = action_id or secrets.token_hex(8)
        connection.send(written({"Action": name, "ActionID": action_id} | headers))
        until = time.monotonic() + self._seconds
        while (answer := connection.receive(until)).get("ActionID") != action_id:
            pass
        if answer["Response"] == "Error":
            raise ActionRefused(answer.get("Message", "Asterisk has refused"))
        return answer

    @contextmanager
    def _connected(self) -> Iterator[Connection]:
        """The connection; it is given up when anything but a refusal goes wrong."""
        try:
            if self._connection is None:
                self._connection = self._log_in()
            yield self._connection
        except (ActionRefused, ValueError):
            raise
        except (AmiError, ManagerException, OSError) as problem:
            self.close()
            raise AmiError(str(problem)) from None

    def _log_in(self) -> Connection:
        connection = Connection()
        self.events = queue.Queue()  # what an earlier connection still has to say is said to nobody
        connection.register_event("*", partial(self._note, self.events))
        try:
            connection.connect(LOOPBACK, self._port)
            events = "on" if self._followed else "off"
            self._ask(connection, "Login", {"Username": self._user, "Secret": self._secret, "Events": events})
        except ActionRefused as problem:
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


def current(settings: Settings, *, followed: bool = False) -> Ami:
    """A connection to the Asterisk of this instance; ``followed``: the seats' service, which may do more."""
    user = SERVICE if followed else COMMANDS
    return Ami(settings.ami.port, ami_secret(settings, user), user=user, followed=followed)


def keeper(settings: Settings) -> Ami:
    """A connection that writes secrets of telephones, and is used for nothing else."""
    return Ami(settings.ami.port, ami_secret(settings, KEEPER), user=KEEPER)
