"""Whoever is neither the trunk nor a telephone of ours says nothing to our programs, whatever the name."""

import uuid
from functools import partial

import pytest

from tests.asterisk.hostile import MARK
from tests.asterisk.instance import HotlineInstance
from tests.asterisk.listeners import AmiBytes
from tests.asterisk.seats import until
from tests.asterisk.test_caller_lines import (
    TRANSPORTS,
    Telephone,
    every_line_is_a_header,
    no_line_of_ours,
)

ELSEWHERE = {"parts": ("asterisk",), "HOTLINE_SIP__TRUNK_HOSTS": "127.0.0.2/32"}
EVENT = b"%0d%0a%0d%0aEvent%3a%20" + MARK + b"%0d%0a%0d%0a"
NAMES = (b"x" + EVENT, EVENT, b"%0aResponse%3a%20" + MARK, b"seat01%0d%0aAccountID%3a%20" + MARK)
METHODS = (b"INVITE", b"REGISTER", b"OPTIONS", b"MESSAGE", b"SUBSCRIBE", b"PUBLISH", b"REFER", b"NOTIFY")
METHODS += (b"INFO", b"UPDATE", b"PRACK", b"BYE", b"CANCEL", b"ACK", b"UNHEARD")


def request(method: bytes, name: bytes) -> bytes:
    """A request outside of calls, with the name wherever one may be."""
    address, mark = b"sip:" + name + b"@127.0.0.1", uuid.uuid4().hex.encode()
    return (
        b"%(method)s %(address)s SIP/2.0\r\n"
        b"Via: SIP/2.0/UDP 127.0.0.1:9;rport;branch=z9hG4bK%(mark)s\r\n"
        b"f: <%(address)s>;tag=1\r\nt: <%(address)s>\r\ni: %(mark)s\r\nm: <%(address)s>\r\n"
        b'Authorization: Digest username="%(name)s", realm="asterisk", nonce="1", uri="x", response="1"\r\n'
        b"CSeq: 1 %(method)s\r\nMax-Forwards: 70\r\nContent-Length: 0\r\n\r\n"
    ) % {b"method": method, b"address": address, b"mark": mark, b"name": name}


def ask_all(telephone: Telephone) -> None:
    for name in NAMES:
        for method in METHODS:
            telephone.says(request(method, name))


@pytest.mark.parametrize("hotline_instance", [ELSEWHERE], indirect=True)
def test_a_stranger_has_no_line(hotline_instance: HotlineInstance) -> None:
    with AmiBytes(hotline_instance) as ami:
        for line in TRANSPORTS.values():
            with line(hotline_instance) as telephone:
                ask_all(telephone)
                at = len(ami.bytes)
                telephone.says(request(b"REGISTER", b"seat01"))
                until(partial(ami.has, b"AccountID: seat01\r\n", at))  # a wrong password is still told
        ami.asks("Ping", ActionID="all")
        until(partial(ami.has, b"ActionID: all"))
    no_line_of_ours(bytes(ami.bytes))
    every_line_is_a_header(bytes(ami.bytes))
