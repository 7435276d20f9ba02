"""A request of which a part is here: whether it is whole, too long, or too slow.

Files are collected in a file that has no name, and so is gone with the process; all else in memory.
"""

import re
import shutil
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from hotline.documents.document_store import ROOM_FOR_CALLS
from web.uploads import REQUEST_LINE

HEAD_BYTES = 32 * 1024
BODY_BYTES = 512 * 1024
"""Twice as much as the application takes, which has a page for who typed a little too much."""
HEAD_SECONDS, BODY_SECONDS = 10.0, 20.0
"""However steadily it trickles; a page's form is a few hundred bytes."""
FILES_SECONDS = 300.0
"""For a request with files: 20 MiB at 0.6 Mbit/s."""

LENGTH = re.compile(rb"^content-length[ \t]*:[ \t]*(\d+)[ \t]*\r?$", re.IGNORECASE | re.MULTILINE)
CHUNKED = re.compile(rb"^transfer-encoding[ \t]*:", re.IGNORECASE | re.MULTILINE)
_BLOCK = 64 * 1024


@dataclass(frozen=True)
class FilesTaken:
    """How many bytes a request with files may have, and where they are collected."""

    most_bytes: int
    folder: Path


NO_FILES = FilesTaken(0, Path())


class Unfinished:
    """What has come of a connection's next request, and when it is given up."""

    def __init__(self, address: str, data: bytes, files: FilesTaken = NO_FILES) -> None:
        self.address = address
        self.data = bytearray(data)
        self.length = 0
        """Of the whole request, once its head is here."""
        self.gives_up = time.monotonic() + HEAD_SECONDS
        self._files = files
        self.collected: IO[bytes] | None = None
        """Where a request with files is collected."""

    @property
    def has_come(self) -> int:
        """So many bytes of it are here."""
        return self.collected.tell() if self.collected else len(self.data)

    def add(self, data: bytes) -> None:
        """Something has come. Raises OSError where it cannot be kept."""
        if self.collected:
            self.collected.write(data)
        else:
            self.data += data

    def problem(self) -> str:
        """Look at what is here; why it is refused, if it is. Raises OSError for want of room."""
        if self.length:
            return "400 Bad Request" if self.collected and self.has_come > self.length else ""
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
        has_files = self._files.most_bytes > BODY_BYTES and REQUEST_LINE.match(head) is not None
        most = self._files.most_bytes if has_files else BODY_BYTES
        if len(digits) > 15 or int(digits) > most:  # Python refuses to read thousands of digits
            return "413 Content Too Large"
        self.length = end + 4 + int(digits)
        is_large = self.length > BODY_BYTES
        if is_large and shutil.disk_usage(self._files.folder).free < self.length + ROOM_FOR_CALLS:
            return "507 Insufficient Storage"
        self.gives_up = time.monotonic() + (FILES_SECONDS if is_large else BODY_SECONDS)
        if is_large:
            self.collected = tempfile.TemporaryFile(dir=self._files.folder)  # noqa: SIM115 - closed when handed on
            self.collected.write(self.data)
        return ""

    @property
    def is_whole(self) -> bool:
        """Whether a thread can answer it without waiting."""
        return bool(self.length) and self.has_come >= self.length

    def hand_on(self, unreader: Any) -> None:
        """Let gunicorn read it: what is in memory at once, a file piece by piece."""
        if self.collected is None:
            unreader.unread(bytes(self.data))
            return
        self.collected.seek(0)
        unreader.chunk = _first_of(self.collected, unreader.chunk)

    def close(self) -> None:
        """It is given up."""
        if self.collected:
            self.collected.close()


def _first_of(file: IO[bytes], then: Callable[..., bytes]) -> Callable[..., bytes]:
    """Reads the file to its end, and afterwards what comes next."""

    def chunk(size_hint: int | None = None) -> bytes:
        if not file.closed:
            if data := file.read(max(size_hint or 0, _BLOCK)):
                return data
            file.close()
        return then(size_hint)

    return chunk
