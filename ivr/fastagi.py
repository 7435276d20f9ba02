"""The FastAGI server: a thread for each call, on the loopback address only.

Its heartbeat comes from the loop that accepts calls and from nowhere else, so that it stops when that does.
"""

import logging
import socket
import socketserver
import sys
import threading
from typing import Any, cast

from hotline import heartbeat
from hotline.calls.call_limits import MOST_CALLS
from hotline.settings_file import Settings
from ivr import office_database
from ivr.agi_wire import Wire
from ivr.asterisk_secrets import agi_secret
from ivr.attend import attend
from ivr.dialogues.answer import answer
from ivr.office import Office
from ivr.prompts import Prompts

log = logging.getLogger(__name__)

PART = "agi"
POLL_SECONDS = heartbeat.LOOP_SECONDS
TURN_SECONDS = 0.0005
"""So long a thread may compute while another waits: a caller's next prompt waits for a few turns, and in a
rush for those who write a message into the database."""


class CannotListen(Exception):
    """The port cannot be used; the message says which, by which setting, and why."""


class CallHandler(socketserver.BaseRequestHandler):
    """One connection. What goes wrong in it is logged and ends this call's part of the ladder only."""

    def handle(self) -> None:
        """Attend to the caller until one of both sides has finished."""
        server = cast(FastAgiServer, self.server)
        line: socket.socket = self.request
        try:
            wire = Wire(line.fileno(), line.fileno(), close=lambda: line.shutdown(socket.SHUT_RDWR))
            attend(wire, answer, server.office, server.prompts, server.secret)
        except Exception:
            log.exception("a call has failed; the dialplan goes on with the next rung")


class FastAgiServer(socketserver.ThreadingTCPServer):
    """Listens from construction on, or raises CannotListen. ``serve_forever`` beats while it accepts."""

    allow_reuse_address = True
    daemon_threads = True
    block_on_close = False
    request_queue_size = 256

    def __init__(self, settings: Settings) -> None:
        self.office = Office(settings)
        self.prompts = Prompts()
        self.secret = agi_secret(settings)
        self._places = threading.BoundedSemaphore(MOST_CALLS)
        self._heart = heartbeat.LoopBeat(settings.run_dir, PART)
        try:
            super().__init__(("127.0.0.1", settings.agi.port), CallHandler)
        except OSError as error:
            why = f"cannot answer calls on port {settings.agi.port} (setting agi.port): {error.strerror}"
            raise CannotListen(why) from None
        self.service_actions()

    def service_actions(self) -> None:
        """Beat: called by the accept loop each time round, at the latest every POLL_SECONDS.

        A disk that takes no heartbeat ends no call: the dialplan asks the next rung.
        """
        self._heart.beat()

    def verify_request(self, request: Any, client_address: Any) -> bool:
        """Turn away what is more than the machine can bear; the dialplan takes those calls."""
        return self._places.acquire(blocking=False)

    def process_request(self, request: Any, client_address: Any) -> None:
        """Begin the call's thread. Where the machine has none to give, the place is free again at once."""
        try:
            super().process_request(request, client_address)
        except BaseException:
            self._places.release()
            raise

    def process_request_thread(self, request: Any, client_address: Any) -> None:
        """One call in a thread of its own; its place is free again when it ends, however it ends."""
        try:
            super().process_request_thread(request, client_address)
        finally:
            self._places.release()


def serve(settings: Settings) -> None:
    """Answer calls until the process is told to end."""
    office_database.load()
    sys.setswitchinterval(TURN_SECONDS)
    for directory in (settings.spool_dir, settings.store_dir, settings.run_dir):
        directory.mkdir(parents=True, exist_ok=True, mode=0o750)
    with FastAgiServer(settings) as server:
        log.info("answering on port %s", settings.agi.port)
        server.serve_forever(POLL_SECONDS)
