"""Files that only their owner may read."""

import os
import secrets
from pathlib import Path


def write_private(file: Path, content: str | bytes) -> None:
    """Write a file so that no other user can read it at any moment and no half of it is ever seen.

    It is on the disk when this returns, also after a loss of power: file and folder are synced.
    """
    draft = file.with_name(f".{file.name}.{secrets.token_hex(4)}")
    draft.touch(mode=0o600, exist_ok=False)
    with draft.open("wb") as written:
        written.write(content.encode() if isinstance(content, str) else content)
        written.flush()
        os.fsync(written.fileno())
    draft.replace(file)
    folder = os.open(file.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
