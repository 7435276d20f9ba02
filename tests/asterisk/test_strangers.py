"""Whoever is neither the trunk nor a telephone of ours says nothing to our programs, whatever the name."""

import socket
import uuid
from collections.abc import Iterator
from functools import partial

import pytest

from hotline.settings_file import Settings
from tests.asterisk.hostile import MARK
from tests.asterisk.listeners import AmiBytes
from tests.asterisk.transports import (
    TRANSPORTS,
    Telephone,
    assert_every_line_is_a_header,
    assert_no_line_of_ours,
)
from tests.asterisk.web_socket import unchecked
from tests.kit.instance import HotlineInstance
from tests.kit.seats import until

ELSEWHERE = {"parts": ("asterisk",), "HOTLINE_SIP__TRUNK_HOSTS": "127.0.0.2/32"}
EVENT = b"%0d%0a%0d%0aEvent%3a%20" + MARK + b"%0d%0a%0d%0a"
NAMES = (b"x" + EVENT, EVENT, b"%0aResponse%3a%20" + MARK, b"seat01%0d%0aAccountID%3a%20" + MARK)
METHODS: tuple[bytes, ...] = (
    b"INVITE",
    b"REGISTER",
    b"OPTIONS",
    b"MESSAGE",
    b"SUBSCRIBE",
    b"PUBLISH",
    b"REFER",
    b"NOTIFY",
)
METHODS += (b"INFO", b"UPDATE", b"PRACK", b"BYE", b"CANCEL", b"ACK", b"UNHEARD")


def request(method: bytes, name: bytes) -> bytes:
    """A request outside of calls, with the name wherever one may be."""
    address, mark = b"sip:" + name + b"@127.0.0.1", uuid.uuid4().hex.encode()
    return (
        b"%(method)s %(address)s SIP/2.0\r\n"
        b"Via: SIP/2.0/UDP 127.0.0.1:9;rport;branch=z9hG4bK%(mark)s\r\n"
        b"f: <%(address)s>;tag=1\r\nt: <%(address)s>\r\ni: %(mark)s\r\nm: <%(address)s>\r\n"
        b'Authorization: Digest username="%(name)s", realm="petition-hotline", nonce="1", uri="x", '
        b'response="1"\r\n'
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
    assert_no_line_of_ours(bytes(ami.bytes))
    assert_every_line_is_a_header(bytes(ami.bytes))


INVITE = (
    "INVITE sip:{number}@127.0.0.1 SIP/2.0\r\nVia: SIP/2.0/UDP {own};rport;branch=z9hG4bKbanner\r\n"
    "From: <sip:13800001234@127.0.0.1>;tag=1\r\nTo: <sip:{number}@127.0.0.1>\r\nCall-ID: banner\r\n"
    "CSeq: 1 INVITE\r\nContact: <sip:13800001234@{own}>\r\nMax-Forwards: 70\r\n"
    "Content-Type: application/sdp\r\nContent-Length: {length}\r\n\r\n{sdp}"
)
SDP = (
    "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\nm=audio 40000 RTP/AVP 8\r\n"
    "a=rtpmap:8 PCMA/8000\r\n"
)


@pytest.mark.parametrize("hotline_instance", [{"parts": ("asterisk",)}], indirect=True)
def test_nobody_is_told_what_answers(hotline_instance: HotlineInstance) -> None:
    settings = hotline_instance.settings
    told = [answer_of(settings, b"OPTIONS"), answer_of(settings, b"REGISTER"), *answers_to_a_call(settings)]
    for path in ("/", "/ws", "/httpstatus"):
        told.append(asked(settings, path))
    for each in told:
        assert each and b"asterisk" not in each.lower(), each
    assert b"petition-hotline" in told[0] and b"\r\ns=petition-hotline\r\n" in told[2]


def answer_of(settings: Settings, method: bytes) -> bytes:
    """What a stranger's telephone hears: neither a seat nor, by this address, the trunk."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as line:
        line.settimeout(10)
        line.bind(("127.0.0.5", 0))
        line.connect(("127.0.0.1", settings.sip.port))
        line.send(request(method, b"seat01"))
        return line.recv(65535)


def answers_to_a_call(settings: Settings) -> Iterator[bytes]:
    """The first answer to a call that comes with a description of its sound."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as line:
        line.settimeout(20)
        line.bind(("127.0.0.1", 0))
        line.connect(("127.0.0.1", settings.sip.port))
        own = "{}:{}".format(*line.getsockname())
        line.send(INVITE.format(number=settings.number, own=own, sdp=SDP, length=len(SDP)).encode())
        while b"m=audio" not in (answer := line.recv(65535)):
            assert b"asterisk" not in answer.lower(), answer
        yield answer


def asked(settings: Settings, path: str) -> bytes:
    """What the web server of the browsers' telephones says, head and body."""
    with (
        socket.create_connection(("127.0.0.1", settings.seats.wss_port), 10) as line,
        unchecked().wrap_socket(line) as safe,
    ):
        safe.sendall(f"GET {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".encode())
        return b"".join(iter(lambda: safe.recv(65535), b""))
