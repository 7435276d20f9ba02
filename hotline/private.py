"""Files that only their owner may read."""

import secrets
from pathlib import Path


def write_private(file: Path, text: str) -> None:
    """Write ``text`` so that no other user can read it at any moment and no half of it is ever seen."""
    draft = file.with_name(f".{file.name}.{secrets.token_hex(4)}")
    draft.touch(mode=0o600)
    draft.write_text(text)
    draft.replace(file)
