"""Whatever a request holds, the answer is a clear one: never an error of ours."""

import re
import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from werkzeug.routing import Rule

from tests.web.office import Office
from web import commands

NAMES = re.compile(r'request\.(?:args|form|values)(?:\.get(?:list)?\(|\[)"(\w+)"')
VALUES = (
    "-1",
    "²",
    "9" * 400,
    "1e999",
    "0001-01-01",
    "9999-12-31",
    "2026-13-45",
    "\x00",
    "\r\nX-Ours: 1",
    "../../etc/passwd",
    "'\"<script>${7*7}{{7*7}}",
    "％００",
    "字" * 1_000,
)
HEADERS = (
    {"Range": "bytes=9" + "9" * 300 + "-"},
    {"Range": "bytes=--1,2-,x"},
    {"If-None-Match": '"' * 500},
    {"If-Modified-Since": "Mon, 99 Foo 99999 25:61:61 GMT"},
    {"If-Range": "\xff"},
    {"Accept-Language": "zz-" * 900 + ";q=9e999"},
    {"Accept": ";;;q=x,*/*;q=nan"},
    {"Content-Type": "multipart/form-data; boundary="},
    {"Content-Type": "application/json; charset=rot13"},
    {"Content-Type": "text/plain; charset=\xff"},
    {"Cookie": "=;;\x01=\xff; " + "hotline_session_8080=" + "A" * 3_000},
    {"X-Page-User": "9" * 300},
    {"X-Page-User": "²"},
    {"X-Forwarded-For": "x" * 3_000},
    {"Host": "[::1"},
    {"Host": "a" * 300 + ":99999999"},
)


def parameters() -> list[str]:
    """Every name by which a view asks for something, read from their sources."""
    sources = Path(commands.HERE).rglob("*.py")
    names = {
        name
        for source in sources
        if "node_modules" not in source.parts
        for name in NAMES.findall(source.read_text("utf-8"))
    }
    assert len(names) > 20
    return sorted(names)


def addresses(office: Office, method: str, value: str = "1") -> Iterator[str]:
    """The address of every view that answers to a method and ends by itself, with ``value`` in its place."""
    adapter = office.app.url_map.bind("localhost")
    for rule in office.app.url_map.iter_rules():
        if method in (rule.methods or ()) and rule.endpoint not in ("live.stream", "sign_in.leave"):
            yield adapter.build(rule.endpoint, {name: _typed(rule, name, value) for name in rule.arguments})


def _typed(rule: Rule, name: str, value: str) -> str | int:
    return 1 if type(rule._converters[name]).__name__ == "IntegerConverter" else value


@pytest.mark.parametrize("value", VALUES, ids=range(len(VALUES)))
def test_no_value_breaks_a_page(office: Office, value: str) -> None:
    visitor = office.visitor("admin")
    asked = dict.fromkeys(parameters(), value)
    for address in addresses(office, "GET"):
        assert visitor.client.get(address, query_string=asked).status_code < 500, address
    for address in addresses(office, "POST"):
        answer = visitor.post(address, asked)
        assert answer.status_code < 500, address
        assert "X-Ours" not in answer.headers, address
    assert visitor.get("/account").status_code == 200  # still signed in: none of it was refused at the door


@pytest.mark.parametrize("value", VALUES, ids=range(len(VALUES)))
def test_no_place_breaks_a_page(office: Office, value: str) -> None:
    visitor = office.visitor("admin")
    for method in ("GET", "POST"):
        for address in addresses(office, method, value):
            assert (
                visitor.client.open(address, method=method, data={"csrf_token": visitor.token}).status_code
                < 500
            ), address


@pytest.mark.parametrize("headers", HEADERS, ids=range(len(HEADERS)))
def test_no_header_breaks_a_page(office: Office, headers: dict[str, str]) -> None:
    visitor = office.visitor("admin")
    for method in ("GET", "POST"):
        for address in addresses(office, method, office.ids[0]):
            answer = visitor.client.open(
                address, method=method, headers={"X-CSRFToken": visitor.token} | headers, data=b"x"
            )
            assert answer.status_code < 500, address


def test_no_line_of_a_request_breaks_the_server(server: tuple[subprocess.Popen[bytes], str, str]) -> None:
    """What comes before our application: the request line and headers that servers take for themselves."""
    port = int(server[1].rsplit(":", 1)[1])
    for head in (
        b"GET /sign-in HTTP/1.1\r\nSCRIPT_NAME: /x\r\n",
        b"GET /sign-in HTTP/1.1\r\nScript-Name: /x\r\n",
        b"GET /sign-in HTTP/1.1\r\nPATH_INFO: /people\r\n",
        b"GET /sign-in HTTP/1.1\r\nREMOTE_USER: admin\r\n",
        b"GET /sign-in HTTP/1.1\r\nX-Forwarded-Proto: ftp\r\n",
        b"GET http://elsewhere/sign-in HTTP/1.1\r\n",
        b"GET http://[::1/sign-in HTTP/1.1\r\n",
        b"GET //elsewhere/sign-in HTTP/1.1\r\n",
        b"GET /sign-in?%ff%fe=%00 HTTP/1.1\r\n",
        b"GET /%ff%fe%00 HTTP/1.1\r\n",
        b"GET /\xe5\xad\x97 HTTP/1.1\r\n",
        b"GET sign-in HTTP/1.1\r\n",
        b"GET * HTTP/1.1\r\n",
        b"OPTIONS * HTTP/1.1\r\n",
        b"CONNECT elsewhere:443 HTTP/1.1\r\n",
        b"GET /sign-in HTTP/9.9\r\n",
        b"POST /sign-in HTTP/1.1\r\nContent-Length: -1\r\n",
        b"POST /sign-in HTTP/1.1\r\nContent-Length: 1e3\r\n",
        b"POST /sign-in HTTP/1.1\r\nTransfer-Encoding: identity, chunked\r\n",
        b"POST /sign-in HTTP/1.1\r\nTransfer-Encoding: chunked\r\nContent-Length: 5\r\n",
    ):
        answer = ask(port, head)
        assert re.match(rb"HTTP/1\.\d [2345]\d\d ", answer), head
        assert not answer.startswith(b"HTTP/1.1 50"), (head, answer[:300])
        assert b"unicorn" not in answer.lower() and b"python" not in answer.lower(), head


def ask(port: int, head: bytes) -> bytes:
    """Everything the server says to a request of which these are the first lines."""
    with socket.create_connection(("127.0.0.1", port), timeout=20) as line:
        line.sendall(head + b"Host: localhost\r\nConnection: close\r\n\r\n")
        line.shutdown(socket.SHUT_WR)
        return b"".join(iter(lambda: line.recv(65536), b""))
