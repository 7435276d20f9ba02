"""The browsers' line: idle connections keep no telephone out, and nginx lets only our pages in."""

import re
import socket
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack, closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from websockets.exceptions import InvalidStatus
from websockets.sync.client import ClientConnection

from hotline import people, sessions
from hotline.database import Database
from hotline.people import Role
from hotline.seats import seat_secrets
from hotline.settings_file import PROJECT
from tests.asterisk.web_socket import connected, unchecked
from tests.kit.instance import HotlineInstance, free_port
from tests.kit.seats import PATIENCE, until

IDLE = 100
REGISTER = "\r\n".join(
    (
        "REGISTER sip:127.0.0.1 SIP/2.0",
        "Via: SIP/2.0/WSS x.invalid;branch=z9hG4bK1",
        "From: <sip:seat01-web@127.0.0.1>;tag=1",
        "To: <sip:seat01-web@127.0.0.1>",
        "Call-ID: a",
        "CSeq: 1 REGISTER",
        "Contact: <sip:seat01-web@x.invalid;transport=ws>",
        "Max-Forwards: 70",
        "Content-Length: 0",
        "",
        "",
    )
)


@pytest.fixture(scope="module")
def hotline(tmp_path_factory: pytest.TempPathFactory) -> Iterator[HotlineInstance]:
    instance = HotlineInstance(tmp_path_factory.mktemp("line"), {"HOTLINE_SEATS__COUNT": "2"})
    try:
        instance.start("asterisk", "web")
        yield instance
    finally:
        instance.stop()


@pytest.fixture
def token(hotline: HotlineInstance) -> str:
    """The session of somebody who is signed in."""
    now = datetime.now(UTC)
    with Database(hotline.settings.database_url).writing() as session:
        user = people.add(session, f"agent{now:%H%M%S%f}", "座席", Role.CLERK, "lamp-street-night")
        user.must_change = False
        session.flush()
        return sessions.begin(session, user.id, now, timedelta(minutes=30))


@pytest.fixture
def nginx(hotline: HotlineInstance, tmp_path: Path) -> Iterator[int]:
    """A real nginx with the example of the documents; its port."""
    port, plain = free_port(), free_port()
    certificate = seat_secrets.certificate(hotline.settings)
    example = (PROJECT / "docs" / "nginx" / "hotline.conf").read_text()
    for pattern, value in (
        (r"listen 80;", f"listen 127.0.0.1:{plain};"),
        (r"listen 443", f"listen 127.0.0.1:{port}"),
        (r"127\.0\.0\.1:8080", f"127.0.0.1:{hotline.settings.web.port}"),
        (r"127\.0\.0\.1:8089", f"127.0.0.1:{hotline.settings.seats.wss_port}"),
        (r"(ssl_certificate(?:_key)?) .*;", rf"\1 {certificate};"),
    ):
        example, times = re.subn(pattern, value, example)
        assert times, pattern
    configuration = tmp_path / "nginx.conf"
    configuration.write_text(
        f"user root; daemon off; pid {tmp_path}/pid; error_log {tmp_path}/error.log;\n"
        "events { worker_connections 1024; }\nhttp { access_log off;\n"
        f"client_body_temp_path {tmp_path}/body; proxy_temp_path {tmp_path}/proxy;\n{example}}}\n"
    )
    server = subprocess.Popen(["/usr/sbin/nginx", "-e", f"{tmp_path}/error.log", "-c", configuration])
    try:
        until(lambda: answers(port))
        yield port
    finally:
        server.terminate()
        server.wait()


def answers(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def page(port: int, token: str = "", origin: str = "", web_port: int = 0) -> ClientConnection:
    """A browser's telephone that connects. Raises InvalidStatus where it is refused."""
    return connected(
        f"wss://127.0.0.1:{port}/ws",
        origin=origin or None,
        additional_headers={"Cookie": f"hotline_session_{web_port}={token}"} if token else {},
    )


def is_answered(telephone: ClientConnection) -> bool:
    telephone.send(REGISTER)
    return str(telephone.recv(PATIENCE)).startswith("SIP/2.0 ")  # nobody sits there: any answer will do


def test_idle_connections_keep_no_telephone_out(hotline: HotlineInstance) -> None:
    address = ("127.0.0.1", hotline.settings.seats.wss_port)
    with ExitStack() as stack:
        plain = [stack.enter_context(closing(socket.create_connection(address))) for _ in range(IDLE)]
        encrypted = [
            stack.enter_context(
                unchecked().wrap_socket(stack.enter_context(closing(socket.create_connection(address))))
            )
            for _ in range(IDLE)
        ]
        assert is_answered(stack.enter_context(page(address[1])))
        for each in encrypted:  # each is hung up on without a word from its visitor
            each.settimeout(PATIENCE)
            assert each.recv(1) == b""
        assert len(plain) == IDLE
        assert is_answered(stack.enter_context(page(address[1])))


def test_a_hundred_idle_telephones_keep_none_out(hotline: HotlineInstance) -> None:
    with ExitStack() as stack:
        for _ in range(IDLE):
            stack.enter_context(page(hotline.settings.seats.wss_port))
        assert is_answered(stack.enter_context(page(hotline.settings.seats.wss_port)))


def test_nginx_lets_only_our_pages_to_the_exchange(hotline: HotlineInstance, nginx: int, token: str) -> None:
    ours, web = f"https://127.0.0.1:{nginx}", hotline.settings.web.port
    for used, origin, code in (
        ("", ours, 401),
        ("guessed", ours, 401),
        (token, "", 403),
        (token, "https://evil.example", 403),
        (token, f"https://127.0.0.1:{nginx}.evil.example", 403),
    ):
        with pytest.raises(InvalidStatus) as refused:
            page(nginx, used, origin, web)
        assert refused.value.response.status_code == code
    with page(nginx, token, ours, web) as telephone:
        assert is_answered(telephone)


def test_idle_connections_at_nginx_keep_no_telephone_out(
    hotline: HotlineInstance, nginx: int, token: str
) -> None:
    ours, web = f"https://127.0.0.1:{nginx}", hotline.settings.web.port
    with ExitStack() as stack:
        for _ in range(IDLE):
            stack.enter_context(closing(socket.create_connection(("127.0.0.1", nginx))))
        assert is_answered(stack.enter_context(page(nginx, token, ours, web)))
