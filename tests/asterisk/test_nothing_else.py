"""Nothing is dialled but the office's number: no star code, no special extension, on no other line."""

import re
import socket
import ssl
from contextlib import closing, suppress
from pathlib import Path

import pytest

from tests.asterisk.day import calling
from tests.kit.instance import HotlineInstance
from tests.kit.lines.sip import Dialog
from tests.kit.seats import SeatPhone, sign_in

PATIENCE = 10.0
PICK_UP = ("*8", "*8seat01", "**", "")
"""What takes a call that rings elsewhere, where it is not switched off. Switched off is an empty setting, so
no number at all may be such a code."""
STAR_CODES = ("*", "*0", "*1", "*2", "*67", "*69", "*72", "*78", "*82", "*97", "*98", "**21*110%23", "*%23")
SPECIAL = ("%23", "s", "h", "t", "i", "o", "a", "e", "T", "S", "fax", "talk", "hang", "failed", "ringing")
NUMBERS = ("0", "00", "1", "7", "70", "700", "701", "110", "112", "911", "2391555*", "*2391555", "2391555%23")
CONTEXTS = ("answer", "caller", "over", "script", "reserve", "seats", "wrap-up", "from-trunk", "from-seat")
PLACES = (
    "seat01",
    "seat01-web",
    "trunk",
    "outbound",
    "browser",
    "Local%2Fs",
    "PJSIP%2Fseat01",
    "s@answer",
    "%00",
)
DIALLED = (*PICK_UP, *STAR_CODES, *SPECIAL, *NUMBERS, *CONTEXTS, *PLACES)
REFUSED = range(400, 700)


def invitation(hotline: HotlineInstance, number: str, own_port: int) -> bytes:
    """An INVITE from the trunk; without a number it has none of the @ either."""
    target = ("127.0.0.1", hotline.sip_port)
    text = Dialog(target, number.replace("@", "%40"), b"13800001234", own_port, own_port + 1).invite()
    return text.replace(b"sip:@", b"sip:")


def trunk_dials(hotline: HotlineInstance, number: str) -> list[int]:
    """The codes of all answers to it, until one is the last."""
    with closing(socket.socket(socket.AF_INET, socket.SOCK_DGRAM)) as line:
        line.bind(("127.0.0.1", 0))
        line.settimeout(PATIENCE)
        line.sendto(invitation(hotline, number, line.getsockname()[1]), ("127.0.0.1", hotline.sip_port))
        codes: list[int] = []
        while not codes or codes[-1] < 200:
            if found := re.match(rb"SIP/2.0 (\d+)", line.recv(65535)):
                codes.append(int(found[1]))
        return codes


@pytest.mark.parametrize("number", DIALLED)
def test_the_trunk_reaches_nothing_else(shared_hotline: HotlineInstance, number: str) -> None:
    *before, last = trunk_dials(shared_hotline, number)
    assert last in REFUSED and set(before) <= {100}
    assert shared_hotline.nobody_calls()


@pytest.mark.parametrize("numbers", [[each for each in DIALLED if each][first::3] for first in range(3)])
def test_a_seats_telephone_reaches_nothing(
    shared_hotline: HotlineInstance, tmp_path: Path, numbers: list[str]
) -> None:
    """A third of them: a telephone's library has room for 32 calls."""
    with SeatPhone(shared_hotline, "seat01", tmp_path) as seat:
        for number in numbers:
            assert seat.dials(number.replace("@", "%40")) in REFUSED, number
        assert not seat.times("recording")
    assert shared_hotline.nobody_calls()


def test_nobody_takes_a_call_that_rings_at_another_seat(day: HotlineInstance, tmp_path: Path) -> None:
    with SeatPhone(day, "seat01", tmp_path) as rung, SeatPhone(day, "seat02", tmp_path) as other:
        sign_in(day, "seat01")
        with calling(day, tmp_path):
            rung.does("ringing")
            for number in PICK_UP:
                assert trunk_dials(day, number)[-1] in REFUSED, number
                assert not number or other.dials(number) in REFUSED, number
            assert not other.times("recording") and not rung.times("recording")


def test_sip_over_plain_tcp_is_not_listened_for(shared_hotline: HotlineInstance) -> None:
    with (
        pytest.raises(ConnectionRefusedError),
        socket.create_connection(("127.0.0.1", shared_hotline.sip_port)),
    ):
        pass


@pytest.mark.parametrize("port", ["tls", "wss", "agi", "ami"])
def test_sip_in_the_clear_is_no_call_at_another_port(shared_hotline: HotlineInstance, port: str) -> None:
    """Where something else is listened for, an INVITE is not SIP: no answer to it begins with SIP/2.0."""
    settings = shared_hotline.settings
    ports = {
        "tls": settings.sip.tls_port,
        "wss": settings.seats.wss_port,
        "agi": settings.agi.port,
        "ami": settings.ami.port,
    }
    with socket.create_connection(("127.0.0.1", ports[port]), PATIENCE) as line:
        line.sendall(
            invitation(shared_hotline, settings.number, 5060).replace(b"SIP/2.0/UDP", b"SIP/2.0/TCP")
        )
        answer = b""
        with suppress(OSError):  # it may have hung up already
            line.shutdown(socket.SHUT_WR)
            while some := line.recv(65535):
                answer += some
    assert b"SIP/2.0" not in answer
    assert shared_hotline.nobody_calls()


def test_a_trunk_over_tls_reaches_nothing(shared_hotline: HotlineInstance) -> None:
    """The seats' port is not the trunk's, though the address is."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    tls_port, number = shared_hotline.settings.sip.tls_port, shared_hotline.settings.number
    with context.wrap_socket(socket.create_connection(("127.0.0.1", tls_port), PATIENCE)) as line:
        line.sendall(invitation(shared_hotline, number, 5060).replace(b"SIP/2.0/UDP", b"SIP/2.0/TLS"))
        answer = b""
        while not (final := re.search(rb"SIP/2.0 ([2-6]\d\d)", answer)):
            some = line.recv(65535)
            assert some, "it has hung up without an answer"
            answer += some
    assert int(final[1]) in REFUSED
