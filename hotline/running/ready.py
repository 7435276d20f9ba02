"""Which parts of a running hotline answer. Every check is cheap and asks the part itself."""

import http.client
import secrets
import socket
import time
import urllib.request
from collections.abc import Callable

from hotline import heartbeat
from hotline.running.ports import LOOPBACK
from hotline.settings_file import Settings

COMMANDS = {
    "asterisk": "asterisk",
    "agi": "serve-agi",
    "seats": "serve-seats",
    "worker": "worker",
    "clock": "clock",
    "web": "web",
}
"""The parts of the hotline, and the command of each, which systemd's unit is named after."""
PARTS = tuple(COMMANDS)
FRESH_SECONDS = 3.0
ASK_AGAIN_SECONDS = 0.2


def silent_parts(settings: Settings, parts: tuple[str, ...] = PARTS) -> list[str]:
    """Those of ``parts`` that do not answer."""
    return [part for part in parts if not CHECKS[part](settings)]


def wait(settings: Settings, seconds: float, parts: tuple[str, ...] = PARTS) -> list[str]:
    """Wait until each of ``parts`` has answered once; those that have not after ``seconds``."""
    give_up = time.monotonic() + seconds
    silent = silent_parts(settings, parts)
    while silent and time.monotonic() < give_up:
        time.sleep(ASK_AGAIN_SECONDS)
        silent = silent_parts(settings, tuple(silent))
    return silent


def telephone_answers(settings: Settings) -> bool:
    """Asterisk answers a SIP OPTIONS request, whatever the answer is (RFC 3261, section 11)."""
    host = reachable(str(settings.sip.bind))
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as line:
        line.settimeout(0.5)
        line.bind(("", 0) if host != LOOPBACK else (LOOPBACK, 0))
        try:
            line.connect((host, settings.sip.port))
            line.send(options_request(host, settings.sip.port, *line.getsockname()))
            return line.recv(2000).startswith(b"SIP/2.0 ")
        except OSError:  # refused, or no answer in time
            return False


def options_request(host: str, port: int, our_host: str, our_port: int) -> bytes:
    """A SIP OPTIONS request from ``our_host:our_port``, with identifiers of its own."""
    token = secrets.token_hex(8)
    lines = [
        f"OPTIONS sip:{host}:{port} SIP/2.0",
        f"Via: SIP/2.0/UDP {our_host}:{our_port};branch=z9hG4bK{token};rport",
        "Max-Forwards: 70",
        f"From: <sip:ready@{our_host}>;tag={token}",
        f"To: <sip:{host}:{port}>",
        f"Call-ID: {token}@{our_host}",
        "CSeq: 1 OPTIONS",
        "Content-Length: 0",
    ]
    return ("\r\n".join(lines) + "\r\n\r\n").encode()


def page_answers(settings: Settings) -> bool:
    """The web server answers /health with 200; what else may listen there need not speak HTTP."""
    try:
        with urllib.request.urlopen(f"{page_address(settings)}/health", timeout=2) as answer:  # noqa: S310 - our own
            return bool(answer.status == 200)
    except (http.client.HTTPException, OSError):  # a URLError is an OSError
        return False


def page_address(settings: Settings) -> str:
    """The address of the first page, without a slash at the end."""
    return f"http://{reachable(str(settings.web.bind))}:{settings.web.port}"


def reachable(bind: str) -> str:
    """An address where something bound to ``bind`` is reached from this machine."""
    return LOOPBACK if bind == "0.0.0.0" else bind  # noqa: S104 - compared, not bound


def beats(part: str) -> Callable[[Settings], bool]:
    """A check that ``part`` has shown a sign of life just now."""

    def check(settings: Settings) -> bool:
        age = heartbeat.age(heartbeat.file_of(settings.run_dir, part))
        return age is not None and age < FRESH_SECONDS

    return check


CHECKS: dict[str, Callable[[Settings], bool]] = {
    "asterisk": telephone_answers,
    "agi": beats("agi"),
    "seats": beats("seats"),
    "worker": beats("worker"),
    "clock": beats("clock"),
    "web": page_answers,
}
