"""How the ports for sound are shared out: by the settings alone, and never to nobody."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotline.calls import call_limits
from hotline.sections import Rtp, Seats, Sip
from hotline.settings_file import Settings


def limits(ports: int, seats: int, outbound: str = "") -> call_limits.CallLimits:
    rtp = Rtp(start=10000, end=10000 + ports - 1)
    return call_limits.limits_of(Settings(rtp=rtp, seats=Seats(count=seats), sip=Sip(outbound=outbound)))


@pytest.fixture(autouse=True)
def processors(monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine on which the ports are the limit."""
    monkeypatch.setattr(call_limits, "processors", lambda: 16)


def test_the_built_in_settings() -> None:
    found = limits(1000, 16)
    assert (found.callers, found.unknown, found.number, found.seats) == (368, 122, 122, 32)
    assert (found.unknown_at_seats, found.channels, found.web_sessions) == (23, 564, 264)


@pytest.mark.parametrize(("machine", "callers"), [(1, 150), (2, 300), (16, call_limits.MOST_CALLS)])
def test_no_more_callers_than_the_machine_serves(
    monkeypatch: pytest.MonkeyPatch, machine: int, callers: int
) -> None:
    monkeypatch.setattr(call_limits, "processors", lambda: machine)
    found = limits(10_000, 16)
    assert (found.callers, found.unknown) == (callers, callers // 3)


def test_callbacks_need_ports_too() -> None:
    assert limits(1000, 16, "trunk.example:5060").seats == 48


@given(st.integers(10, 40_000), st.integers(1, 200))
def test_there_is_always_room_for_the_next_call(ports: int, seats: int) -> None:
    found = limits(ports, seats)
    assert 1 <= found.unknown <= found.callers
    assert 1 <= found.number <= max(1, found.callers // 3)
    assert found.callers + found.seats < ports // 2 <= found.channels
    assert found.web_sessions > 2 * seats + 100
