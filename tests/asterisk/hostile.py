"""Headers that nobody in good faith sends: made anew from a seed, always the same."""

import random
from collections.abc import Iterator

MARK = b"Zq7"
"""Stands in all that is hostile; nothing of ours holds it."""

LINES = (
    b"Event: QueueMemberRemoved\r\nMemberName: Zq7",
    b"Zq7: 1",
    b"200 result=5 (Zq7)",
    b"HANGUP Zq7",
    b"agi_arg_1: Zq7",
    b"Response: Success\r\nMessage: Zq7",
    b"ActionID: Zq7\r\nUniqueid: Zq7",
)
"""What a caller would like to say to our programs."""
BREAKS = (b"\r\n", b"\n", b"\r", b"\r\n\r\n", b"\n\n", b"\x0b", b"\x00", b"\xc2\x85", b"\xe2\x80\xa8")
STRANGE = (
    b"${GLOBAL(SPOOL)}",
    b"$[1/0]",
    b"${SHELL(id)}",
    b"):0:9(",
    b"),Set(X=1",
    b'"',
    b"\\",
    b'\\"',
    b",;&|",
    b"}{",
    b"<sip:110@x>",
    b"'",
    b"\xff\xfe",
    "李四".encode(),
    "李四".encode("gbk"),
    b"A" * 1200,
    b"9" * 300,
    b"%00",
    b"%25%30%64",
    b"",
)
ADDRESSES = (
    b"P-Asserted-Identity",
    b"P-Preferred-Identity",
    b"Remote-Party-ID",
    b"Diversion",
    b"History-Info",
)
KINDS = (*ADDRESSES, b"X-Hotline", b"User-Agent", b"Subject", b"Privacy", b"Accept-Language", b"Reason")
ALLOWED = b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.!~*'()+$,"
SOME = 0.1
"""So much of all is what PJSIP takes for no SIP at all, and drops."""


def escaped(text: bytes) -> bytes:
    """Percent-encoded, as in the user part of an address."""
    return b"".join(bytes([each]) if each in ALLOWED else b"%%%02x" % each for each in text)


def on_one_line(text: bytes) -> bytes:
    """Without control characters; line breaks are said with a percent sign."""
    spelled = text.replace(b"\r", b"%0d").replace(b"\n", b"%0a")
    return bytes(each for each in spelled if each >= 0x20 and each != 0x7F)


def folded(text: bytes) -> bytes:
    """With line breaks as a header may have them: a blank follows."""
    return text.replace(b"\r\n", b"\n").replace(b"\r", b"\n").replace(b"\n", b"\r\n ")


class Hostile:
    """One caller after the other, of one seed."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)  # noqa: S311 - the same each time

    def text(self) -> bytes:
        """Number, breaks, lines and strange things in any order."""
        pieces = [b"13900000001"[: self._random.randrange(12)], MARK]
        for _ in range(self._random.randrange(1, 4)):
            line = self._random.choice(BREAKS) + self._random.choice(LINES) + self._random.choice(BREAKS)
            pieces.append(self._random.choice((line, line, self._random.choice(STRANGE))))
        if self._random.random() < 0.3:
            self._random.shuffle(pieces)
        return b"".join(pieces)

    def user(self) -> bytes:
        """A user part: hostile most of the time, else a number."""
        return escaped(self.text()) if self._random.random() < 0.8 else b"13900000002"

    def address(self) -> bytes:
        """A name-addr, as From has it; some are none."""
        odd = self._random.random() < SOME
        name = self._random.choice((b"", b"", self.name(), folded(self.text()) if odd else b"zh"))
        uri = self._random.choice((b"sip:%b", b"tel:%b", b"%b")) if odd else b"sip:%b@127.0.0.1"
        inside = uri % self.user()
        if self._random.random() < 2 * SOME:
            inside += b";Zq7=" + escaped(self.text())
        return name + b" <" + inside + b">"

    def name(self) -> bytes:
        """A display name in quotes; seldom with line breaks, which end the header."""
        text = self.text().replace(b"\\", b"\\\\").replace(b'"', b'\\"')
        return b'"' + (folded(text) if self._random.random() < SOME else on_one_line(text)) + b'"'

    def headers(self) -> Iterator[bytes]:
        """Headers beside From."""
        for kind in self._random.choices(KINDS, k=self._random.randrange(4)):
            value = self.address() if kind in ADDRESSES else on_one_line(self.text())
            if self._random.random() < SOME:
                value += folded(self.text())
            yield kind + b": " + value + b"\r\n"
