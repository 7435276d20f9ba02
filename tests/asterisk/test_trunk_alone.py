"""Only the trunk brings calls, and by UDP: browsers do not, though their address may be the trunk's."""

import socket
import ssl
from collections.abc import Iterator
from contextlib import closing

import pytest
from websockets import Subprotocol
from websockets.sync.client import ClientConnection, connect

from tests.kit.conversations import PATIENCE
from tests.kit.instance import HotlineInstance
from tests.kit.lines import sip

FORGED = b"13912345678"


def dialog(hotline: HotlineInstance, own_port: int = 9) -> sip.Dialog:
    return sip.Dialog(("127.0.0.1", hotline.sip_port), "2391555", FORGED, own_port, 9)


@pytest.fixture
def browser(shared_hotline: HotlineInstance) -> Iterator[ClientConnection]:
    """What the web server in front of browsers' telephones lets through: it has this machine's address."""
    unchecked = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)  # a certificate of its own
    unchecked.check_hostname, unchecked.verify_mode = False, ssl.CERT_NONE
    address = f"wss://127.0.0.1:{shared_hotline.settings.seats.wss_port}/ws"
    with connect(
        address, ssl=unchecked, subprotocols=[Subprotocol("sip")], open_timeout=PATIENCE
    ) as connection:
        yield connection


def final(answers: Iterator[bytes]) -> bytes:
    return next(each for each in answers if sip.status(each) >= 200)


def over_websocket(browser: ClientConnection) -> Iterator[bytes]:
    while True:
        message = browser.recv(timeout=PATIENCE)
        yield message if isinstance(message, bytes) else message.encode()


def over_udp(telephone: socket.socket) -> Iterator[bytes]:
    while True:
        yield telephone.recv(65536)


def arrived(hotline: HotlineInstance) -> int:
    """How many calls were taken so far."""
    log = (hotline.state_dir / "asterisk" / "log" / "queue_log").read_text()
    return log.count(f"|ARRIVED|{FORGED.decode()}")


@pytest.mark.parametrize("via", [b"WSS", b"UDP"])
def test_a_browser_is_no_trunk(
    shared_hotline: HotlineInstance, browser: ClientConnection, via: bytes
) -> None:
    before = arrived(shared_hotline)
    asserted = b"P-Asserted-Identity: <sip:13800000000@127.0.0.1>\r\nContent-Type:"
    invite = dialog(shared_hotline).invite().replace(b"SIP/2.0/UDP", b"SIP/2.0/" + via)
    browser.send(invite.replace(b"Content-Type:", asserted))
    assert sip.status(final(over_websocket(browser))) == 404  # nobody: no channel is made at all
    assert arrived(shared_hotline) == before


def test_the_same_call_by_the_trunks_way_is_taken(shared_hotline: HotlineInstance) -> None:
    with closing(socket.socket(socket.AF_INET, socket.SOCK_DGRAM)) as telephone:
        telephone.bind(("127.0.0.1", 0))
        telephone.settimeout(PATIENCE)
        before, own = arrived(shared_hotline), dialog(shared_hotline, telephone.getsockname()[1])
        telephone.sendto(own.invite(), own.hotline)
        answer = final(over_udp(telephone))
        own.to_tag = sip.to_tag(answer)
        telephone.sendto(own.ack(), own.hotline)
        telephone.sendto(own.bye(), own.hotline)
        assert sip.status(answer) == 200
        assert arrived(shared_hotline) == before + 1
