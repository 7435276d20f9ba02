"""The store of documents: read-only files under names of our own, beside that of recordings.

Order of a keeping: a draft in the store's own folder, hashed as it comes, fsync; what it is; pictures drawn
anew, fsync; read-only; rename, fsync of the folder. A kill at any line leaves a draft, which ``sweep``
removes, or at most a whole file without a row, which ``hotline doctor`` tells: nothing in the store itself is
ever swept.
"""

import errno
import hashlib
import os
import re
import shutil
import uuid
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import IO, Protocol

from hotline.documents import images, kinds
from hotline.documents.kinds import DocumentKind
from hotline.documents.refusals import CannotKeep
from hotline.durable import READ_ONLY, make_directories, sha256, sync_directory
from hotline.refusals import Refused

DRAFTS = "incoming"
LEFT_BEHIND_AFTER = timedelta(hours=1)
"""A draft is written in seconds."""
ROOM_FOR_CALLS = 1 << 30
"""Bytes of the disk that documents leave alone: what citizens say comes first."""
_BLOCK = 1 << 20
_KEY = re.compile(rf"[0-9]{{4}}/[0-9]{{2}}/[0-9]{{2}}/[0-9a-f]{{32}}\.(?:{'|'.join(DocumentKind)})")


class Readable(Protocol):
    """Bytes as they come."""

    def read(self, size: int, /) -> bytes: ...


class NotInStore(Exception):
    """A key that is none of ours."""


@dataclass(frozen=True)
class StoredDocument:
    """A file in the store. ``received_sha256``: of what was handed in, which of a picture is another file."""

    key: str
    kind: DocumentKind
    size: int
    sha256: str
    received_sha256: str


def is_key(key: object) -> bool:
    """Whether this is a key as ``keep`` makes them; a row that was tampered with may hold anything."""
    return isinstance(key, str) and _KEY.fullmatch(key) is not None


def path_of(documents_dir: Path, key: str) -> Path:
    """Where the document of a key lies. Raises NotInStore for anything that is not one of our keys."""
    if not is_key(key):
        raise NotInStore(f"not a key of the store: {key!r}")
    return documents_dir / key


def keep(upload: Readable, documents_dir: Path, most_bytes: int, now: datetime) -> StoredDocument:
    """Keep what is read. Raises Refused, for ``file``, and leaves nothing behind then."""
    drafts, name = documents_dir / DRAFTS, uuid.uuid4().hex
    draft, drawn = drafts / f"{name}.partial", drafts / f"{name}.drawn.partial"
    try:
        make_directories(drafts)
        received = _receive(upload, draft, most_bytes)
        kind = kinds.recognise(draft)
        if kind in kinds.PICTURES:
            _draw_anew(draft, drawn, kind)
            drawn.replace(draft)
        size, digest = draft.stat().st_size, sha256(draft) if kind in kinds.PICTURES else received
        key = f"{now:%Y/%m/%d}/{name}.{kind}"
        _place(draft, documents_dir / key)
    except OSError as problem:
        if problem.errno in (errno.ENOSPC, errno.EDQUOT):
            raise Refused("file", CannotKeep.NO_ROOM) from problem
        raise
    finally:
        for each in (draft, drawn):
            with suppress(OSError):
                each.unlink(missing_ok=True)
    return StoredDocument(key, kind, size, digest, received)


def _receive(upload: Readable, draft: Path, most_bytes: int) -> str:
    """Write what is read to a draft; its SHA-256. Raises Refused once it is more than ``most_bytes``."""
    hashed, size = hashlib.sha256(), 0
    with _new(draft) as file:
        while block := upload.read(_BLOCK):
            size += len(block)
            if size > most_bytes:
                raise Refused("file", CannotKeep.TOO_LARGE, most=most_bytes >> 20)
            if shutil.disk_usage(draft.parent).free < ROOM_FOR_CALLS:
                raise Refused("file", CannotKeep.NO_ROOM)
            hashed.update(block)
            file.write(block)
        _make_durable(file)
    return hashed.hexdigest()


def _draw_anew(draft: Path, drawn: Path, kind: DocumentKind) -> None:
    _new(drawn).close()
    images.write_clean(draft, drawn, kind)
    with drawn.open("r+b") as file:
        _make_durable(file)


def _make_durable(file: IO[bytes]) -> None:
    file.flush()
    os.fsync(file.fileno())


def _new(path: Path) -> IO[bytes]:
    """A new file that only the hotline reads."""
    return os.fdopen(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb")


def _place(draft: Path, target: Path) -> None:
    make_directories(target.parent)
    draft.chmod(READ_ONLY)
    draft.rename(target)
    sync_directory(target.parent)


def remove(documents_dir: Path, key: str) -> None:
    """Delete a file for good; it stays deleted after a loss of power, too. One that is gone is no error."""
    path = path_of(documents_dir, key)
    with suppress(FileNotFoundError):
        path.unlink()
        sync_directory(path.parent)


def sweep(documents_dir: Path, now: datetime) -> int:
    """Remove drafts that a killed upload has left behind; how many."""
    count = 0
    for path in (documents_dir / DRAFTS).glob("*.partial"):
        with suppress(FileNotFoundError):  # its upload has come to its end in this moment
            if now.timestamp() - path.stat().st_mtime > LEFT_BEHIND_AFTER.total_seconds():
                path.unlink()
                count += 1
    return count


def keys(documents_dir: Path) -> Iterator[str]:
    """The keys of all files that lie in the store."""
    for path in sorted(documents_dir.glob("*/*/*/*")):
        key = str(path.relative_to(documents_dir))
        if is_key(key) and path.is_file() and not path.is_symlink():
            yield key
