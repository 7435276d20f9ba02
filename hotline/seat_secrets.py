"""What a seat's telephones need to register: a password each seat, and the certificate of the browser's line.

Both are made once for a state directory and kept; more seats get more passwords.
"""

import json
import secrets
import subprocess
from pathlib import Path

from hotline.private import write_private
from hotline.settings import Settings

CERTIFICATE_DAYS = 3650


class CannotMakeCertificate(Exception):
    """The certificate could not be made; the message says what to do."""


def seats(settings: Settings) -> list[str]:
    """The names of all seats: seat01, seat02, …"""
    return [f"seat{number:02d}" for number in range(1, settings.seats.count + 1)]


def passwords(settings: Settings) -> dict[str, str]:
    """Seat → password, for every seat of the settings."""
    file = settings.state_dir / "secrets" / "seats.json"
    known: dict[str, str] = json.loads(file.read_text()) if file.exists() else {}
    missing = [seat for seat in seats(settings) if seat not in known]
    if missing:
        known |= {seat: secrets.token_urlsafe(18) for seat in missing}
        file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        write_private(file, json.dumps(known, indent=1) + "\n")
    return {seat: known[seat] for seat in seats(settings)}


def certificate(settings: Settings) -> Path:
    """Key and certificate in one file. Raises CannotMakeCertificate."""
    file = settings.state_dir / "secrets" / "asterisk.pem"
    if not file.exists():
        file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        write_private(file, _self_signed())
    return file


def _self_signed() -> str:
    command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-sha256"]
    subject = [
        "-days",
        str(CERTIFICATE_DAYS),
        "-subj",
        "/CN=hotline",
        "-addext",
        "subjectAltName=IP:127.0.0.1",
    ]
    try:
        made = subprocess.run(  # noqa: S603 - constants only
            [*command, *subject, "-keyout", "-", "-out", "-"], capture_output=True, text=True, check=True
        )
    except (OSError, subprocess.CalledProcessError):
        raise CannotMakeCertificate("openssl cannot make a certificate: run make install") from None
    return made.stdout
