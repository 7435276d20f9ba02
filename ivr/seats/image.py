"""The seats and the waiting callers as the pages see them, made from what Asterisk has told."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from hotline.callbacks.callbacks import is_ours
from hotline.seats.seats import SeatNow, SeatState, WaitingNow
from hotline.sections import Seats
from ivr.seats.events import Channel, ExchangeFacts, QueueMember

ON_HOLD = "8"
NO_TELEPHONE = ("0", "4", "5")
"""Device states unknown, invalid and unavailable, ``include/asterisk/devicestate.h``."""

WRAP_UP = "wrap-up"
WRAP_UP_EXTENDED = "wrap-up-extended"
"""Contexts in which the dialplan waits, one channel for each seat that is in wrap-up."""

_TELEPHONE = re.compile(r"PJSIP/(seat\d{2,3})(?:-web)?-[0-9a-f]{8}")
_WAITING = re.compile(rf"Local/(seat\d{{2,3}})@{WRAP_UP}-[0-9a-f]{{8}};2")
_CONSULTED = re.compile(r"Local/\d{3}@consult-[0-9a-f]{8};1")
_NOBODY = "Local/000@"


@dataclass
class _Channels:
    """The channels that seats have: found in one pass, however many seats are asked about.

    ``telephones`` and ``wrap_ups`` by the name of the seat, ``asked`` by that of the telephone that asks.
    """

    telephones: dict[str, Channel] = field(default_factory=dict)
    wrap_ups: dict[str, Channel] = field(default_factory=dict)
    asked: dict[str, Channel] = field(default_factory=dict)


def _channels(facts: ExchangeFacts) -> _Channels:
    found = _Channels()
    for each in facts.channels.values():
        if name := seat_of(each):
            known = found.telephones.setdefault(name, each)
            if each.up and not known.up:
                found.telephones[name] = each
        elif name := _named(_WAITING, each):
            found.wrap_ups.setdefault(name, each)
        elif each.asked_by and _CONSULTED.fullmatch(each.name):
            found.asked.setdefault(each.asked_by, each)
    return found


def seats(facts: ExchangeFacts, names: Sequence[str], rules: Seats) -> list[SeatNow]:
    """Every seat of the settings, in their order."""
    channels = _channels(facts)
    return [_seat(name, facts, channels, rules) for name in names]


def _seat(name: str, facts: ExchangeFacts, channels: _Channels, rules: Seats) -> SeatNow:
    """One seat: what it does is said by its telephone first, then by its wrap-up, then by the queue."""
    talk, wait = channels.telephones.get(name), channels.wrap_ups.get(name)
    member = facts.members.get(name)
    reason = member.reason if member and member.paused else ""
    if talk:
        return SeatNow(
            name,
            SeatState.ON_A_CALL if talk.up else SeatState.RINGING,
            reason=reason,
            call_id=talk.call_id,
            caller=caller_of(facts, talk),
            held=talk.held or _asks_nobody(channels, talk) or bool(member and member.status == ON_HOLD),
            recording_paused=talk.recording_paused,
        )
    if wait and member and not member.paused:
        extended = wait.context == WRAP_UP_EXTENDED
        seconds = rules.wrap_up_seconds + rules.wrap_up_extension_seconds * extended
        return SeatNow(
            name,
            SeatState.WRAP_UP,
            call_id=wait.call_id,
            since=wait.began,
            wrap_up_until=wait.began + timedelta(seconds=seconds),
            wrap_up_extended=extended,
            caller=wait.number or wait.other,
        )
    return idle(name, member)


def idle(name: str, member: QueueMember | None) -> SeatNow:
    """A seat without a call."""
    if member is None:
        return SeatNow(name, SeatState.UNSTAFFED)
    if member.paused:
        since = datetime.fromtimestamp(member.paused_at, UTC) if member.paused_at else None
        return SeatNow(name, SeatState.PAUSED, reason=member.reason, since=since)
    if member.status in NO_TELEPHONE:
        return SeatNow(name, SeatState.NO_TELEPHONE)
    return SeatNow(name, SeatState.READY)


def telephone(facts: ExchangeFacts, name: str) -> Channel | None:
    """The telephone of a seat that talks, or rings; of several the one that was answered."""
    return _channels(facts).telephones.get(name)


def wrap_up(facts: ExchangeFacts, name: str) -> Channel | None:
    """The channel that stands for the wrap-up of a seat."""
    return _channels(facts).wrap_ups.get(name)


def consulted(facts: ExchangeFacts, name: str) -> Channel | None:
    """Whom a seat is asking while its caller hears music."""
    channels = _channels(facts)
    own = channels.telephones.get(name)
    return channels.asked.get(own.name) if own else None


def is_on_hold(facts: ExchangeFacts, name: str) -> bool:
    """Whether an order has put the caller on hold: then the seat is asking nobody."""
    channels = _channels(facts)
    own = channels.telephones.get(name)
    return own is not None and _asks_nobody(channels, own)


def _asks_nobody(channels: _Channels, own: Channel) -> bool:
    other = channels.asked.get(own.name)
    return other is not None and other.name.startswith(_NOBODY)


def _named(pattern: re.Pattern[str], channel: Channel) -> str:
    match = pattern.fullmatch(channel.name)
    return match[1] if match else ""


def seat_of(channel: Channel) -> str:
    """The seat whose telephone this is; empty for a channel that is none."""
    return _named(_TELEPHONE, channel)


def caller_of(facts: ExchangeFacts, channel: Channel) -> str:
    """The number of the citizen whose call it is, whoever the seat is talking to in between."""
    own = facts.channels.get(channel.call_id)
    return own.number if own else channel.other


def waiting(facts: ExchangeFacts) -> list[WaitingNow]:
    """The callers in the queue, the next one first."""
    found = []
    for position, each in enumerate(facts.waiting, start=1):
        channel = facts.channels.get(each.channel)
        call_id = (channel.call_id if channel else "") or each.channel
        number = channel.number if channel else ""
        found.append(WaitingNow(call_id, number, each.joined_at, position, is_ours(call_id)))
    return found
