"""The key that signs form tokens, made once and kept in STATE/secrets for the owner alone."""

import os
import secrets
from pathlib import Path


def read_or_make(state_dir: Path) -> bytes:
    """The key of this instance. Whoever comes first makes it; a half-written one is never seen."""
    file = state_dir / "secrets" / "web-session-key"
    if not file.exists():
        _make(file)
    return file.read_bytes()


def _make(file: Path) -> None:
    file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    draft = file.with_name(f"{file.name}.{os.getpid()}.{secrets.token_hex(4)}")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:
        out.write(secrets.token_bytes(32))
    try:
        os.link(draft, file)  # fails when another was first: then theirs is the key
    except FileExistsError:
        pass
    finally:
        draft.unlink()
