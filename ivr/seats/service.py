"""``hotline serve-seats``: what happens at the seats becomes rows, and what the pages order is done.

One connection and one thread. Asterisk knows everything that matters, so this process may die at any moment
and begin anew: calls, the queue and who has signed in go on without it.
"""

import logging
import queue
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from hotline import heartbeat
from hotline.calls import calls_answered
from hotline.database import Database
from hotline.reports.report_periods import midnight
from hotline.seats import seat_secrets, seat_sittings, seats, telephone_guesses
from hotline.seats.seat_secrets import UnusablePasswords
from hotline.settings_file import Settings
from ivr import ami
from ivr.ami import ActionRefused, Ami, AmiError
from ivr.seats import callbacks, events, image, members, orders, telephones, unreadable_events
from ivr.seats.events import ExchangeFacts, Headers

PING_SECONDS = 1.0
ORDERS_SECONDS = 0.1
ACCOUNTS_SECONDS = 1.0
COUNT_SECONDS = 2.0
CALLBACKS_SECONDS = 0.5
SECRETS_SECONDS = 0.1
PASSWORDS_SECONDS = 0.5
GUESSES_SECONDS = 2.0
RENEWAL_SECONDS = 10.0
"""So long at most a wrong event is believed, and that Asterisk still knows the desk phones' passwords."""
DOUBT_SECONDS = 0.5
"""No more often are the lists asked, whatever the events are like."""
COMPLAINS_AGAIN_SECONDS = 60.0
FOLLOW_SECONDS = 0.05
"""So long an event is waited for before the other steps have their turn."""
BURST_SECONDS = 0.02
"""What happens to one call is told in several events, one right after the other."""
EVENTS_A_TURN = 200
"""So many events are noted before the other steps have their turn: strangers can make many."""

log = logging.getLogger(__name__)


@dataclass
class Service:
    """What the steps share. ``facts`` is None while Asterisk is out of reach or has not started yet."""

    settings: Settings
    db: Database
    exchange: Ami
    keeper: Ami = field(kw_only=True)
    """Writes secrets of telephones."""
    facts: ExchangeFacts | None = None
    is_shown: bool = False
    is_doubtful: bool = False
    """Whether an event has come that the lists have to confirm."""
    unreadable: int = 0
    """Events that could not be read."""
    renewed_at: float = field(default_factory=time.monotonic)
    due: dict[str, float] = field(default_factory=dict)
    secrets: dict[str, str] = field(default_factory=dict)
    """Those Asterisk was brought to last, and when it is asked again whether it still has them."""
    secrets_until: float = 0.0
    passwords: dict[str, str] = field(default_factory=dict)
    """The same of the desk phones; and which of them are to be forgotten once more."""
    passwords_until: float = 0.0
    replaced: list[str] = field(default_factory=list)
    guesses: list[tuple[str, str]] = field(default_factory=list)
    """Wrong passwords of telephones that are not written yet: account and address."""


def serve(settings: Settings, db: Database) -> None:
    """Go on until the process ends."""
    heart = heartbeat.LoopBeat(settings.run_dir, "seats")
    unreadable_events.note(settings.run_dir, 0)
    with ami.current(settings, followed=True) as exchange, ami.keeper(settings) as keeper:
        service = Service(settings, db, exchange, keeper=keeper)
        while True:
            for name, step in STEPS.items():
                heart.beat()
                attempt(service, name, step)


def attempt(service: Service, name: str, step: Callable[[Service], None]) -> None:
    """Each step may fail alone; it is tried again a second later."""
    if time.monotonic() < service.due.get(name, 0.0):
        return
    try:
        step(service)
    except ActionRefused as problem:
        log.warning("%s: Asterisk has refused: %s", name, problem)
        service.due[name] = time.monotonic() + PING_SECONDS
    except AmiError as problem:
        if service.facts:
            log.warning("Asterisk is out of reach: %s", problem)
        service.facts = None
        service.exchange.close()  # also where it was the keeper's line: facts begin with a new connection
        service.due[name] = time.monotonic() + PING_SECONDS
    except Exception:
        log.exception("%s failed and is tried again", name)
        service.due[name] = time.monotonic() + PING_SECONDS


def pulse(service: Service) -> None:
    """Ask for a sign of life, which connects again where there is no connection."""
    service.due["pulse"] = time.monotonic() + PING_SECONDS
    service.exchange.action("Ping")
    if service.facts is not None:
        with service.db.writing() as session:
            seats.alive(session, datetime.now(UTC))


def follow(service: Service) -> None:
    """Wait for events and note them. A new connection begins with everything asked for anew.

    One that cannot be read is left out and counted, and the lists are asked: nothing is guessed.
    """
    try:
        for event in list(_told(service.exchange)):
            _note(service, event)
    except Exception:
        service.facts = None
        service.exchange.close()
        raise


def _note(service: Service, event: Headers) -> None:
    if event.get("Event") in telephones.WRONG:
        if len(service.guesses) < telephone_guesses.MOST_GUESSES_KEPT:
            service.guesses.append(telephones.guess(event, seat_secrets.seat_names(service.settings)))
        return
    now = datetime.now(UTC)
    if event.get("Event") == "FullyBooted":
        service.secrets_until = service.passwords_until = 0.0
        service.facts = members.ask(service.exchange, now)
    elif service.facts is not None:
        _read(service, service.facts, event, now)
    service.is_shown = False


def _read(service: Service, facts: ExchangeFacts, event: Headers, now: datetime) -> None:
    try:
        events.note(facts, event, now)
    except (LookupError, ValueError, OverflowError):
        service.unreadable += 1
        service.is_doubtful = True
        if service.unreadable & (service.unreadable - 1) == 0:  # the first, the second, the fourth …
            log.warning("an event of Asterisk cannot be read and is left out; %d so far", service.unreadable)
        unreadable_events.note(service.settings.run_dir, service.unreadable)
    service.is_doubtful = service.is_doubtful or events.is_doubtful(event)


def renew(service: Service) -> None:
    """Ask for everything anew: at once where events are in doubt, and now and then in any case.

    So no event, whoever has made it, is believed for longer than that.
    """
    is_time = time.monotonic() - service.renewed_at >= RENEWAL_SECONDS
    if service.facts is None or not (service.is_doubtful or is_time):
        return
    service.due["renewal"] = time.monotonic() + DOUBT_SECONDS
    service.renewed_at = time.monotonic()
    service.facts = events.renewed(service.facts, members.ask(service.exchange, datetime.now(UTC)))
    service.is_doubtful = service.is_shown = False


def _told(exchange: Ami) -> Iterator[Headers]:
    """The events there are, waited for a moment; they come in bursts."""
    try:
        yield exchange.events.get(timeout=FOLLOW_SECONDS)
        time.sleep(BURST_SECONDS)
        for _ in range(EVENTS_A_TURN):
            yield exchange.events.get_nowait()
    except queue.Empty:
        return


def show(service: Service) -> None:
    """Write the image where it has changed."""
    if service.is_shown or service.facts is None:
        return
    found = image.seats(service.facts, seat_secrets.seat_names(service.settings), service.settings.seats)
    with service.db.writing() as session:
        seats.show(session, found, image.waiting(service.facts), datetime.now(UTC))
    service.is_shown = True


def obey(service: Service) -> None:
    """Do what the pages have asked for."""
    service.due["orders"] = time.monotonic() + ORDERS_SECONDS
    if orders.obey_all(service.settings, service.db, service.exchange, service.facts, datetime.now(UTC)):
        service.is_shown = False


def note_guesses(service: Service) -> None:
    """Write down that somebody does not know telephones' passwords: all at once, however many there are."""
    service.due["guesses"] = time.monotonic() + GUESSES_SECONDS
    if not service.guesses:
        return
    log.warning(
        "%d wrong passwords of telephones, the last for %s from %s",
        len(service.guesses),
        *service.guesses[-1],
    )
    with service.db.writing() as session:
        telephone_guesses.note(session, datetime.now(UTC), service.guesses)
    service.guesses.clear()


def tell_secrets(service: Service) -> None:
    """Let the secrets of the browsers' telephones be what they are by now, and ask again each second."""
    service.due["secrets"] = time.monotonic() + SECRETS_SECONDS
    if service.facts is None:
        return
    idle = timedelta(minutes=service.settings.web.idle_minutes)
    with service.db.reading() as session:
        valid = seat_sittings.valid(session, datetime.now(UTC), idle)
    if valid == service.secrets and time.monotonic() < service.secrets_until:
        return
    telephones.bring_up_to_date(service.keeper, seat_secrets.seat_names(service.settings), valid)
    if new := [item for item in valid.items() if item not in service.secrets.items()]:
        with service.db.writing() as session:
            for seat, secret in new:
                seat_sittings.told(session, seat, secret)
    service.secrets, service.secrets_until = valid, time.monotonic() + PING_SECONDS


def tell_passwords(service: Service) -> None:
    """Let the passwords of the desk phones be those that the office has by now."""
    service.due["passwords"] = time.monotonic() + PASSWORDS_SECONDS
    if service.facts is None:
        return
    try:
        passwords = seat_secrets.passwords(service.settings)
    except UnusablePasswords as problem:
        log.error("desk phones keep the passwords that Asterisk knows: %s", problem)
        service.due["passwords"] = time.monotonic() + COMPLAINS_AGAIN_SECONDS
        return
    if passwords == service.passwords and time.monotonic() < service.passwords_until:
        return
    for seat in service.replaced:
        telephones.forget(service.keeper, seat)
    service.replaced = telephones.tell_passwords(service.keeper, passwords)
    again = PING_SECONDS if service.replaced else RENEWAL_SECONDS
    service.passwords, service.passwords_until = passwords, time.monotonic() + again


def vacate(service: Service) -> None:
    """Let nobody be rung whose account was disabled."""
    service.due["accounts"] = time.monotonic() + ACCOUNTS_SECONDS
    if service.facts is not None:
        orders.stand_up(service.settings, service.db, service.exchange, service.facts)


def count(service: Service) -> None:
    """Bring the number of calls each seat has answered today up to date."""
    service.due["count"] = time.monotonic() + COUNT_SECONDS
    now, office = datetime.now(UTC), ZoneInfo(service.settings.hours.timezone)
    with service.db.reading() as session:
        counted = calls_answered.answered(session, midnight(now.astimezone(office).date(), office))
    if counted:
        with service.db.writing() as session:
            calls_answered.show_answered(session, counted, now)
    service.is_shown = False  # some of the image is a matter of time


def call_back(service: Service) -> None:
    """Put who is to be called back into the queue, and note what came of it."""
    service.due["callbacks"] = time.monotonic() + CALLBACKS_SECONDS
    if service.facts is not None:
        callbacks.step(service.settings, service.db, service.exchange, datetime.now(UTC))


STEPS: dict[str, Callable[[Service], None]] = {
    "pulse": pulse,
    "events": follow,
    "renewal": renew,
    "secrets": tell_secrets,
    "passwords": tell_passwords,
    "guesses": note_guesses,
    "image": show,
    "orders": obey,
    "accounts": vacate,
    "count": count,
    "callbacks": call_back,
}
