"""A telephone made by hand: whoever has read a secret tries to be a seat, over any transport."""

import hashlib
import re
import secrets
import socket
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from queue import Empty, Queue
from typing import Self

from hotline.seats.seat_sittings import REALM
from tests.asterisk.web_socket import connected, unchecked
from tests.kit.instance import HotlineInstance

PATIENCE = 10.0
CRLF = "\r\n"
LOOPBACK = "127.0.0.1"


@dataclass
class RawTelephone:
    """``secret``: HA1. ``answers``: how it asked for an INVITE is answered; ``rung`` counts them."""

    hotline: HotlineInstance
    name: str
    secret: str
    transport: str = "wss"
    address: str = LOOPBACK
    rung: int = 0
    _answers: Queue[str] = field(default_factory=Queue)

    def __enter__(self) -> Self:
        self._send, self._receive, self._close, self._own = self._line()
        threading.Thread(target=self._listen, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._close()

    def _line(self) -> tuple[Callable[[str], None], Callable[[], str], Callable[[], None], str]:
        settings = self.hotline.settings
        if self.transport == "wss":
            url = f"wss://{LOOPBACK}:{settings.seats.wss_port}/ws"
            there = connected(url, compression=None, legacy=True)
            return there.send, lambda: str(there.recv()), there.close, "x.invalid"
        kind = socket.SOCK_DGRAM if self.transport == "udp" else socket.SOCK_STREAM
        line: socket.socket = socket.socket(socket.AF_INET, kind)
        line.bind((self.address, 0))
        port = settings.sip.tls_port if self.transport == "tls" else settings.sip.port
        line.connect((LOOPBACK, port))
        if self.transport == "tls":
            line = unchecked().wrap_socket(line)
        own = "{}:{}".format(*line.getsockname())
        return lambda text: line.sendall(text.encode()), lambda: line.recv(65535).decode(), line.close, own

    def _listen(self) -> None:
        with suppress(Exception):  # the line has ended
            while text := self._receive():
                if text.startswith("SIP/2.0"):
                    self._answers.put(text)
                elif not text.startswith("ACK"):
                    self._answer(text)

    def _answer(self, request: str) -> None:
        is_call = request.startswith("INVITE")
        self.rung += is_call
        kept = re.findall(r"(?mi)^(?:Via|From|To|Call-ID|CSeq|v|f|t|i): .*$", request)
        status = "SIP/2.0 180 Ringing" if is_call else "SIP/2.0 200 OK"
        lines = [each.rstrip() for each in kept]
        lines = [f"{each};tag=raw" if is_call and each.startswith("To:") else each for each in lines]
        self._send(CRLF.join([status, *lines, "Content-Length: 0", "", ""]))

    def registers(self, expires: int = 600) -> int:
        """The code of the last answer to REGISTER, after the challenge was answered."""
        return self.asks("REGISTER", expires)

    def asks(self, method: str, expires: int = 600) -> int:
        """Send a request and answer its challenge; the code of what came at last, 0 for nothing."""
        call, uri = secrets.token_hex(8), f"sip:{LOOPBACK}"
        code, answer = self._ask(method, uri, call, 1, expires, "")
        if code == 401 and (nonce := re.search(r'nonce="([^"]*)"', answer)):
            opaque = re.search(r'opaque="([^"]*)"', answer)
            credentials = self._credentials(method, uri, nonce[1], opaque[1] if opaque else "")
            code, _ = self._ask(method, uri, call, 2, expires, credentials)
        return code

    def _credentials(self, method: str, uri: str, nonce: str, opaque: str) -> str:
        def md5(text: str) -> str:
            return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()

        proof = md5(f"{self.secret}:{nonce}:00000001:{'0' * 8}:auth:{md5(f'{method}:{uri}')}")
        return (
            f'Authorization: Digest username="{self.name}", realm="{REALM}", nonce="{nonce}", uri="{uri}", '
            f'response="{proof}", algorithm=MD5, qop=auth, nc=00000001, cnonce="{"0" * 8}", opaque="{opaque}"'
        )

    def _ask(
        self, method: str, uri: str, call: str, number: int, expires: int, credentials: str
    ) -> tuple[int, str]:
        via = {"udp": "UDP", "tcp": "TCP", "tls": "TLS", "wss": "WSS"}[self.transport]
        to = f"sip:{self.name}@{LOOPBACK}"
        transport = {"wss": ";transport=ws"}.get(self.transport, f";transport={self.transport}")
        lines = [
            f"{method} {uri} SIP/2.0",
            f"Via: SIP/2.0/{via} {self._own};branch=z9hG4bK{secrets.token_hex(6)};rport",
            "Max-Forwards: 70",
            f"From: <{to}>;tag={call[:6]}",
            f"To: <{to}>",
            f"Call-ID: {call}",
            f"CSeq: {number} {method}",
            f"Contact: <sip:{self.name}@{self._own}{transport}>",
            f"Expires: {expires}",
            *([credentials] if credentials else []),
            "Content-Length: 0",
        ]
        self._send(CRLF.join([*lines, "", ""]))
        with suppress(Empty):
            while answer := self._answers.get(timeout=PATIENCE):
                code = int(answer.split()[1])
                if f"Call-ID: {call}" in answer and f"CSeq: {number} " in answer and code >= 200:
                    return code, answer
        return 0, ""


def ha1(name: str, password: str) -> str:
    """What a password is to the other side."""
    return hashlib.md5(f"{name}:{REALM}:{password}".encode(), usedforsecurity=False).hexdigest()
