"""What our programs would read: the raw bytes of Asterisk's manager interface and of its AGI."""

import socket
import socketserver
import threading
from types import TracebackType
from typing import Self

from hotline import heartbeat
from ivr import asterisk_secrets
from tests.kit.instance import HotlineInstance

NAMES = (b"HOTLINE_CALL_ID", b"HOTLINE_STAGE", b"HOTLINE_DIGITS")


class AmiBytes:
    """Everything that the followed account is told, from its log-in on, byte by byte."""

    def __init__(self, hotline: HotlineInstance) -> None:
        self.bytes = bytearray()
        self._line = socket.create_connection(("127.0.0.1", hotline.settings.ami.port))
        user, secret = account(hotline)
        self.asks("Login", Username=user, Secret=secret, Events="on")
        threading.Thread(target=self._read, daemon=True).start()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._line.shutdown(socket.SHUT_RDWR)
        self._line.close()

    def asks(self, action: str, **headers: str) -> None:
        """Send an action; its answer is among the bytes."""
        lines = {"Action": action} | headers
        self._line.sendall("".join(f"{key}: {value}\r\n" for key, value in lines.items()).encode() + b"\r\n")

    def has(self, said: bytes, since: int = 0) -> bool:
        """Whether this was said, from so many bytes on."""
        return self.bytes.find(said, since) >= 0

    def _read(self) -> None:
        while more := self._line.recv(65536):
            self.bytes += more


class AgiBytes:
    """In the place of the FastAGI server: asks each call what our server asks, ends it, keeps all bytes."""

    def __init__(self, hotline: HotlineInstance) -> None:
        self.sessions: list[bytes] = []
        sessions = self.sessions

        class Session(socketserver.StreamRequestHandler):
            def handle(self) -> None:
                read = bytearray()
                while (line := self.rfile.readline()) not in (b"\n", b""):
                    read += line
                for command in (*(b"GET VARIABLE " + name for name in NAMES), b"SET VARIABLE HOTLINE_DONE 1"):
                    self.wfile.write(command + b"\n")
                    read += self.rfile.readline()
                sessions.append(bytes(read))

        class Server(socketserver.ThreadingTCPServer):
            allow_reuse_address = True
            daemon_threads = True
            block_on_close = False
            request_queue_size = 128

        self._server = Server(("127.0.0.1", hotline.settings.agi.port), Session)
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        self._heart = heartbeat.start(hotline.settings.run_dir, "agi")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._heart.set()
        self._server.shutdown()
        self._server.server_close()


def account(hotline: HotlineInstance) -> tuple[str, str]:
    """Name and secret of the account that is told of events."""
    return asterisk_secrets.SERVICE, asterisk_secrets.ami_secret(hotline.settings, asterisk_secrets.SERVICE)
