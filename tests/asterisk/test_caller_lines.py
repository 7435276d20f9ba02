"""Nothing a caller sends is ever a line of ours, neither in the manager interface nor in AGI."""

import socket
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.asterisk.hostile import Hostile
from tests.asterisk.listeners import AgiBytes, AmiBytes
from tests.asterisk.transports import TRANSPORTS, assert_every_line_is_a_header, assert_no_line_of_ours
from tests.kit.instance import HotlineInstance, free_port, running
from tests.kit.seats import until

UDP, TLS, WSS = 1408, 320, 320
AT_ONCE, AT_ONCE_ENCRYPTED = 32, 8
RTP_PORTS = 400


def hostile_calls(hotline: HotlineInstance, transport: str, seed: int, count: int) -> Counter[int]:
    """Answers to so many callers of one seed, one after the other."""
    callers = Hostile(seed)
    with TRANSPORTS[transport](hotline) as telephone:
        return Counter(telephone.calls(callers.address(), *callers.headers()) for _ in range(count))


@pytest.fixture
def roomy(tmp_path: Path) -> Iterator[HotlineInstance]:
    """An exchange with room for all of them at once, though most are callers without a number."""
    rtp = free_port(socket.SOCK_DGRAM, RTP_PORTS)
    ports = {"HOTLINE_RTP__START": str(rtp), "HOTLINE_RTP__END": str(rtp + RTP_PORTS - 1)}
    yield from running(tmp_path / "hotline", ("asterisk",), ports)


def test_two_thousand_hostile_callers_say_nothing(roomy: HotlineInstance) -> None:
    shares = {"UDP": (UDP, AT_ONCE), "TLS": (TLS, AT_ONCE_ENCRYPTED), "WSS": (WSS, AT_ONCE_ENCRYPTED)}
    with AmiBytes(roomy) as ami, AgiBytes(roomy) as agi:
        with ThreadPoolExecutor(AT_ONCE) as several:
            calls = [
                several.submit(hostile_calls, roomy, name, seed, count // callers)
                for name, (count, callers) in shares.items()
                for seed in range(callers)
            ]
            answers = [each.result() for each in calls]
        ami.asks("Ping", ActionID="all")
        until(lambda: b"ActionID: all" in ami.bytes)
    udp, others = sum(answers[:AT_ONCE], Counter()), sum(answers[AT_ONCE:], Counter())
    assert_no_line_of_ours(bytes(ami.bytes))
    assert_every_line_is_a_header(bytes(ami.bytes))
    for session in agi.sessions:
        assert_no_line_of_ours(session)
    assert len(agi.sessions) >= udp[200]
    assert udp[200] > UDP // 2 and others[200] == 0
