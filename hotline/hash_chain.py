"""The chain: each entry of the audit trail holds the hash of the one before. Pure functions over values.

What is hashed is a JSON list of the values, in ASCII and without spaces: no two lists of values are written
alike. Changing one of these functions breaks every chain that was made before.
"""

import hashlib
import json
import secrets
from datetime import UTC, datetime
from typing import Any

START = ""
"""What the first entry holds as the hash of the one before."""

Value = str | int | float | bool | None


def digest(*values: Value) -> str:
    """SHA-256 of values, in hexadecimal."""
    return hashlib.sha256(json.dumps(values, separators=(",", ":")).encode()).hexdigest()


def instant(at: datetime) -> str:
    """An instant as it is hashed: in UTC, always to the microsecond."""
    return at.astimezone(UTC).isoformat(timespec="microseconds")


def new_salt() -> str:
    """Random, so that an erased detail cannot be found again by trying all numbers there are."""
    return secrets.token_hex(16)


def words(salt: str, detail: str) -> str:
    """What an entry's chain holds of its detail."""
    return digest("detail", salt, detail)


def link(entry: Any) -> str:
    """The hash of an entry, over all it says and the hash of the one before.

    ``entry``: a row of the audit trail. ``words`` stands for its detail, which may be erased later.
    """
    return digest(
        "entry",
        entry.sequence,
        entry.id,
        instant(entry.at),
        entry.user_id,
        entry.action,
        entry.subject,
        entry.origin,
        entry.words,
        entry.previous,
    )
