"""Seats (座席): who has signed in, who is paused and why. All of it is kept by Asterisk's queue.

A seat is a member of the queue while an agent has signed in; its state is that of its telephones.
"""

import time
from collections.abc import Iterator
from dataclasses import dataclass

from hotline import seat_secrets
from hotline.seat_events import SEAT_USER
from hotline.settings import Settings
from ivr.ami import Ami, Refused

QUEUE = "seats"
NO_ANSWER = "no answer"
"""The reason the dialplan gives when a seat has not answered twice."""

NOT_IN_USE, IN_USE, BUSY, UNAVAILABLE, RINGING, RINGING_IN_USE, ON_HOLD = "1", "2", "3", "5", "6", "7", "8"
"""Device states, ``include/asterisk/devicestate.h``; 4, invalid, is a telephone that is not known."""


class NoSuchSeat(Exception):
    """A seat or a reason that is not in the settings; the message says what is."""


@dataclass(frozen=True)
class Seat:
    """One seat. ``state`` is one word; ``since`` seconds it has been paused or idle, None where unknown."""

    name: str
    state: str
    reason: str = ""
    since: int | None = None
    calls: int = 0


def interface(seat: str) -> str:
    """How the queue rings a seat: through the dialplan, which knows its telephones."""
    return f"Local/{seat}@seat-ring/n"


def states(ami: Ami, chosen: Settings, now: float | None = None) -> list[Seat]:
    """Every seat and its state. Raises AmiError."""
    at = int(time.time() if now is None else now)
    members = {event["Name"]: event for event in _members(ami)}
    return [
        _seat(name, members[name], at, chosen.seats.wrap_up_seconds)
        if name in members
        else Seat(name, "signed out")
        for name in seat_secrets.seats(chosen)
    ]


def _members(ami: Ami) -> Iterator[dict[str, str]]:
    return (each for each in ami.listing("QueueStatus", Queue=QUEUE) if each["Event"] == "QueueMember")


def _seat(name: str, member: dict[str, str], at: int, wrap_up_seconds: int) -> Seat:
    calls, last_call = int(member["CallsTaken"]), int(member["LastCall"])
    if member["Status"] in (RINGING, RINGING_IN_USE):
        return Seat(name, "ringing", calls=calls)
    if member["InCall"] == "1" or member["Status"] in (IN_USE, BUSY, ON_HOLD):
        return Seat(name, "on a call", calls=calls)
    if member["Paused"] == "1":
        return Seat(name, "paused", member["PausedReason"], at - int(member["LastPause"]), calls)
    if member["Status"] != NOT_IN_USE:
        return Seat(name, "no telephone", calls=calls)
    if last_call and at - last_call < wrap_up_seconds:
        return Seat(name, "wrap-up", since=at - last_call, calls=calls)
    return Seat(name, "ready", since=at - last_call if last_call else None, calls=calls)


def sign_in(ami: Ami, chosen: Settings, seat: str) -> None:
    """Begin to ring a seat; ready if it was signed in before. Raises NoSuchSeat and AmiError."""
    check(chosen, seat)
    state = f"hint:{seat}@seat-state"
    try:
        ami.action("QueueAdd", Queue=QUEUE, Interface=interface(seat), MemberName=seat, StateInterface=state)
    except Refused as refusal:
        if "Already there" not in str(refusal):
            raise
        resume(ami, chosen, seat)


def say_who(ami: Ami, chosen: Settings, seat: str, user_id: int) -> None:
    """Note in the queue log who sits down at a seat, so that its calls are that agent's. Raises as above."""
    check(chosen, seat)
    ami.action("QueueLog", Queue=QUEUE, Interface=seat, Event=SEAT_USER, Message=str(user_id))


def sign_out(ami: Ami, chosen: Settings, seat: str) -> None:
    """Ring a seat no more; a call it is on goes on. Raises NoSuchSeat and AmiError."""
    check(chosen, seat)
    ami.action("QueueRemove", Queue=QUEUE, Interface=interface(seat))


def pause(ami: Ami, chosen: Settings, seat: str, reason: str) -> None:
    """Ring a signed-in seat no more, for a reason of the settings. Raises NoSuchSeat and AmiError."""
    check(chosen, seat)
    if reason not in chosen.seats.pause_reasons:
        raise NoSuchSeat(f"{reason!r} is none of the reasons: {', '.join(chosen.seats.pause_reasons)}")
    ami.action("QueuePause", Queue=QUEUE, Interface=interface(seat), Paused="true", Reason=reason)


def resume(ami: Ami, chosen: Settings, seat: str) -> None:
    """Ring a paused seat again. Raises NoSuchSeat and AmiError."""
    check(chosen, seat)
    ami.action("QueuePause", Queue=QUEUE, Interface=interface(seat), Paused="false")


def check(chosen: Settings, seat: str) -> None:
    """Raise NoSuchSeat for a name that is none of the settings'."""
    known = seat_secrets.seats(chosen)
    if seat not in known:
        raise NoSuchSeat(f"there is no seat {seat!r}; there are {known[0]} to {known[-1]}")
