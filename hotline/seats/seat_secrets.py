"""What desk phones need to register: a password for each seat, and the certificate of encrypted lines.

Both are made once for a state directory and kept; more seats get more passwords, and an administrator may
replace one. ``hotline serve-seats`` brings Asterisk to what stands here.
"""

import fcntl
import json
import os
import re
import secrets
import ssl
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from hotline.private import write_private
from hotline.settings_file import Settings

CERTIFICATE_DAYS = 3650
OPENSSL_SECONDS = 30.0
PASSWORD_BYTES = 18
_PASSWORD = re.compile(r"[A-Za-z0-9_-]{12,100}")


class CannotMakeCertificate(Exception):
    """There is no certificate and none could be made; the message says what to do."""


class UnusablePasswords(Exception):
    """The passwords cannot be read or kept; the message says what to do."""


def seat_names(settings: Settings) -> list[str]:
    """The names of all seats: seat01, seat02, …"""
    return [f"seat{number:02d}" for number in range(1, settings.seats.count + 1)]


def passwords(settings: Settings) -> dict[str, str]:
    """Seat → password, for every seat of the settings. Raises UnusablePasswords.

    A file that cannot be read is never replaced: every desk phone would have to be set up again.
    """
    file = settings.state_dir / "secrets" / "seats.json"
    try:
        known = _known(file)
        if any(seat not in known for seat in seat_names(settings)):
            file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            with _alone(file.parent):
                known = _added(settings, file)
    except (OSError, ValueError) as problem:
        raise UnusablePasswords(
            f"{file} cannot be used ({problem}): bring it back from a backup, or remove it and give every "
            "desk phone its new password (hotline seats phone)"
        ) from None
    return {seat: known[seat] for seat in seat_names(settings)}


def replace(settings: Settings, seat: str) -> str:
    """Make a new password for a seat's desk phone; the old one is gone for good. Raises UnusablePasswords."""
    file = settings.state_dir / "secrets" / "seats.json"
    passwords(settings)
    new = secrets.token_urlsafe(PASSWORD_BYTES)
    try:
        with _alone(file.parent):
            write_private(file, json.dumps(_known(file) | {seat: new}, indent=1) + "\n")
    except (OSError, ValueError) as problem:
        raise UnusablePasswords(
            f"{file} cannot be written ({problem}): make room for it, and try again"
        ) from None
    return new


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Several processes begin at once; the passwords of the first are those of all."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def _added(settings: Settings, file: Path) -> dict[str, str]:
    """Passwords of those seats that have none yet, beside those that there are."""
    known = _known(file)
    missing = {
        seat: secrets.token_urlsafe(PASSWORD_BYTES) for seat in seat_names(settings) if seat not in known
    }
    if missing:
        known |= missing
        write_private(file, json.dumps(known, indent=1) + "\n")
    return known


def _known(file: Path) -> dict[str, str]:
    return _read(file) if file.exists() else {}


def _read(file: Path) -> dict[str, str]:
    """Raises OSError and ValueError; a password stands in Asterisk's configuration, so nothing else may."""
    known = json.loads(file.read_text(encoding="utf-8"))
    if not isinstance(known, dict) or not all(
        isinstance(password, str) and _PASSWORD.fullmatch(password) for password in known.values()
    ):
        raise ValueError("no list of seats and passwords")
    return known


def certificate(settings: Settings) -> Path:
    """Key and certificate in one file, ours or the office's own. Raises CannotMakeCertificate."""
    file = settings.state_dir / "secrets" / "asterisk.pem"
    try:
        if not file.exists():
            file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            write_private(file, _self_signed())
        ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_cert_chain(file, password=_no_password)
    except OSError as problem:  # an SSLError, too
        raise CannotMakeCertificate(
            f"{file} cannot be used ({problem}): take the password off its key, if it has one, "
            "or remove it, so that it is made anew"
        ) from None
    return file


def _no_password() -> bytes:
    """For an encrypted key: else OpenSSL asks on the terminal and waits. Asterisk has no password either."""
    return b""


def _self_signed() -> str:
    key = ("-newkey", "rsa:2048", "-nodes", "-keyout", "-")
    subject = ("-subj", "/CN=hotline", "-addext", "subjectAltName=IP:127.0.0.1")
    command = [
        "openssl",
        "req",
        "-x509",
        "-sha256",
        "-days",
        str(CERTIFICATE_DAYS),
        *key,
        *subject,
        "-out",
        "-",
    ]
    try:
        made = subprocess.run(  # noqa: S603 - constants only
            command,
            capture_output=True,
            text=True,
            check=True,
            timeout=OPENSSL_SECONDS,
            stdin=subprocess.DEVNULL,
        )
    except (OSError, subprocess.SubprocessError):
        raise CannotMakeCertificate(
            "openssl cannot make a certificate: install it (apt install openssl) and restart, or put key and "
            "certificate into secrets/asterisk.pem of the state directory"
        ) from None
    return made.stdout
