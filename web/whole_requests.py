"""Gunicorn's threads, kept from slow visitors: a request gets a thread once all of it is here.

Gunicorn gives every connection a thread that waits for its request, so a few hundred that send theirs slowly,
or not at all, take all threads. Here the one loop that accepts connections also collects what they send. A
request that is not whole in time is given up, and one address has only so many connections and threads; not
so those of ``web.proxies``: a proxy speaks for all, and has limits of its own (docs/nginx/hotline.conf).
"""

import selectors
import socket
import struct
import time
from collections import Counter, defaultdict, deque
from contextlib import suppress
from functools import partial
from typing import Any

from gunicorn.workers.gthread import TConn, ThreadWorker

from web import uploads
from web.address import is_proxy
from web.unfinished import FilesTaken, Unfinished

UNFINISHED, UNFINISHED_OF_ONE = 500, 60
"""Requests of which a part is here; beyond it the one that began first makes room."""
WITH_FILES, WITH_FILES_OF_ONE = 16, 4
"""Of those, requests with files, which take room on the disk; a page sends one after the other."""
THREADS_OF_ONE, IN_LINE_OF_ONE = 160, 200
"""Threads that one address has, of 256; so many more of its requests wait for one."""
KEPT_ALIVE = 800
"""Connections that were answered and ask nothing; beyond it an answer closes its own. One address that has
all of these, and of the others what it may, leaves room for the next to be accepted."""
READ_SECONDS, WRITE_SECONDS = 5, 20
"""A thread's patience with who sends nothing, or takes nothing of an answer."""


class WholeRequests(ThreadWorker):  # type: ignore[misc]
    """Gunicorn's threaded worker, but for what happens before a request has a thread."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.max_keepalived = KEPT_ALIVE
        self.unfinished: dict[TConn, Unfinished] = {}
        self.unfinished_of: Counter[str] = Counter()
        self.threads_of: Counter[str] = Counter()
        self.in_line_of: defaultdict[str, deque[TConn]] = defaultdict(deque)
        self.looked_at = 0.0
        settings = self.app.settings
        self.files = FilesTaken(2 * uploads.largest_request(settings.documents), settings.run_dir)

    def enqueue_req(self, conn: TConn) -> None:
        """A connection is new, or its next request begins: collect it."""
        if conn.parser is None:
            set_patience(conn.sock)
        read_ahead = conn.parser.unreader.take_buffered() if conn.parser else b""
        found = Unfinished(self.address_of(conn), read_ahead, self.files)
        conn.sock.setblocking(False)
        self.unfinished[conn] = found
        self.unfinished_of[found.address] += 1
        self.poller.register(conn.sock, selectors.EVENT_READ, partial(self.collect, conn))
        self.make_room(found.address)
        if conn in self.unfinished:
            self.look_at(conn)

    def address_of(self, conn: TConn) -> str:
        """What a connection is counted by; empty where it is not: a proxy's."""
        address = str(conn.client[0]) if isinstance(conn.client, tuple) else ""
        return "" if is_proxy(self.app.settings.web, address) else address

    def make_room(self, address: str) -> None:
        """Give up what began first, of this address or of all, where there are too many."""
        if address and self.unfinished_of[address] > UNFINISHED_OF_ONE:
            self.give_up(next(conn for conn, each in self.unfinished.items() if each.address == address))
        if len(self.unfinished) > UNFINISHED:
            self.give_up(next(iter(self.unfinished)))

    def collect(self, conn: TConn, _socket: socket.socket) -> None:
        """Something has come."""
        if conn not in self.unfinished:  # given up by what came a moment before
            return
        try:
            data = conn.sock.recv(64 * 1024)
        except BlockingIOError:
            return
        except OSError:
            data = b""
        if not data:
            self.give_up(conn)
            return
        try:
            self.unfinished[conn].add(data)
        except OSError:
            self.give_up(conn, "507 Insufficient Storage")
            return
        self.look_at(conn)

    def look_at(self, conn: TConn) -> None:
        """Hand a request on once it is whole."""
        found = self.unfinished[conn]
        try:
            problem = found.problem()
        except OSError:
            problem = "507 Insufficient Storage"
        if problem := problem or self.too_many_files(found):
            self.give_up(conn, problem)
        elif found.is_whole:
            self.forget(conn)
            conn.data_ready = True
            conn.init()
            found.hand_on(conn.parser.unreader)
            self.answer(conn, found.address)

    def too_many_files(self, found: Unfinished) -> str:
        """Why a request with files is not collected, if it is one too many."""
        if not found.collected:
            return ""
        others = [each for each in self.unfinished.values() if each.collected and each is not found]
        of_one = sum(each.address == found.address for each in others) if found.address else 0
        return "503 Service Unavailable" if len(others) >= WITH_FILES or of_one >= WITH_FILES_OF_ONE else ""

    def answer(self, conn: TConn, address: str) -> None:
        """Give a request a thread, or a place in its address's line for one."""
        if not address or self.threads_of[address] < THREADS_OF_ONE:
            self.threads_of[address] += 1
            super().enqueue_req(conn)
        elif len(self.in_line_of[address]) < IN_LINE_OF_ONE:
            self.in_line_of[address].append(conn)
        else:
            self.close(conn, "429 Too Many Requests")

    def finish_request(self, conn: TConn, fs: Any) -> None:
        """A thread is free again: the next of the same address's line has it."""
        address = self.address_of(conn)
        self.threads_of[address] -= 1
        if self.in_line_of[address]:
            self.answer(self.in_line_of[address].popleft(), address)
        else:
            del self.in_line_of[address]
            self.threads_of += Counter()  # forgets those that have none
        super().finish_request(conn, fs)

    def murder_pending(self) -> None:
        """Called at least once a second: give up what is too slow; all of it when the process is to end."""
        super().murder_pending()
        now = time.monotonic()
        if now - self.looked_at < 0.5 and self.alive:
            return
        self.looked_at = now
        for conn in [conn for conn, each in self.unfinished.items() if each.gives_up < now or not self.alive]:
            self.give_up(conn, "408 Request Timeout" if self.unfinished[conn].data else "")

    def give_up(self, conn: TConn, status: str = "") -> None:
        """End a connection whose request will not be answered."""
        self.unfinished[conn].close()
        self.forget(conn)
        self.close(conn, status)

    def forget(self, conn: TConn) -> None:
        """It is collected no more."""
        found = self.unfinished.pop(conn)
        self.unfinished_of[found.address] -= 1
        if not self.unfinished_of[found.address]:
            del self.unfinished_of[found.address]
        with suppress(OSError, KeyError, ValueError):
            self.poller.unregister(conn.sock)

    def close(self, conn: TConn, status: str = "") -> None:
        """End a connection, with a word to the visitor where there is one to say and it is taken at once."""
        if status:
            with suppress(OSError):
                conn.sock.setblocking(False)
                conn.sock.send(
                    f"HTTP/1.1 {status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n".encode()
                )
        self.nr_conns -= 1
        conn.close()


def set_patience(connection: socket.socket) -> None:
    """Let no thread wait for a visitor for ever; the kernel keeps the time, for gunicorn sets none."""
    for option, seconds in ((socket.SO_RCVTIMEO, READ_SECONDS), (socket.SO_SNDTIMEO, WRITE_SECONDS)):
        connection.setsockopt(socket.SOL_SOCKET, option, struct.pack("ll", seconds, 0))
