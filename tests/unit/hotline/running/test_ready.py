"""Whether a part answers is asked of the part itself."""

import http.server
import os
import socket
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from hotline import heartbeat
from hotline.running import ready
from hotline.sections import Sip, Web
from hotline.settings_file import Settings


class Page(http.server.BaseHTTPRequestHandler):
    """Answers /health as the web server does, and nothing else."""

    def do_GET(self) -> None:
        self.send_response(200 if self.path == "/health" else 404)
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


@pytest.fixture
def web_port() -> Iterator[int]:
    with http.server.HTTPServer(("127.0.0.1", 0), Page) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield server.server_port
        server.shutdown()
        thread.join()


@pytest.fixture
def sip_port() -> Iterator[int]:
    """Answers one request as any SIP server must, by copying its headers (RFC 3261, section 8.2.6)."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as server:
        server.bind(("127.0.0.1", 0))
        thread = threading.Thread(target=answer_one, args=(server,), daemon=True)
        thread.start()
        yield server.getsockname()[1]


def answer_one(server: socket.socket) -> None:
    request, caller = server.recvfrom(2000)
    lines = request.decode().split("\r\n")
    assert lines[0].startswith("OPTIONS sip:") and lines[0].endswith(" SIP/2.0")
    copied = [line for line in lines if line.split(":")[0] in ("Via", "From", "To", "Call-ID", "CSeq")]
    assert len(copied) == 5
    server.sendto("\r\n".join(["SIP/2.0 401 Unauthorized", *copied, "", ""]).encode(), caller)


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


def test_the_page_answers(web_port: int) -> None:
    assert ready.page_answers(Settings(web=Web(port=web_port)))


def test_no_page_answers_on_a_free_port() -> None:
    assert not ready.page_answers(Settings(web=Web(port=free_port())))


def test_who_speaks_no_http_is_no_page() -> None:
    """Asterisk's AMI greets whoever comes; two instances on one machine may be told one port."""
    with socket.create_server(("127.0.0.1", 0)) as server, ThreadPoolExecutor(1) as other:

        def greet() -> None:
            caller, _ = server.accept()
            with caller:
                caller.recv(2000)
                caller.sendall(b"Asterisk Call Manager/11.0.0\r\n")

        greeting = other.submit(greet)
        assert not ready.page_answers(Settings(web=Web(port=server.getsockname()[1])))
        greeting.result()


def test_any_sip_answer_is_an_answer(sip_port: int) -> None:
    assert ready.telephone_answers(Settings(sip=Sip(port=sip_port)))


def test_no_telephone_answers_on_a_free_port() -> None:
    assert not ready.telephone_answers(Settings(sip=Sip(port=free_port())))


def test_a_part_is_silent_until_it_beats_and_when_it_stops(tmp_path: Path) -> None:
    settings = Settings(state_dir=tmp_path)
    file = heartbeat.file_of(settings.run_dir, "worker")
    assert ready.silent_parts(settings, ("worker",)) == ["worker"]
    heartbeat.announce(file)
    assert ready.silent_parts(settings, ("worker",)) == []
    os.utime(file, (0, 0))
    assert ready.wait(settings, 0.0, ("worker",)) == ["worker"]
