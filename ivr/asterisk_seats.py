"""What Asterisk is told of the seats' telephones.

Callers come first: what the telephones need and cannot have is left out and logged, and Asterisk starts.
"""

import logging

from hotline.running import ports
from hotline.seats import seat_secrets
from hotline.seats.seat_secrets import CannotMakeCertificate, UnusablePasswords
from hotline.settings_file import Settings

log = logging.getLogger(__name__)

KINDS = {"wss": "browser telephones", "tls": "encrypted desk phones"}


def values(settings: Settings) -> dict[str, object]:
    """For the templates: ``phones`` (seat → password), ``certificate``, and whether ``wss``, ``tls`` work."""
    phones, certificate = _phones(settings), _certificate(settings)
    problems = ports.unusable(settings) if certificate else {}
    for transport, problem in problems.items():
        log.error("no %s: %s", KINDS[transport], problem)
    usable = {transport: bool(certificate) and transport not in problems for transport in KINDS}
    return {"phones": phones, "certificate": certificate, **usable}


def _phones(settings: Settings) -> dict[str, str]:
    try:
        return seat_secrets.passwords(settings)
    except UnusablePasswords as problem:
        log.error("no telephone can register, callers leave messages: %s", problem)
        return {}


def _certificate(settings: Settings) -> str:
    try:
        return str(seat_secrets.certificate(settings))
    except CannotMakeCertificate as problem:
        log.error("no browser telephones and no encrypted desk phones: %s", problem)
        return ""
