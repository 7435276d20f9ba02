"""The key of the seals: 64 hexadecimal digits in a file for this user alone, apart from what it seals."""

import hashlib
import os
import re
import secrets
import stat
from pathlib import Path

from hotline.private import write_private

_KEY = re.compile(r"[0-9a-f]{64}\n?")


class BackupError(Exception):
    """A backup cannot be made or restored; the message says what to do."""


def key_id(key: bytes) -> bytes:
    """What tells two keys apart and nothing about either: 16 hexadecimal digits."""
    return hashlib.sha256(b"which key of hotline backups: " + key).hexdigest()[:16].encode()


def make_key(file: Path) -> bool:
    """Make the key of the seals where there is none yet; whether it was made. Raises BackupError."""
    if file.exists():
        return False
    try:
        file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        write_private(file, secrets.token_hex(32) + "\n")
    except OSError as problem:
        raise BackupError(
            f"the key of the backups cannot be kept in {file} ({problem.strerror}): name another place in "
            "backup.key_file, apart from the state directory and from the backups"
        ) from None
    return True


def read_key(file: Path) -> bytes:
    """The key of the seals. Raises BackupError when it is missing, not a key, or not ours alone."""
    try:
        with file.open(encoding="ascii") as opened:
            found = os.fstat(opened.fileno())
            text = opened.read(100)
    except (OSError, ValueError) as problem:
        raise BackupError(
            f"the key of the backups cannot be read from {file} ({problem}): bring it there, or name "
            "its place in backup.key_file"
        ) from None
    if not _KEY.fullmatch(text):
        raise BackupError(
            f"{file} is not a key of backups (64 hexadecimal digits): bring back the right file"
        )
    if found.st_uid != os.geteuid() or stat.S_IMODE(found.st_mode) & 0o077:
        raise BackupError(f"{file} is not for you alone: chown it to this user and run: chmod 600 {file}")
    return bytes.fromhex(text)
