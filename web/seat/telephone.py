"""What the console's own telephone needs to register: given to who sits at the seat, and to nobody else."""

import time
from datetime import timedelta
from urllib.parse import urlsplit

from hotline.seats import seat_sittings
from hotline.settings_file import Settings
from web.services import services
from web.sign_in.signed_in import SignedIn

PATIENCE_SECONDS = 3.0
LOOK_EVERY = 0.05


def wss_url(settings: Settings) -> str:
    """Where browsers reach the exchange."""
    return settings.seats.wss_url or f"wss://127.0.0.1:{settings.seats.wss_port}/ws"


def claimed(seat: str, who: SignedIn, *, take: bool) -> str:
    """The secret (HA1 of RFC 2617) of this browser at the seat where its user sits.

    Raises TelephoneElsewhere where another browser of the user is the telephone, unless that is taken over.
    """
    now, idle = services().now(), timedelta(minutes=services().settings.web.idle_minutes)
    with services().database.reading() as session:  # one that is asked for again waits for nobody who writes
        if held := seat_sittings.secret_of(session, seat, who.token_hash, now, idle):
            return held
    with services().database.writing() as session:
        return seat_sittings.claim(session, seat, who.id, who.token_hash, now, idle, take=take)


def is_known(seat: str, secret: str) -> bool:
    """Wait for Asterisk to know the secret; False where it has not learned of it in time."""
    give_up = time.monotonic() + PATIENCE_SECONDS
    while True:
        with services().database.reading() as session:
            if seat_sittings.is_known(session, seat, secret):
                return True
        if time.monotonic() > give_up:
            return False
        time.sleep(LOOK_EVERY)


def account(settings: Settings, seat: str, secret: str) -> dict[str, str]:
    """What a telephone registers with."""
    user, url = seat_sittings.account(seat), wss_url(settings)
    host = urlsplit(url).hostname
    return {
        "url": url,
        "uri": f"sip:{user}@{host}",
        "user": user,
        "realm": seat_sittings.REALM,
        "ha1": secret,
    }


def is_our_page(origin: str, host: str) -> bool:
    """Whether a page of this host (``host:port``, as its visitors write it) wants to telephone."""
    found = urlsplit(origin)
    return found.scheme in ("http", "https") and found.netloc.lower() == host.lower()


def page_of_certificate(settings: Settings) -> str:
    """A page of the exchange where a browser asks whether to trust its certificate."""
    return wss_url(settings).replace("wss:", "https:", 1)
