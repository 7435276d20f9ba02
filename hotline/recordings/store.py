"""The store: where recordings are kept for good, read-only, by an identifier of our own.

Order of a keeping: copy to a temporary name, fsync, rename, fsync the directory. A kill at any line
leaves the spool file untouched and at most a temporary file, which the next keeping replaces.
"""

import os
import re
import shutil
from pathlib import Path

from hotline.durable import READ_ONLY as READ_ONLY
from hotline.durable import make_directories
from hotline.durable import sha256 as sha256
from hotline.durable import sync_directory as sync_directory

_KEY = re.compile(r"[0-9]{4}/[0-9]{2}/[0-9]{2}/[0-9a-f]{32}\.wav")


class StoreError(Exception):
    """A recording cannot be kept or found; it is still where it came from."""


def is_key(key: object) -> bool:
    """Whether this is a key as intake makes them; a row that was tampered with may hold anything."""
    return isinstance(key, str) and _KEY.fullmatch(key) is not None


def path_of(store_dir: Path, key: str) -> Path:
    """Where the recording of a key lies. Raises StoreError for anything that is not one of our keys."""
    if not is_key(key):
        raise StoreError(f"not a key of the store: {key!r}")
    return store_dir / key


def keep(source: Path, store_dir: Path, key: str, digest: str) -> Path:
    """Copy a file into the store under a key; a second keeping of the same bytes changes nothing."""
    target = path_of(store_dir, key)
    if target.exists():
        if sha256(target) != digest:
            raise StoreError(f"{key} is already in the store with other content")
        return target
    make_directories(target.parent)
    partial = target.with_suffix(".partial")
    partial.unlink(missing_ok=True)
    with source.open("rb") as original, partial.open("xb") as copy:
        shutil.copyfileobj(original, copy, 1 << 20)
        copy.flush()
        os.fsync(copy.fileno())
    if sha256(partial) != digest:
        raise StoreError(f"{source.name} changed while it was copied; the next sweep takes it again")
    partial.chmod(READ_ONLY)
    partial.rename(target)
    sync_directory(target.parent)
    return target


def remove(store_dir: Path, key: str) -> None:
    """Delete a file for good; it stays deleted after a loss of power, too. One that is gone is no error."""
    path = path_of(store_dir, key)
    path.unlink(missing_ok=True)
    sync_directory(path.parent)
