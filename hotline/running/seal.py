"""The seal of an archive: an HMAC-SHA-256 behind its last byte, with a key that lies elsewhere.

An archive is ``payload seal``. The payload is a tar file, or a tar file encrypted by age. The seal is one
line of SEAL_BYTES: a mark, which key made it, and the HMAC of everything in front of the HMAC. Ordinary
``tar`` reads an archive that is not encrypted; it takes the seal for padding.
"""

import hashlib
import hmac
import os
import re
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from hotline.running.seal_key import BackupError, key_id, read_key

_SEAL = re.compile(rb"(\nhotline-seal-1 ([0-9a-f]{16}) )([0-9a-f]{64})\n")
SEAL_BYTES = 98
_AGE = b"age-encryption.org/v1\n"
_CHUNK = 1 << 20

ANOTHER_KEY = (
    "the archive is sealed with another key than {key}: name the right key's file in backup.key_file, or "
    "restore without it by --trust-unsealed"
)
NO_SEAL = (
    "the archive has no seal: it is cut off, or an older version made it. Whoever could write the file "
    "decides what is restored from it; if it was in good hands all the time, restore it with --trust-unsealed"
)


@dataclass(frozen=True)
class CheckedArchive:
    """An archive that was read once from end to end.

    ``sha256`` is the whole file's, as ``sha256sum`` prints it; ``payload`` that of all before the seal.
    """

    length: int
    sha256: str
    payload: str
    sealed: bool
    encrypted: bool


class Sealing:
    """A file to write an archive to: hashes all that passes, and ends it with the seal."""

    def __init__(self, file: IO[bytes], key: bytes) -> None:
        self._file = file
        self._mac = hmac.new(key, digestmod="sha256")
        self._hash = hashlib.sha256()
        self._mark = b"\nhotline-seal-1 " + key_id(key) + b" "

    def write(self, data: bytes) -> int:
        self._mac.update(data)
        self._hash.update(data)
        return self._file.write(data)

    def flush(self) -> None:
        self._file.flush()

    def finish(self) -> str:
        """Write the seal and return the SHA-256 of the whole file, in hexadecimal."""
        self.write(self._mark)
        tag = self._mac.hexdigest().encode() + b"\n"
        self._hash.update(tag)
        self._file.write(tag)
        return self._hash.hexdigest()


class Payload:
    """What stands before the seal, from its beginning; hashes what is read of it."""

    def __init__(self, file: IO[bytes], length: int) -> None:
        file.seek(0)
        self._file, self._left, self._hash = file, length, hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        data = self._file.read(self._left if size < 0 else min(size, self._left))
        self._left -= len(data)
        self._hash.update(data)
        return data

    def must_be(self, digest: str) -> None:
        """Raise BackupError unless all that there is to read is what was authenticated before."""
        while self.read(_CHUNK):
            pass
        if not hmac.compare_digest(self._hash.hexdigest(), digest):
            raise BackupError("the archive was changed while it was read; copy it to a place of your own")


def check(file: IO[bytes], key_file: Path, trust_unsealed: bool) -> CheckedArchive:
    """Read all of an archive and compare its seal. Raises BackupError for one that is not to be trusted."""
    end = file.seek(0, os.SEEK_END)
    file.seek(max(0, end - SEAL_BYTES))
    seal = _SEAL.fullmatch(file.read(SEAL_BYTES))
    key = _key_of(seal, key_file, trust_unsealed)
    mac, digest = hmac.new(key or b"-", digestmod="sha256"), hashlib.sha256()
    payload = Payload(file, end - SEAL_BYTES if seal else end)
    begins = payload.read(len(_AGE))
    data = begins
    while data:
        mac.update(data)
        digest.update(data)
        data = payload.read(_CHUNK)
    whole = digest.copy()
    if seal:
        mac.update(seal[1])
        whole.update(seal[0])
        if key and not hmac.compare_digest(mac.hexdigest().encode(), seal[3]):
            raise BackupError("the archive was changed or damaged after it was made: restore another backup")
    length = end - SEAL_BYTES if seal else end
    return CheckedArchive(length, whole.hexdigest(), digest.hexdigest(), bool(key), begins == _AGE)


def _key_of(seal: re.Match[bytes] | None, key_file: Path, trust_unsealed: bool) -> bytes | None:
    """The key that made the seal; None for an archive that is trusted without. Raises BackupError."""
    if not seal:
        if trust_unsealed:
            return None
        raise BackupError(NO_SEAL)
    if trust_unsealed and not key_file.exists():
        return None
    key = read_key(key_file)
    if key_id(key) == seal[2]:
        return key
    if trust_unsealed:
        return None
    raise BackupError(ANOTHER_KEY.format(key=key_file))
