"""A caller over UDP, TLS or a WebSocket, byte by byte, and what must not come of it."""

import re
import socket
import ssl
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress

from tests.asterisk.hostile import MARK
from tests.asterisk.web_socket import connected, unchecked
from tests.kit.conversations import PATIENCE
from tests.kit.instance import HotlineInstance
from tests.kit.lines import sip

SILENT_SECONDS = 0.5
"""So long an answer is waited for: what is no SIP gets none."""
NUMBER = b"2391555"


Send = Callable[[bytes], object]


Receive = Callable[[float], bytes]


class Telephone:
    """One who sends bytes by one transport, and calls again and again."""

    def __init__(self, hotline: HotlineInstance, via: bytes, send: Send, receive: Receive, port: int = 9):
        self._target, self._via, self._port = ("127.0.0.1", hotline.sip_port), via, port
        self._send, self._receive = send, receive

    def calls(self, address: bytes, *headers: bytes, dialled: bytes = NUMBER) -> int:
        """Call, and hang up when the hotline has; the code of its answer, 0 for none."""
        own = sip.Dialog(self._target, NUMBER.decode(), b"x", self._port, 9)
        invite = re.sub(rb"\r\nFrom:.*\r\n", lambda _: b"\r\nFrom: " + address + b";tag=1\r\n", own.invite())
        invite = invite.replace(b"\r\nContent-Type:", b"\r\n" + b"".join(headers) + b"Content-Type:", 1)
        invite = invite.replace(b"INVITE sip:" + NUMBER, b"INVITE sip:" + dialled, 1)
        self.says(invite)
        answer = self._final(own.call_id.encode())
        if not answer:
            return 0
        own.to_tag = sip.to_tag(answer)
        if sip.status(answer) == 200:
            self.says(own.ack())
            self._until_over(own)
        else:
            branch = re.search(rb"branch=([^;]+)", invite)
            assert branch
            self.says(re.sub(rb"branch=[^;]+", b"branch=" + branch[1], own.ack()))
        return sip.status(answer)

    def says(self, message: bytes) -> None:
        """Send a message, as one that comes by this transport."""
        self._send(message.replace(b"SIP/2.0/UDP", b"SIP/2.0/" + self._via))

    def _final(self, call_id: bytes) -> bytes:
        with suppress(TimeoutError):
            seconds = SILENT_SECONDS
            while message := self._receive(seconds):
                if call_id in message and sip.status(message) >= 200:
                    return message
                seconds = PATIENCE if call_id in message else SILENT_SECONDS
        return b""

    def _until_over(self, own: sip.Dialog) -> None:
        while message := self._receive(PATIENCE):
            if message.startswith(b"BYE") and own.call_id.encode() in message:
                self._send(sip.ok(message))
                return


@contextmanager
def by_udp(hotline: HotlineInstance) -> Iterator[Telephone]:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as line:
        line.bind(("127.0.0.1", 0))
        target = ("127.0.0.1", hotline.sip_port)

        def receive(seconds: float) -> bytes:
            line.settimeout(seconds)
            return line.recv(65536)

        port = line.getsockname()[1]
        yield Telephone(hotline, b"UDP", lambda message: line.sendto(message, target), receive, port)


@contextmanager
def by_tls(hotline: HotlineInstance) -> Iterator[Telephone]:
    port = hotline.settings.sip.tls_port
    with ExitStack() as stack:

        def fresh() -> ssl.SSLSocket:
            plain = socket.create_connection(("127.0.0.1", port), PATIENCE)
            return stack.enter_context(unchecked().wrap_socket(plain))

        lines = [fresh()]

        def send(message: bytes) -> None:
            try:
                lines[-1].sendall(message)
            except OSError:  # closed: it was no SIP
                lines.append(fresh())

        def receive(seconds: float) -> bytes:
            lines[-1].settimeout(seconds)
            try:
                message = lines[-1].recv(65536)
            except ConnectionError:
                message = b""
            if not message:
                lines.append(fresh())
            return message

        yield Telephone(hotline, b"TLS", send, receive)


@contextmanager
def by_wss(hotline: HotlineInstance) -> Iterator[Telephone]:
    address = f"wss://127.0.0.1:{hotline.settings.seats.wss_port}/ws"
    with connected(address) as browser:

        def receive(seconds: float) -> bytes:
            return browser.recv(timeout=seconds, decode=False)

        yield Telephone(hotline, b"WSS", browser.send, receive)


TRANSPORTS = {"UDP": by_udp, "TLS": by_tls, "WSS": by_wss}


def assert_no_line_of_ours(read: bytes) -> None:
    """Nothing that is hostile is anywhere in it."""
    at = read.find(MARK)
    assert at < 0, read[max(0, at - 200) : at + 100]


def assert_every_line_is_a_header(read: bytes) -> None:
    """From the greeting on; and it breaks lines nowhere else."""
    _greeting, _, rest = read.partition(b"\r\n")
    lines = rest.split(b"\r\n")[:-1]
    odd = [line for line in lines if line and not re.match(rb"[A-Za-z][A-Za-z0-9()-]*: ?[^\r\n]*$", line)]
    assert odd == []
