"""What the console's own telephone needs to register: given to who sits at the seat, and to nobody else."""

import hashlib
from urllib.parse import urlsplit

from hotline.seats import seat_secrets
from hotline.settings import Settings

REALM = "asterisk"
"""Asterisk's own, ``default_realm`` of pjsip.conf."""


def wss_url(chosen: Settings) -> str:
    """Where browsers reach the exchange."""
    return chosen.seats.wss_url or f"wss://127.0.0.1:{chosen.seats.wss_port}/ws"


def account(chosen: Settings, seat: str) -> dict[str, str]:
    """Name and secret of the seat's browser telephone.

    The secret is HA1 of RFC 2617: enough to register, and not the password that the desk phone shares.
    """
    user = f"{seat}-web"
    plain = f"{user}:{REALM}:{seat_secrets.passwords(chosen)[seat]}"
    url = wss_url(chosen)
    return {
        "url": url,
        "uri": f"sip:{user}@{urlsplit(url).hostname}",
        "user": user,
        "realm": REALM,
        "ha1": hashlib.md5(plain.encode(), usedforsecurity=False).hexdigest(),
    }


def is_our_page(origin: str, host: str) -> bool:
    """Whether a page of this host (``host:port``, as its visitors write it) wants to telephone."""
    found = urlsplit(origin)
    return found.scheme in ("http", "https") and found.netloc.lower() == host.lower()


def page_of_certificate(chosen: Settings) -> str:
    """A page of the exchange where a browser asks whether to trust its certificate."""
    return wss_url(chosen).replace("wss:", "https:", 1)
