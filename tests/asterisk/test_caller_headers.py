"""Whose number it is: of the headers a trunk may send, the first that holds a number."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.asterisk.conftest import running
from tests.asterisk.instance import HotlineInstance
from tests.asterisk.listeners import AgiBytes
from tests.asterisk.test_caller_lines import by_udp

A, B, NOBODY = b"13900000001", b"13900000002", b"unknown"
FROM_A, ANONYMOUS = b"<sip:13900000001@h>", b"<sip:anonymous@anonymous.invalid>"
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
    (b"+8613900000002", ANONYMOUS, ASSERTED % b"<sip:13900000002@h>, <tel:+8613900000002>"),
    (B, FROM_A, ASSERTED % b"\r\n <tel:13900000002>"),
    (B, FROM_A, PARTY % b'"x" <sip:13900000002@h>'),
    (A, FROM_A, ASSERTED % b""),
    (A, FROM_A, ASSERTED % b"<sip:gateway.example>"),
    (A, FROM_A, ASSERTED % b'"gateway" <sip:gateway@h>', PARTY % b"<sip:trunk@h>"),
    (B, FROM_A, ASSERTED % ANONYMOUS, PARTY % b"<sip:13900000002@h>"),
    (NOBODY, ANONYMOUS, ASSERTED % ANONYMOUS, PARTY % ANONYMOUS),
)


@pytest.fixture(scope="module")
def hotline(tmp_path_factory: pytest.TempPathFactory) -> Iterator[HotlineInstance]:
    folder: Path = tmp_path_factory.mktemp("callers")
    yield from running(folder / "hotline", ("asterisk",), {})


def test_the_first_header_with_a_number(hotline: HotlineInstance) -> None:
    told = []
    with AgiBytes(hotline) as agi, by_udp(hotline) as telephone:
        for _, address, *headers in CALLS:
            assert telephone.calls(address, *headers) == 200
        for session in agi.sessions:
            told += re.findall(rb"agi_callerid: (.*)\n", session)
    assert told == [number for number, *_ in CALLS]
    log = (hotline.settings.state_dir / "asterisk" / "log" / "queue_log").read_text()
    arrived = re.findall(r"\|ARRIVED\|(\d*)", log)
    assert "0013800001234" in arrived and "13800001234" not in arrived, (
        "abroad, and no mobile number of China"
    )
    assert {"8613900000001", "8613900000002"} <= set(arrived)
