"""Seats (座席): who has signed in, who is paused and why. All of it is kept by Asterisk's queue.

A seat is a member of the queue while an agent has signed in; its state is that of its telephones.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from hotline.refusals import Refused
from hotline.seats import seat_secrets
from hotline.seats.order_refusals import CannotObey
from hotline.seats.seats import Seat as SeatRow
from hotline.seats.seats import SeatNow, SeatState
from hotline.settings_file import Settings
from ivr.ami import ActionRefused, Ami
from ivr.seats import events, image
from ivr.seats.events import ExchangeFacts, QueueMember
from ivr.seats.log_lines import SEAT_USER

QUEUE = "seats"
NO_ANSWER = "no answer"
"""The reason the dialplan gives when a seat has not answered twice."""

STATE_WORDS = {
    SeatState.UNSTAFFED: "signed out",
    SeatState.NO_TELEPHONE: "no telephone",
    SeatState.NO_MICROPHONE: "no microphone",
    SeatState.READY: "ready",
    SeatState.RINGING: "ringing",
    SeatState.ON_A_CALL: "on a call",
    SeatState.WRAP_UP: "wrap-up",
    SeatState.PAUSED: "paused",
}


@dataclass(frozen=True)
class ListedSeat:
    """One seat. ``state`` is one word; ``since`` seconds it has been so or idle, None where unknown."""

    name: str
    state: str
    reason: str = ""
    since: int | None = None
    calls: int = 0


def interface(seat: str) -> str:
    """How the queue rings a seat: through the dialplan, which knows its telephones."""
    return f"Local/{seat}@seat-ring/n"


def states(ami: Ami, settings: Settings, now: datetime | None = None) -> list[ListedSeat]:
    """Every seat and its state. Raises AmiError."""
    at = now or datetime.now(UTC)
    facts = ask(ami, at)
    seats = image.seats(facts, seat_secrets.seat_names(settings), settings.seats)
    return [_told(seat, facts.members.get(seat.name), at) for seat in seats]


def _told(seat: SeatNow, member: QueueMember | None, at: datetime) -> ListedSeat:
    since = seat.since
    if seat.state == SeatState.READY and member and member.last_call:
        since = datetime.fromtimestamp(member.last_call, UTC)
    return ListedSeat(
        seat.name,
        STATE_WORDS[seat.state],
        seat.reason,
        None if since is None else int((at - since).total_seconds()),
        member.calls if member else 0,
    )


def seconds_in_state(seat: ListedSeat, row: SeatRow | None, now: datetime) -> int | None:
    """Since the last change of state; None where nobody knows.

    Asterisk does not remember when a pause has ended, the seats' service does, and its row may be old.
    """
    if row is None or STATE_WORDS[row.state] != as_shown(seat, row)[0]:
        return seat.since
    noted = max(0, int((now - row.since).total_seconds()))
    return noted if seat.since is None else min(noted, seat.since)


def as_shown(seat: ListedSeat, row: SeatRow | None) -> tuple[str, str]:
    """A seat's state and its reason, with what Asterisk cannot know: why a browser has not registered."""
    if row and row.microphone and seat.state == STATE_WORDS[SeatState.NO_TELEPHONE]:
        return STATE_WORDS[SeatState.NO_MICROPHONE], row.microphone
    return seat.state, seat.reason


def ask(ami: Ami, now: datetime) -> ExchangeFacts:
    """Everything there is to know of the queue and the channels. Raises AmiError."""
    channels = ami.listing("Status", Variables=events.VARIABLES)
    return events.gathered([*channels, *ami.listing("QueueStatus", Queue=QUEUE)], now)


def add(ami: Ami, settings: Settings, seat: str) -> None:
    """Begin to ring a seat; ready if it was signed in before. Raises Refused and AmiError."""
    check(settings, seat)
    state = f"hint:{seat}@seat-state"
    try:
        ami.action("QueueAdd", Queue=QUEUE, Interface=interface(seat), MemberName=seat, StateInterface=state)
    except ActionRefused as refusal:
        try:  # whoever is there already can be resumed; of nobody else Asterisk knows a seat by this name
            resume(ami, settings, seat)
        except ActionRefused:
            raise refusal from None


def say_who(ami: Ami, settings: Settings, seat: str, user_id: int) -> None:
    """Note in the queue log who sits down at a seat, so that its calls are that agent's. Raises as above."""
    check(settings, seat)
    ami.action("QueueLog", Queue=QUEUE, Interface=seat, Event=SEAT_USER, Message=str(user_id))


def remove(ami: Ami, settings: Settings, seat: str) -> None:
    """Ring a seat no more; a call it is on goes on. Raises Refused and AmiError."""
    check(settings, seat)
    ami.action("QueueRemove", Queue=QUEUE, Interface=interface(seat))


def pause(ami: Ami, settings: Settings, seat: str, reason: str) -> None:
    """Ring a signed-in seat no more, for a reason of the settings. Raises Refused and AmiError."""
    check(settings, seat)
    check_reason(reason, settings.seats.pause_reasons)
    ami.action("QueuePause", Queue=QUEUE, Interface=interface(seat), Paused="true", Reason=reason)


def resume(ami: Ami, settings: Settings, seat: str) -> None:
    """Ring a paused seat again. Raises Refused and AmiError."""
    check(settings, seat)
    ami.action("QueuePause", Queue=QUEUE, Interface=interface(seat), Paused="false")


def check(settings: Settings, seat: str) -> None:
    """Raise Refused for a name that is none of the settings'."""
    known = seat_secrets.seat_names(settings)
    if seat not in known:
        raise Refused("seat", CannotObey.NO_SUCH_SEAT, seat=seat, first=known[0], last=known[-1])


def check_reason(reason: str, reasons: Sequence[str]) -> None:
    """Raise Refused for a reason that is none of these, which are the settings'."""
    if reason not in reasons:
        raise Refused("reason", CannotObey.NOT_A_REASON, reason=reason, reasons=", ".join(reasons))
