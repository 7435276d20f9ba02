"""What Asterisk has told of the queue and its channels: facts, kept up to date event by event.

A list that was asked for is told with the same headers as events, so that both go the same way. Every event
of a channel tells all of it. Names of headers: Asterisk, ``main/manager_channels.c`` and ``app_queue.c``.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from hotline.telephone_numbers import clean_caller

UP = "6"
"""The state of a channel that was answered, ``include/asterisk/channelstate.h``."""

VARIABLES = "HOTLINE_CALL_ID,HOTLINE_RECORDING_PAUSED,HOTLINE_ASKED_BY,HOTLINE_SUPERVISED"
"""Of a channel: in every event of it (``manager.conf``); asked for with a list, where they are never old."""
_UNSET = "(null)"

Headers = dict[str, str]


@dataclass(frozen=True)
class QueueMember:
    """A seat in the queue. ``status`` is the state of its telephones, ``include/asterisk/devicestate.h``."""

    status: str
    in_call: bool
    paused: bool
    reason: str
    paused_at: int
    """Seconds since 1970; 0: never."""
    calls: int
    last_call: int
    """When the last call from the queue ended, likewise."""


@dataclass(frozen=True)
class WaitingCaller:
    """A caller in the queue. ``channel``: the unique identifier of the caller's channel."""

    channel: str
    joined_at: datetime


@dataclass(frozen=True)
class Channel:
    """One end of a call. ``call_id``: of the citizen's call it belongs to, if any."""

    name: str
    call_id: str
    number: str
    """Digits of whoever is at this end."""
    other: str
    """Digits of whoever is at the other end."""
    up: bool
    context: str
    began: datetime
    held: bool = False
    recording_paused: str = ""
    asked_by: str = ""
    """The telephone of the seat that asks this one, or has put its caller on hold."""
    supervised: str = ""
    """The telephone of the seat whose call this one joins."""


@dataclass
class ExchangeFacts:
    """All there is to know; empty until it is told. Channels are kept by their unique identifier."""

    members: dict[str, QueueMember] = field(default_factory=dict)
    waiting: list[WaitingCaller] = field(default_factory=list)
    channels: dict[str, Channel] = field(default_factory=dict)


def is_doubtful(event: Headers) -> bool:
    """Whether the lists have to be asked what an event means: nobody is signed out on its word alone."""
    return event.get("Event") == "QueueMemberRemoved"


def renewed(before: ExchangeFacts, asked: ExchangeFacts) -> ExchangeFacts:
    """What was asked for takes the place of what was told before, but for what no list tells."""
    for name, channel in asked.channels.items():
        if known := before.channels.get(name):
            asked.channels[name] = replace(channel, held=known.held, began=known.began)
    joined = {each.channel: each for each in before.waiting}
    asked.waiting = [joined.get(each.channel, each) for each in asked.waiting]
    return asked


def gathered(listed: Iterable[Headers], now: datetime) -> ExchangeFacts:
    """The facts that lists tell (``QueueStatus``, ``Status``)."""
    facts = ExchangeFacts()
    for event in listed:
        note(facts, event, now)
    return facts


def note(facts: ExchangeFacts, event: Headers, now: datetime) -> None:
    """Bring the facts up to date with one event.

    Raises LookupError or ValueError for one that cannot be read; then nothing has changed.
    """
    kind = event["Event"]
    if kind in ("QueueMember", "QueueMemberAdded", "QueueMemberPause", "QueueMemberStatus"):
        facts.members[event.get("MemberName") or event["Name"]] = _member(event)
    elif kind in ("QueueEntry", "QueueCallerJoin"):
        _join(facts, event, now)
    elif kind == "QueueCallerLeave":
        facts.waiting = [each for each in facts.waiting if each.channel != event["Uniqueid"]]
    _note_channels(facts, event, now)


def _member(event: Headers) -> QueueMember:
    return QueueMember(
        status=event["Status"],
        in_call=event["InCall"] == "1",
        paused=event["Paused"] == "1",
        reason=event["PausedReason"],
        paused_at=int(event["LastPause"]),
        calls=int(event["CallsTaken"]),
        last_call=int(event["LastCall"]),
    )


def _join(facts: ExchangeFacts, event: Headers, now: datetime) -> None:
    """A caller who joins may be put before others; a list tells them in order, and their wait."""
    others = [each for each in facts.waiting if each.channel != event["Uniqueid"]]
    joined_at = now - timedelta(seconds=int(event.get("Wait", 0)))
    others.insert(int(event["Position"]) - 1, WaitingCaller(event["Uniqueid"], joined_at))
    facts.waiting = others


def _note_channels(facts: ExchangeFacts, event: Headers, now: datetime) -> None:
    kind, channel = event["Event"], event.get("Uniqueid", "")
    if kind == "Hangup":
        facts.channels.pop(channel, None)
    elif kind in ("Newchannel", "Status") and channel not in facts.channels:
        began = now - timedelta(seconds=int(event.get("Seconds") or 0))
        facts.channels[channel] = _channel(event, "", began)
    elif kind == "Rename" and channel in facts.channels:
        facts.channels[channel] = replace(facts.channels[channel], name=event["Newname"])
    else:
        _renew(facts, event, "")
        _renew(facts, event, "Dest")


def _renew(facts: ExchangeFacts, event: Headers, prefix: str) -> None:
    """A channel that has ended is not brought back by what is told of it afterwards."""
    known = facts.channels.get(event.get(f"{prefix}Uniqueid", ""))
    if known and f"{prefix}ChannelState" in event:
        held = event["Event"] == "Hold" or (known.held and event["Event"] != "Unhold")
        told = _channel(event, prefix, known.began)
        facts.channels[event[f"{prefix}Uniqueid"]] = replace(told, held=held)


def _channel(event: Headers, prefix: str, began: datetime) -> Channel:
    def told(header: str) -> str:
        value = event.get(prefix + header, "")
        return "" if value == _UNSET else value

    return Channel(
        name=told("Channel"),
        call_id=told("Variable-HOTLINE_CALL_ID"),
        number=clean_caller(told("CallerIDNum")),
        other=clean_caller(told("ConnectedLineNum")),
        up=told("ChannelState") == UP,
        context=told("Context"),
        began=began.astimezone(UTC),
        recording_paused=told("Variable-HOTLINE_RECORDING_PAUSED"),
        asked_by=told("Variable-HOTLINE_ASKED_BY"),
        supervised=told("Variable-HOTLINE_SUPERVISED"),
    )
