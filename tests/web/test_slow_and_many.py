"""Slow visitors and many of them, with ``hotline web`` itself: everybody else's pages go on answering."""

import os
import re
import select
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from http.client import HTTPConnection
from pathlib import Path

import pytest

from hotline import hashing, people, sessions
from hotline.database import Database
from hotline.people import Role
from hotline.running import ready
from hotline.running.processes import HOTLINE
from hotline.settings_file import PROJECT, Settings
from tests.kit import databases
from tests.kit.desk_sample import PASSWORD
from tests.kit.instance import load, ports
from web import commands, unfinished, whole_requests

PATIENCE = 30.0
HASH_KIB = 64 * 1024
pytestmark = pytest.mark.timeout(300)


@dataclass
class Server:
    """``hotline web``, and somebody who is signed in."""

    process: "subprocess.Popen[bytes]"
    settings: Settings
    token: str

    @property
    def cookie(self) -> str:
        return f"hotline_session_{self.settings.web.port}={self.token}"

    def connect(self) -> socket.socket:
        return socket.create_connection(("127.0.0.1", self.settings.web.port), timeout=PATIENCE)

    def get(self, path: str, **headers: str) -> int:
        """The status of a page; raises when none comes within PATIENCE."""
        asked = HTTPConnection("127.0.0.1", self.settings.web.port, timeout=PATIENCE)
        asked.request("GET", path, headers=headers)
        answer = asked.getresponse()
        answer.read()
        asked.close()
        return answer.status

    def pages_answer(self) -> bool:
        """The first page of anybody, a file, and a page of somebody who is signed in, by both processes."""
        for _ in range(4):
            assert self.get("/sign-in") == self.get("/static/desk.css") == 200
            assert self.get("/account", Cookie=self.cookie) == self.get("/health") == 200
        return True

    def workers(self) -> list[int]:
        """The processes that answer."""
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text()
        return [int(pid) for pid in children.split()]

    def status(self, pid: int, key: str) -> int:
        """A figure of a process (proc(5)): Threads, or VmHWM in KiB."""
        found = re.search(rf"{key}:\s+(\d+)", Path(f"/proc/{pid}/status").read_text())
        assert found
        return int(found[1])


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    environment = {**os.environ, **ports(), "HOTLINE_STATE_DIR": str(tmp_path_factory.mktemp("slow"))}
    settings = load(environment)
    databases.new(settings)
    with Database(settings.database_url).writing() as session:
        user = people.add(session, "liuyang", "刘洋", Role.CLERK, PASSWORD)
        token = sessions.begin(session, user.id, datetime.now(UTC), timedelta(minutes=30))
    log = (settings.state_dir / "web.out").open("wb")
    process = subprocess.Popen([HOTLINE, "web"], env=environment, cwd=PROJECT, stderr=log, stdout=log)
    assert ready.wait(settings, 40, ("web",)) == []
    yield Server(process, settings, token)
    process.terminate()
    process.wait(20)


@pytest.fixture
def held() -> Iterator[ExitStack]:
    """Connections that are kept open until the test is over."""
    with ExitStack() as stack:
        yield stack


NOTHING = b""
HALF_A_HEAD = b"GET /sign-in HTTP/1.1\r\nHost: x\r\nX-Slow: "
HALF_A_BODY = b"POST /sign-in HTTP/1.1\r\nHost: x\r\nContent-Length: 5000\r\n\r\nname="
NO_BODY = b"POST /account/password HTTP/1.1\r\nHost: x\r\nContent-Length: 200000\r\n\r\n"
A_CHUNK = b"POST /sign-in HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nname="
HUGE = b"POST /sign-in HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999\r\n\r\nname="
ODD = b"POST /sign-in HTTP/1.1\r\nHost: x\r\nTransfer-Encoding : chunked\r\nContent-Length: x\r\n\r\n5\r\n"
SLOW = {
    "nothing": NOTHING,
    "half a head": HALF_A_HEAD,
    "half a body": HALF_A_BODY,
    "no body": NO_BODY,
    "a chunk": A_CHUNK,
    "huge": HUGE,
    "odd": ODD,
}


def flood(server: Server, held: ExitStack, count: int, sent: bytes) -> list[socket.socket]:
    """So many connections that send this and no more."""
    opened = []
    for _ in range(count):
        connection = held.enter_context(server.connect())
        connection.sendall(sent)
        opened.append(connection)
    return opened


@pytest.mark.parametrize("sent", SLOW.values(), ids=SLOW)
def test_slow_requests_do_not_stop_the_pages(server: Server, held: ExitStack, sent: bytes) -> None:
    opened = flood(server, held, 600, sent)
    assert server.pages_answer()
    assert all(is_over(connection) for connection in opened)  # each is given up in the end


def is_over(connection: socket.socket) -> bool:
    """Whether the server ends it; what it says before is of no interest."""
    connection.settimeout(unfinished.BODY_SECONDS + PATIENCE)
    with suppress(ConnectionResetError):
        while connection.recv(4096):
            pass
    return True


A_FILE = b"POST /cases/2600000012/documents HTTP/1.1\r\nHost: x\r\nContent-Length: 9000000\r\n\r\n--"


def test_few_requests_with_files_are_collected_at_once(server: Server, held: ExitStack) -> None:
    waiting, count = flood(server, held, 30, A_FILE), 30
    deadline = time.monotonic() + PATIENCE
    while count - len(waiting) < 30 - 2 * whole_requests.WITH_FILES_OF_ONE:  # of each process
        assert time.monotonic() < deadline
        for connection in select.select(waiting, [], [], 0.5)[0]:
            assert connection.recv(64).startswith(b"HTTP/1.1 503")
            waiting.remove(connection)
    assert server.pages_answer() and waiting


def test_files_are_not_collected_on_a_full_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    files = unfinished.FilesTaken(80 << 20, tmp_path)
    assert unfinished.Unfinished("", A_FILE, files).problem() == ""
    monkeypatch.setattr(unfinished, "ROOM_FOR_CALLS", 1 << 62)
    assert unfinished.Unfinished("", A_FILE, files).problem() == "507 Insufficient Storage"
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("path", [b"/documents", b"/cases/1/documents"])
def test_only_an_address_of_documents_may_be_sent_so_much(tmp_path: Path, path: bytes) -> None:
    files, rest = unfinished.FilesTaken(80 << 20, tmp_path), A_FILE.partition(b" HTTP")[2]

    def problem(line: bytes) -> str:
        return unfinished.Unfinished("", line + b" HTTP" + rest, files).problem()

    assert problem(b"POST " + path) == ""
    for other in (b"GET " + path, b"POST /x?" + path, b"POST " + path + b"/y", b"POST /x" + path[:-1]):
        assert problem(other) == "413 Content Too Large", other


def test_trickling_does_not_prolong_it(server: Server, held: ExitStack) -> None:
    began = time.monotonic()
    opened = flood(server, held, 30, HALF_A_HEAD)
    while opened and time.monotonic() - began < unfinished.HEAD_SECONDS + PATIENCE:
        for connection in opened:
            with suppress(OSError):
                connection.send(b"x")
        readable = set(select.select(opened, [], [], 0.5)[0])
        opened = [connection for connection in opened if connection not in readable]
    assert not opened


def test_three_hundred_slow_bodies_and_seven_hundred_streams(server: Server, held: ExitStack) -> None:
    flood(server, held, 300, HALF_A_BODY)
    flood(server, held, 700, f"GET /live HTTP/1.1\r\nHost: x\r\nCookie: {server.cookie}\r\n\r\n".encode())
    assert server.pages_answer()
    with server.connect() as own:  # who comes now hears of changes, too
        own.sendall(f"GET /live HTTP/1.1\r\nHost: x\r\nCookie: {server.cookie}\r\n\r\n".encode())
        assert b"event: change" in own.recv(4096) + own.recv(4096)


def test_who_takes_nothing_of_an_answer_leaves_threads_to_others(server: Server, held: ExitStack) -> None:
    sent = b"GET /static/vendor/echarts.esm.js HTTP/1.1\r\nHost: x\r\n\r\n"
    for _ in range(2 * whole_requests.THREADS_OF_ONE // 4):
        connection = held.enter_context(socket.socket())
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2048)
        connection.connect(("127.0.0.1", server.settings.web.port))
        connection.sendall(sent)
    assert server.pages_answer()


def test_requests_come_in_pieces_and_several_at_once(server: Server) -> None:
    with server.connect() as line:
        for byte in b"GET /health HTTP/1.1\r\nHost: x\r\n\r\n":
            line.sendall(bytes([byte]))
        line.sendall(b"GET /health HTTP/1.1\r\nHost: x\r\n\r\n" * 3)
        answered = b""
        while answered.count(b"ok\n") < 4:
            answered += line.recv(4096)
        assert answered.count(b"HTTP/1.1 200") == 4
        form = b"name=liuyang&password=" + b"x" * 200_000
        head = b"POST /sign-in HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-www-form-urlencoded\r\n"
        line.sendall(head + b"Content-Length: %d\r\n\r\n" % len(form) + form[:1000])
        line.sendall(form[1000:])
        assert line.recv(4096).startswith(b"HTTP/1.1 400")  # whole, but without a form token


def test_forty_guesses_at_once_make_two_hashes_at_a_time(server: Server, held: ExitStack) -> None:
    assert server.pages_answer()
    page = HTTPConnection("127.0.0.1", server.settings.web.port, timeout=PATIENCE)
    page.request("GET", "/sign-in")
    answer = page.getresponse()
    token = re.search(r'name="csrf-token" content="([^"]+)"', answer.read().decode())
    assert token
    cookie = str(answer.headers["Set-Cookie"]).split(";")[0]
    before = {pid: server.status(pid, "VmHWM") for pid in server.workers()}
    opened = []
    for number in range(40):
        form = f"csrf_token={token[1]}&name=name{number}&password=wrong{number}"
        head = f"POST /sign-in HTTP/1.1\r\nHost: x\r\nCookie: {cookie}\r\nContent-Length: {len(form)}\r\n"
        head += "Content-Type: application/x-www-form-urlencoded\r\nConnection: close\r\n\r\n"
        connection = held.enter_context(server.connect())
        connection.sendall((head + form).encode())
        opened.append(connection)
    said = [connection.makefile("rb").readline().split()[1] for connection in opened]
    assert set(said) <= {b"403", b"429"} and b"403" in said and b"429" in said
    for pid, peak in before.items():
        # a hash and what an answer needs beside it; on forty threads they were twenty hashes
        assert server.status(pid, "VmHWM") - peak < 2 * HASH_KIB
        assert server.status(pid, "Threads") <= commands.THREADS + 5
    assert hashing.STRANGERS_WAITING < 20


@pytest.mark.parametrize("digits", ["9" * 16, "9" * 25, "9" * 5000, "0" * 9000 + "600000"])
def test_a_length_of_many_digits_gets_no_thread_to_wait_in(digits: str) -> None:
    found = unfinished.Unfinished("", f"POST / HTTP/1.1\r\nContent-Length: {digits}\r\n\r\n".encode())
    assert found.problem().startswith("413")
    assert not found.is_whole


def test_one_address_leaves_room_for_the_next_connection() -> None:
    """Whatever it does: answered and still open, with a thread, in line for one, and not whole yet."""
    of_one = whole_requests.THREADS_OF_ONE + whole_requests.IN_LINE_OF_ONE + whole_requests.UNFINISHED_OF_ONE
    assert whole_requests.KEPT_ALIVE + of_one < commands.CONNECTIONS


@pytest.mark.timeout(60)  # with a pattern that goes back it would be hours
@pytest.mark.parametrize("value", ["0" * 31_000 + "x", " " * 31_000 + "x", "1" * 15_000 + " " * 15_000 + "x"])
def test_a_length_that_is_none_is_seen_at_once(value: str) -> None:
    head = f"POST / HTTP/1.1\r\nContent-Length: {value}\r\n\r\n".encode()
    for _ in range(100):
        assert unfinished.Unfinished("", head).problem() == ""  # gunicorn refuses it


def test_a_head_that_is_too_large_is_not_searched() -> None:
    found = unfinished.Unfinished("", b"GET / HTTP/1.1\r\nX: " + b"x" * unfinished.HEAD_BYTES + b"\r\n\r\n")
    assert found.problem().startswith("431")


def test_a_length_with_zeros_before_it_is_waited_for() -> None:
    head = b"POST / HTTP/1.1\r\nContent-Length: " + b"0" * 30 + b"6\r\n\r\n"
    found = unfinished.Unfinished("", head + b"name=")
    assert found.problem() == "" and not found.is_whole
    found.data += b"x"
    assert found.problem() == "" and found.is_whole
