"""What an archive may hold: regular files with names of ours, each within its size; all else is refused.

``tarfile`` only takes the stream apart. It never unpacks: ``filter=`` is missing in Debian 12's Python
3.11.2, and was got round in later ones.
"""

import re
import tarfile
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO, Protocol, Self, cast

from hotline.documents import document_store
from hotline.recordings import spool, store
from hotline.running.seal_key import BackupError

SQLITE_COPY = "hotline.db"
POSTGRESQL_COPY = "hotline.pgdump"
KEPT_SECRETS = ("seats.json", "asterisk.pem")
"""What desk phones know, too: a restored hotline has to have the same. Others are made anew at the start."""

_LONGEST_NAME = 200
_PAX_BYTES = 4096
_PAX_KEYS = {"mtime", "size"}  # what older versions wrote: fractions of seconds, and more than 8 GiB
_SOUND = 4 << 30  # a WAV file counts in 32 bits
_DOCUMENT = 1 << 30  # pictures that are drawn anew may become larger than what was handed in
_NO_LIMIT = 1 << 62
_LEFT_OUT = re.compile(r"secrets/(ami|web-session-key)|spool/[A-Za-z0-9][A-Za-z0-9.-]*\.(lock|json-partial)")
"""What older versions packed and a restored hotline makes for itself."""


@dataclass(frozen=True)
class ArchiveEntry:
    """A file of the archive; ``modified`` in seconds since 1970, as the archive says it."""

    name: str
    size: int
    modified: float
    content: IO[bytes]


def limit(name: str) -> int | None:
    """How many bytes a file of this name may have; None for a name that is none of ours."""
    folder, _, rest = name.partition("/")
    if not name.isascii() or not name.isprintable() or len(name) > _LONGEST_NAME:
        return None
    if name in (SQLITE_COPY, POSTGRESQL_COPY):
        return _NO_LIMIT
    if folder == "secrets" and rest in KEPT_SECRETS:
        return 1 << 20
    if folder == "store" and store.is_key(rest):
        return _SOUND
    if folder == "documents" and document_store.is_key(rest):
        return _DOCUMENT
    if folder == "spool" and spool.is_part(rest):
        return _SOUND
    return 64 << 10 if folder == "spool" and spool.is_note(rest) else None


class _Header(tarfile.TarInfo):
    """A header of a regular file; every other is refused before ``tarfile`` acts on it."""

    @classmethod
    def frombuf(cls, buf: bytes | bytearray, encoding: str, errors: str) -> Self:
        header = super().frombuf(buf, encoding, errors)
        plain = header.type in (tarfile.REGTYPE, tarfile.AREGTYPE)
        note = header.type in (tarfile.XHDTYPE, tarfile.GNUTYPE_LONGNAME) and header.size <= _PAX_BYTES
        if not (plain or note) or header.size < 0:
            raise BackupError(
                f"the archive holds {header.name!r}, which is no regular file: this is no backup of ours"
            )
        return header


class Readable(Protocol):
    """A stream of bytes."""

    def read(self, size: int, /) -> bytes: ...


class _Counted:
    """Counts what is read of a stream and remembers its end."""

    def __init__(self, stream: Readable) -> None:
        self._stream, self.length = stream, 0
        self._tail: deque[bytes] = deque(maxlen=4)

    def read(self, size: int) -> bytes:
        data = self._stream.read(size)
        self.length += len(data)
        if data:
            self._tail.append(data)
        return data

    def rest(self, offset: int) -> bytes:
        """What stands from ``offset`` on, if that is not long ago."""
        while self.read(tarfile.RECORDSIZE):
            pass
        tail = b"".join(self._tail)
        return tail[max(0, len(tail) - (self.length - offset)) :]


def entries(stream: Readable) -> Iterator[ArchiveEntry]:
    """The files of an archive, one after the other; each is read before the next is asked for.

    Raises BackupError, with what is wrong, at the first thing that no backup of ours has.
    """
    counted, seen = _Counted(stream), set[str]()
    try:
        with tarfile.open(fileobj=cast(IO[bytes], counted), mode="r|", tarinfo=_Header) as tar:
            while (member := tar.next()) is not None:
                tar.members = []  # type: ignore[attr-defined] # it would remember all of them
                if _wanted(member, seen) and (content := tar.extractfile(member)):
                    yield ArchiveEntry(member.name, member.size, member.mtime, content)
            _must_end(counted, tar.offset)
    except (tarfile.TarError, RecursionError, ValueError, OverflowError) as problem:
        raise BackupError(f"the archive is no whole archive ({problem}): it is cut off, or damaged") from None


def _wanted(member: tarfile.TarInfo, seen: set[str]) -> bool:
    """Whether the file is to be restored. Raises BackupError where it, or its name, is none of ours."""
    name = member.name
    if not member.isreg() or member.issparse() or set(member.pax_headers) - _PAX_KEYS:
        raise BackupError(
            f"the archive holds {name!r}, which is no plain regular file: this is no backup of ours"
        )
    if name.lower() in seen:
        raise BackupError(f"the archive holds {name!r} twice: this is no backup of ours")
    seen.add(name.lower())
    if _LEFT_OUT.fullmatch(name):
        return False
    allowed = limit(name)
    if allowed is None:
        raise BackupError(f"the archive holds {name!r}, which is no name of ours: this is no backup of ours")
    if not 0 <= member.size <= allowed:
        raise BackupError(
            f"the archive holds {name!r} with {member.size} bytes, too many: this is no backup of ours"
        )
    return True


def _must_end(counted: _Counted, offset: int) -> None:
    """``tarfile`` takes anything it cannot read for the end: only zeros are."""
    rest = counted.rest(offset)
    held = counted.length - offset
    if held != len(rest) or held < 2 * tarfile.BLOCKSIZE or any(rest):
        raise tarfile.ReadError("no end where it should be")
