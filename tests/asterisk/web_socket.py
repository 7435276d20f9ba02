"""A browser's line to the exchange: where it is cut before it is there, a browser asks again."""

import ssl
import time
from typing import Any

from websockets import Subprotocol
from websockets.exceptions import ConnectionClosed, InvalidHandshake, InvalidStatus
from websockets.sync.client import ClientConnection, connect

PATIENCE = 30.0


def unchecked() -> ssl.SSLContext:
    """The exchange's certificate is its own."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context


def connected(address: str, **more: Any) -> ClientConnection:
    """The line. Raises InvalidStatus where it is refused in so many words; else tries again for a while."""
    give_up = time.monotonic() + PATIENCE
    while True:
        try:
            sip = [Subprotocol("sip")]
            line: ClientConnection = connect(
                address, ssl=unchecked(), subprotocols=sip, open_timeout=PATIENCE, proxy=None, **more
            )
            return line
        except InvalidStatus:
            raise
        except (ConnectionClosed, InvalidHandshake, OSError):
            assert time.monotonic() < give_up
            time.sleep(0.2)
