"""A request of which a part is here: whether it is whole, too long, or too slow."""

import re
import time

HEAD_BYTES = 32 * 1024
BODY_BYTES = 512 * 1024
"""Twice as much as the application takes, which has a page for who typed a little too much."""
HEAD_SECONDS, BODY_SECONDS = 10.0, 20.0
"""However steadily it trickles; a page's form is a few hundred bytes."""

LENGTH = re.compile(rb"^content-length[ \t]*:[ \t]*(\d+)[ \t]*\r?$", re.IGNORECASE | re.MULTILINE)
CHUNKED = re.compile(rb"^transfer-encoding[ \t]*:", re.IGNORECASE | re.MULTILINE)


class Unfinished:
    """What has come of a connection's next request, and when it is given up."""

    def __init__(self, address: str, data: bytes) -> None:
        self.address = address
        self.data = bytearray(data)
        self.length = 0
        """Of the whole request, once its head is here."""
        self.gives_up = time.monotonic() + HEAD_SECONDS

    def problem(self) -> str:
        """Look at what is here; why it is refused, if it is."""
        if not self.length:
            end = self.data.find(b"\r\n\r\n")
            if (len(self.data) if end < 0 else end) > HEAD_BYTES:
                return "431 Request Header Fields Too Large"
            if end < 0:
                return ""
            head = bytes(self.data[: end + 2])
            if CHUNKED.search(head):
                return "411 Length Required"  # no browser sends a form so, and its end is not known
            said = LENGTH.search(head)
            digits = (said[1].lstrip(b"0") if said else b"") or b"0"
            if len(digits) > 15 or int(digits) > BODY_BYTES:  # Python refuses to read thousands of digits
                return "413 Content Too Large"
            self.length = end + 4 + int(digits)
            self.gives_up = time.monotonic() + BODY_SECONDS
        return ""

    @property
    def is_whole(self) -> bool:
        """Whether a thread can answer it without waiting."""
        return bool(self.length) and len(self.data) >= self.length
