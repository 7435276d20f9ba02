"""Passwords as they are kept (Argon2id), and the few places where one is worked on.

Each hash takes 64 MiB and a processor core for a moment, on purpose. Whoever may ask for one without an
account could take all of both, so a process works on one at a time and few may wait; the web server has two
processes.
"""

import secrets
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

LONGEST_PASSWORD = 200
"""Characters that are looked at; no form takes more."""
STRANGERS_WAITING, KNOWN_WAITING = 6, 18
"""So many may wait for the place, a few seconds in all. Strangers leave room to browsers that are known."""
AGAIN_SECONDS = 5

_HASHER = PasswordHasher()
_place = threading.Semaphore()
_waiting = 0
_counting = threading.Lock()


class HashingBusy(Exception):
    """Too many passwords are waiting to be looked at; in AGAIN_SECONDS there will be fewer."""


@contextmanager
def hashing_slot(known: bool = True) -> Iterator[None]:
    """Have the hashing place of this process for oneself. Raises HashingBusy when too many wait already."""
    global _waiting
    with _counting:
        if _waiting > (KNOWN_WAITING if known else STRANGERS_WAITING):
            raise HashingBusy
        _waiting += 1
    try:
        with _place:
            yield
    finally:
        with _counting:
            _waiting -= 1


def make(password: str) -> str:
    """What is kept of a password. Raises HashingBusy."""
    with hashing_slot():
        return _HASHER.hash(password[:LONGEST_PASSWORD])


def matches(kept: str | None, password: str) -> bool:
    """Whether this is the password; None is nobody's and takes just as long. Only while one has the place."""
    try:
        return _HASHER.verify(kept or _nobodys(), password[:LONGEST_PASSWORD]) and kept is not None
    except (VerificationError, InvalidHashError):
        return False


@cache
def _nobodys() -> str:
    return _HASHER.hash(secrets.token_hex(16))
