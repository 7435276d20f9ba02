"""One order, and what is looked up again and again to obey it."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime

from hotline.database import Database
from hotline.refusals import Refused
from hotline.seats.order_refusals import CannotObey
from hotline.seats.seats import SeatState
from hotline.settings import Settings
from ivr.ami import Ami
from ivr.seats import events, image, members
from ivr.seats.events import Channel, Facts


@dataclass(frozen=True)
class Asked:
    """One order with all it takes to obey it."""

    chosen: Settings
    db: Database
    exchange: Ami
    facts: Facts
    seat: str
    by_id: int
    arguments: dict[str, str]


def check_call(asked: Asked, seat: str) -> None:
    """Raise Refused where the seat has come to another call than whoever asked has seen."""
    [now] = image.seats(asked.facts, [seat], asked.chosen.seats)
    if now.call_id != asked.arguments["call"]:
        raise Refused("call", CannotObey.CALL_IS_OVER)


def talk(asked: Asked, seat: str) -> Channel:
    """The telephone of a seat that talks in a citizen's call. Raises Refused."""
    found = image.telephone(asked.facts, seat)
    if found is None or not found.up or not found.call_id:
        raise Refused("call", CannotObey.NO_CALL)
    return found


def leg(asked: Asked) -> Channel:
    """The seat in the queue's eyes: what is handed on is handed on from here. Raises Refused."""
    own = talk(asked, asked.seat)
    name = re.compile(rf"Local/{asked.seat}@seat-ring-[0-9a-f]{{8}};1")
    for channel in asked.facts.channels.values():
        if name.fullmatch(channel.name) and channel.call_id == own.call_id and channel.up:
            return channel
    raise Refused("call", CannotObey.NO_CALL)


def joined(asked: Asked, talking: Channel) -> list[Channel]:
    """Supervisors in the call of this telephone, or rung to join it."""
    return [each for each in asked.facts.channels.values() if each.supervised == talking.name]


def renew(asked: Asked, channel: Channel) -> None:
    """Ask what has become of a channel where Asterisk tells nobody by itself."""
    for event in asked.exchange.listing("Status", Channel=channel.name, Variables=events.VARIABLES):
        events.note(asked.facts, event, datetime.now(UTC))


def other_seat(asked: Asked) -> str:
    """The seat ``to``, which can be rung now. Raises Refused."""
    to = asked.arguments["to"]
    members.check(asked.chosen, to)
    if to == asked.seat:
        raise Refused("to", CannotObey.OWN_SEAT)
    [now] = image.seats(asked.facts, [to], asked.chosen.seats)
    if now.state not in (SeatState.READY, SeatState.WRAP_UP):
        raise Refused("to", CannotObey.OTHER_SEAT_BUSY)
    return to
