"""Whose number it is: the first that a header holds; and who wants to be nobody."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.asterisk.listeners import AgiBytes, AmiBytes
from tests.asterisk.transports import by_udp
from tests.kit.instance import HotlineInstance, running
from tests.kit.seats import until

A, B, NOBODY = b"13900000001", b"13900000002", b"unknown"
FROM_A, FROM_B = b"<sip:13900000001@h>", b"<sip:13900000002@h>"
ANONYMOUS, UNAVAILABLE = b"<sip:anonymous@anonymous.invalid>", b"<sip:unavailable@unknown.invalid>"
ASSERTED, PARTY = b"P-Asserted-Identity: %s\r\n", b"Remote-Party-ID: %s;party=calling\r\n"

CALLS = (
    (A, FROM_A),
    (A, b'"a<b>:c@d;e" <sips:13900000001:x@[2001:db8::1];user=phone>'),
    (A, b"<tel:139-0000-(0001);phone-context=x>"),
    (A, '"李四" <sip:13900000001@h>'.encode("gbk")),
    (A, b'"' + b"A" * 3000 + b'" <sip:13900000001@h>'),
    (b"110", b"<sip:110@h>"),
    (b"00861012345678", b"<sip:00861012345678@h>"),
    (b"1234567890123456", b"<sip:1234567890123456@h>"),
    (NOBODY, ANONYMOUS),
    (NOBODY, b"<sip:h>"),
    (NOBODY, b"<sip:-@h>"),
    (b"+8613900000001", b"<sip:%2b8613900000001@h>"),
    (NOBODY, b"<sip:139%2000000001@h>"),
    (NOBODY, b"<sip:user2024-7@h>"),
    (NOBODY, b"<sip:2024x7@h>"),
    (b"+13800001234", b"<sip:+1-380-000-1234@h>"),
    (b"+8613900000002", UNAVAILABLE, ASSERTED % b"<sip:13900000002@h>, <tel:+8613900000002>"),
    (B, FROM_A, ASSERTED % b"\r\n <tel:13900000002>"),
    (B, FROM_A, PARTY % b'"x" <sip:13900000002@h>'),
    (A, FROM_A, ASSERTED % b""),
    (A, FROM_A, ASSERTED % b"<sip:gateway.example>"),
    (A, FROM_A, ASSERTED % b'"gateway" <sip:gateway@h>', PARTY % b"<sip:trunk@h>"),
    (B, UNAVAILABLE, b"Remote-Party-ID: " + FROM_B + b";privacy=off\r\n"),
    (B, FROM_A, ASSERTED % FROM_B, b"Privacy: none\r\n"),
    (B, FROM_A, ASSERTED % FROM_B, b"Privacy: None; critical\r\n"),
    (B, FROM_A, ASSERTED % FROM_B, b"Privacy: history\r\n"),
    (A, b'"Anonymous" ' + FROM_A),  # a name, and no wish: gateways write it where they know none
    (A, b'"privacy=full" ' + FROM_A),
    (NOBODY, ANONYMOUS, ASSERTED % ANONYMOUS, PARTY % ANONYMOUS),
)


WITHHELD = (
    (A, FROM_A, b"Privacy: id\r\n"),
    (A, FROM_A, b"Privacy: user\r\n"),
    (A, FROM_A, b"Privacy: header;id;critical\r\n"),
    (A, FROM_A, b"privacy:  ID ;\r\n critical\r\n"),
    (A, FROM_A, b"Privacy: none, id\r\n"),
    (A, FROM_A, b"Privacy: session\r\n"),  # whatever more is wanted: in doubt the wish counts
    (A, FROM_A, b"Privacy: " + b"x" * 3000 + b"\r\n"),
    (A, FROM_A, b'Privacy: id"),Hangup(),("${SHELL(id)}%0d%0a\r\n'),
    (B, ANONYMOUS, ASSERTED % FROM_B, b"Privacy: id\r\n"),
    (B, ANONYMOUS, ASSERTED % FROM_B),
    (B, b'"x" <sip:Anonymous@10.0.0.1>', ASSERTED % FROM_B),
    (B, b"<sip:restricted@h>", ASSERTED % FROM_B),
    (B, FROM_A, ASSERTED % FROM_B, b"Privacy: user;id\r\n"),
    (B, FROM_A, ASSERTED % ANONYMOUS, PARTY % FROM_B),
    (B, FROM_A, b"Remote-Party-ID: " + FROM_B + b";privacy=full\r\n"),
    (B, ANONYMOUS, b"Remote-Party-ID: " + FROM_B + b";screen=yes;privacy=full\r\n"),
    (B, FROM_A, b"Remote-Party-ID: " + FROM_B + b';privacy="uri"\r\n'),
    (A, FROM_A, PARTY % ANONYMOUS),
    (b"+8613900000001", b"<tel:+86-139-0000-0001>", b"Privacy: id\r\n"),
)
"""The number that is kept apart, and what is sent."""


@pytest.fixture(scope="module")
def hotline(tmp_path_factory: pytest.TempPathFactory) -> Iterator[HotlineInstance]:
    folder: Path = tmp_path_factory.mktemp("callers")
    yield from running(folder / "hotline", ("asterisk",), {})


def test_the_first_header_with_a_number(hotline: HotlineInstance) -> None:
    with AgiBytes(hotline) as agi, by_udp(hotline) as telephone:
        for _, address, *headers in CALLS:
            assert telephone.calls(address, *headers) == 200
        assert told(agi) == [number for number, *_ in CALLS]
    assert not list(hotline.settings.spool_dir.glob("*.withheld"))
    log = (hotline.settings.state_dir / "asterisk" / "log" / "queue_log").read_text()
    arrived = re.findall(r"\|ARRIVED\|(\d*)", log)
    assert "0013800001234" in arrived and "13800001234" not in arrived, (
        "abroad, and no mobile number of China"
    )
    assert {"8613900000001", "8613900000002"} <= set(arrived)


def test_whoever_wants_to_be_nobody_is(hotline: HotlineInstance) -> None:
    """Our programs see no number; the file has the one the network sent, and no log of Asterisk's."""
    kept = []
    with AmiBytes(hotline) as ami, AgiBytes(hotline) as agi, by_udp(hotline) as telephone:
        for _, address, *headers in WITHHELD:
            assert telephone.calls(address, *headers) == 200
            for file in hotline.settings.spool_dir.glob("*.withheld"):
                kept.append(file.read_bytes())
                file.unlink()
        assert told(agi) == [NOBODY] * len(WITHHELD)
        assert kept == [number for number, *_ in WITHHELD]
        ami.asks("Ping", ActionID="all")
        until(lambda: b"ActionID: all" in ami.bytes)
        told_to_all = bytes(ami.bytes), *map(bytes, agi.sessions)
    log = hotline.state_dir / "asterisk" / "log"
    written = [file.read_bytes() for file in log.iterdir() if file.name != "queue_log"]
    lately = (log / "queue_log").read_bytes().splitlines()[-len(WITHHELD) :]
    assert not [each for each in (*told_to_all, *written, *lately) if b"139000000" in each]


def told(agi: AgiBytes) -> list[bytes]:
    return [number for session in agi.sessions for number in re.findall(rb"agi_callerid: (.*)\n", session)]
