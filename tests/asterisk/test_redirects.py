"""Where somebody we call sends us on, the address is told to our programs, and is no line of theirs."""

import re
import socket
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest

from tests.asterisk.hostile import MARK
from tests.asterisk.listeners import AmiBytes
from tests.kit.conversations import PATIENCE
from tests.kit.instance import HotlineInstance, running
from tests.kit.seats import until

ELSEWHERE = b"Contact: <sip:139%%0d%%0a%s%%3a%%201%%0d%%0a@127.0.0.1>\r\n" % MARK
CITIZEN = "HOTLINE_CITIZEN=13900000009,HOTLINE_CALL_ID=callback-1"


@pytest.fixture
def trunk() -> Iterator[socket.socket]:
    """Where callbacks are dialled."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as line:
        line.bind(("127.0.0.1", 0))
        line.settimeout(PATIENCE)
        yield line


@pytest.fixture
def hotline(tmp_path: Path, trunk: socket.socket) -> Iterator[HotlineInstance]:
    outbound = f"127.0.0.1:{trunk.getsockname()[1]}"
    yield from running(tmp_path / "hotline", ("asterisk",), {"HOTLINE_SIP__OUTBOUND": outbound})


def moved(request: bytes) -> bytes:
    """The answer that somebody has moved."""
    kept = re.findall(rb"^(?:Via|From|To|Call-ID|CSeq):.*\r\n", request, re.MULTILINE)
    answer = b"".join((b"SIP/2.0 302 Moved\r\n", *kept, ELSEWHERE, b"Content-Length: 0\r\n\r\n"))
    return re.sub(rb"(\r\nTo: [^\r]*)", rb"\1;tag=1", answer)


def test_who_was_moved_says_nothing(hotline: HotlineInstance, trunk: socket.socket) -> None:
    with AmiBytes(hotline) as ami:
        dial = {"Channel": "Local/s@callback-dial/n", "Application": "Wait", "Data": "1"}
        ami.asks("Originate", **dial, Variable=CITIZEN, Async="true")
        invite, address = trunk.recvfrom(65536)
        trunk.sendto(moved(invite), address)
        until(partial(ami.has, b"Forward: "))
        until(hotline.nobody_calls)
    assert MARK in ami.bytes  # it is told
    assert b"\n" + MARK not in ami.bytes
    assert b"uri_core" in hotline.console("pjsip show endpoint seat01-web").encode()
