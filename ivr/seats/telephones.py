"""The seats' telephones: Asterisk is brought to what is true of their secrets, and forgets who may not stay.

Secrets stand in Asterisk's own database, which it reads at every request (``sorcery.conf``); so a new one
counts at once and no call notices. Registrations stand there too: one that is dated back ends within a
second. All is compared with what Asterisk says it has, so it does not matter who of us was dead or out of
reach when a sitting ended.
"""

import hashlib
import json
import logging
from collections.abc import Iterable, Mapping
from ipaddress import ip_address

from hotline.seats.seat_sittings import REALM, account, new_secret
from ivr.ami import Ami

SECRETS, CONTACTS = "seat-secrets/auth", "registrar/contact"
"""Families of Asterisk's database, ``res_sorcery_astdb.c``."""
WRONG = ("InvalidPassword", "ChallengeResponseFailed")
"""Events of the class ``security``, ``main/security_events.c``."""
LONG_AGO = "1"
"""Seconds since 1970."""

log = logging.getLogger(__name__)


def bring_up_to_date(exchange: Ami, seats: Iterable[str], valid: Mapping[str, str]) -> None:
    """Let exactly the ``valid`` secrets (seat → HA1) open a browser telephone. Raises AmiError.

    A seat without one gets a secret that nobody knows.
    """
    now, contacts = _entries(exchange, SECRETS), _entries(exchange, CONTACTS)
    for seat in seats:
        before, wanted = _secret(now.get(account(seat), "")), valid.get(seat)
        is_replaced = before != wanted if wanted else False
        if is_replaced or not before or (wanted is None and _contacts_of(account(seat), contacts)):
            _put(exchange, account(seat), wanted or new_secret())
            forget(exchange, account(seat), contacts)


def tell_passwords(exchange: Ami, passwords: Mapping[str, str]) -> list[str]:
    """Let exactly these passwords (seat → password) open a desk phone; the seats with another than before.

    A phone that registered with another one is forgotten, also where Asterisk was out of reach meanwhile: its
    database remembers what it was told last. One that was just registering may be written down afterwards, so
    whoever asks has it forgotten once more. Raises AmiError.
    """
    now, replaced = _entries(exchange, SECRETS), []
    for seat, password in passwords.items():
        before, wanted = _secret(now.get(seat, "")), ha1(seat, password)
        if before != wanted:
            _put(exchange, seat, wanted)
        if before and before != wanted:
            forget(exchange, seat)
            replaced.append(seat)
    return replaced


def ha1(name: str, password: str) -> str:
    """What a telephone proves that it knows, RFC 2617."""
    return hashlib.md5(f"{name}:{REALM}:{password}".encode(), usedforsecurity=False).hexdigest()


def guess(event: Mapping[str, str], seats: Iterable[str]) -> tuple[str, str]:
    """Which of our telephones somebody has tried to be, empty for none of them, and the address it came from.

    Neither is what was sent: names are ours, and an address is one.
    """
    names = {each for seat in seats for each in (seat, account(seat))}
    tried, sent_from = event.get("AccountID", ""), event.get("RemoteAddress", "").split("/")
    try:
        address = str(ip_address(sent_from[2]))
    except (IndexError, ValueError):
        address = "?"
    return tried if tried in names else "", address


def _put(exchange: Ami, name: str, secret: str) -> None:
    told = {"auth_type": "md5", "username": name, "realm": REALM, "md5_cred": secret}
    _write(exchange, f"{SECRETS}/{name}", json.dumps(told))


def forget(exchange: Ami, name: str, contacts: Mapping[str, str] | None = None) -> None:
    """End the registrations of a telephone; a call it is on goes on. Raises AmiError."""
    known = _entries(exchange, CONTACTS) if contacts is None else contacts
    for key in _contacts_of(name, known):
        contact = json.loads(known[key]) | {"expiration_time": LONG_AGO}
        _write(exchange, f"{CONTACTS}/{key}", json.dumps(contact))
        log.info("%s is no telephone of this seat any more", name)


def _contacts_of(name: str, contacts: Mapping[str, str]) -> list[str]:
    return [key for key, contact in contacts.items() if key.startswith(f"{name};@") and _lasts(contact)]


def _lasts(contact: str) -> bool:
    return str(json.loads(contact).get("expiration_time")) != LONG_AGO


def _secret(entry: str) -> str:
    return str(json.loads(entry).get("md5_cred", "")) if entry else ""


def _entries(exchange: Ami, family: str) -> dict[str, str]:
    """Key → value of a family of Asterisk's database."""
    listed = exchange.listing("DBGetTree", Family=family)
    return {event["Key"].removeprefix(f"/{family}/"): event["Val"] for event in listed}


def _write(exchange: Ami, entry: str, value: str) -> None:
    family, _, key = entry.rpartition("/")
    exchange.action("DBPut", Family=family, Key=key, Val=value)
