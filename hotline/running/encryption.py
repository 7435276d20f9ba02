"""Encryption of an archive by age, as a stream: for the public keys in the settings, with the secret one."""

import os
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO

import pyrage

from hotline.running.seal import Payload, Sealing
from hotline.running.seal_key import BackupError


def identities(file: Path) -> list[pyrage.x25519.Identity]:
    """The secret keys of age in a file, as age-keygen writes them. Raises BackupError."""
    try:
        lines = [line.strip() for line in file.read_text(encoding="utf-8").splitlines()]
        found = [pyrage.x25519.Identity.from_str(line) for line in lines if line and line[0] != "#"]
    except (OSError, ValueError, pyrage.IdentityError) as problem:
        raise BackupError(
            f"{file} holds no identity of age ({problem}): give the file age-keygen made"
        ) from None
    if not found:
        raise BackupError(f"{file} holds no identity of age: give the file age-keygen made")
    return found


@contextmanager
def encrypted(out: Sealing, recipients: Sequence[str]) -> Iterator[IO[bytes]]:
    """A file to write to; what is written arrives at ``out`` for these recipients alone."""
    try:
        known = [pyrage.x25519.Recipient.from_str(each) for each in recipients]
    except (ValueError, pyrage.RecipientError) as problem:
        raise BackupError(
            f"backup.recipients holds no public key of age ({problem}): copy it again"
        ) from None
    reader, writer = os.pipe()

    def work() -> None:
        with os.fdopen(reader, "rb") as plain:
            pyrage.encrypt_io(plain, out, known)

    with _beside(work), os.fdopen(writer, "wb") as plain:
        yield plain


@contextmanager
def decrypted(payload: Payload, known: Sequence[pyrage.x25519.Identity]) -> Iterator[IO[bytes]]:
    """A file to read from. Raises BackupError at the end when the payload is not whole, or for others."""
    reader, writer = os.pipe()

    def work() -> None:
        try:
            with os.fdopen(writer, "wb") as plain:
                pyrage.decrypt_io(payload, plain, known)
        except BrokenPipeError:  # nobody wants to read on
            raise
        except (pyrage.DecryptError, OSError) as problem:
            raise BackupError(
                f"the archive cannot be decrypted ({problem}): it is for another identity, or damaged"
            ) from None

    with _beside(work), os.fdopen(reader, "rb") as plain:
        yield plain


@contextmanager
def _beside(work: Callable[[], None]) -> Iterator[None]:
    """Do the work in a thread while the body goes on. What went wrong there explains what did here."""
    problems: list[Exception] = []

    def run() -> None:
        try:
            work()
        except Exception as problem:
            problems.append(problem)

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    try:
        yield
    finally:
        thread.join()
        if problems and not isinstance(problems[0], BrokenPipeError):
            raise problems[0]
