"""One order, and what is looked up again and again to obey it."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime

from hotline.database import Database
from hotline.refusals import Refused
from hotline.seats.order_refusals import CannotObey
from hotline.seats.seats import SeatState
from hotline.settings_file import Settings
from ivr.ami import Ami
from ivr.seats import events, image, members
from ivr.seats.events import Channel, ExchangeFacts


@dataclass(frozen=True)
class OrderContext:
    """One order with all it takes to obey it."""

    settings: Settings
    db: Database
    ami: Ami
    facts: ExchangeFacts
    seat: str
    by_id: int
    arguments: dict[str, str]


def check_call(context: OrderContext, seat: str) -> None:
    """Raise Refused where the seat has come to another call than whoever context has seen."""
    [now] = image.seats(context.facts, [seat], context.settings.seats)
    if now.call_id != context.arguments["call"]:
        raise Refused("call", CannotObey.CALL_IS_OVER)


def talk(context: OrderContext, seat: str) -> Channel:
    """The telephone of a seat that talks in a citizen's call. Raises Refused."""
    found = image.telephone(context.facts, seat)
    if found is None or not found.up or not found.call_id:
        raise Refused("call", CannotObey.NO_CALL)
    return found


def leg(context: OrderContext) -> Channel:
    """The seat in the queue's eyes: what is handed on is handed on from here. Raises Refused."""
    own = talk(context, context.seat)
    name = re.compile(rf"Local/{context.seat}@seat-ring-[0-9a-f]{{8}};1")
    for channel in context.facts.channels.values():
        if name.fullmatch(channel.name) and channel.call_id == own.call_id and channel.up:
            return channel
    raise Refused("call", CannotObey.NO_CALL)


def joined(context: OrderContext, talking: Channel) -> list[Channel]:
    """Supervisors in the call of this telephone, or rung to join it."""
    return [each for each in context.facts.channels.values() if each.supervised == talking.name]


def renew(context: OrderContext, channel: Channel) -> None:
    """Ask what has become of a channel where Asterisk tells nobody by itself."""
    for event in context.ami.listing("Status", Channel=channel.name, Variables=events.VARIABLES):
        events.note(context.facts, event, datetime.now(UTC))


def other_seat(context: OrderContext) -> str:
    """The seat ``to``, which can be rung now. Raises Refused."""
    to = context.arguments["to"]
    members.check(context.settings, to)
    if to == context.seat:
        raise Refused("to", CannotObey.OWN_SEAT)
    [now] = image.seats(context.facts, [to], context.settings.seats)
    if now.state not in (SeatState.READY, SeatState.WRAP_UP):
        raise Refused("to", CannotObey.OTHER_SEAT_BUSY)
    return to
