"""Bound to every network card, as the guide to installing has it: callers get in by UDP, nobody else does."""

import pytest

from tests.asterisk.listeners import AgiBytes
from tests.asterisk.transports import TRANSPORTS
from tests.kit.instance import HotlineInstance

CITIZEN = b"<sip:13900000001@127.0.0.1>"
EVERY_CARD = {"parts": ("asterisk",), "HOTLINE_SIP__BIND": "0.0.0.0"}  # noqa: S104 - in this test only


@pytest.mark.parametrize("hotline_instance", [EVERY_CARD], indirect=True)
def test_callers_get_in_by_udp_alone(hotline_instance: HotlineInstance) -> None:
    answers = {}
    with AgiBytes(hotline_instance) as agi:
        for name, line in TRANSPORTS.items():
            with line(hotline_instance) as telephone:
                answers[name] = telephone.calls(CITIZEN)
    assert answers == {"UDP": 200, "TLS": 403, "WSS": 404}
    assert len(agi.sessions) == 1
