"""Orders about a seat's call: handing it on, asking another seat, holding it, its recording.

Asterisk's attended transfer does most of it: asking another seat is its first half, holding a caller is
asking nobody (``extensions-supervision.conf.j2``). So the queue's log knows of every call handed on.
"""

from collections.abc import Callable
from contextlib import suppress

from hotline.refusals import Refused
from hotline.seats.order_refusals import CannotObey
from hotline.seats.seat_orders import Order
from hotline.seats.seats import SeatState
from ivr.ami import ActionRefused
from ivr.seats import asked as looking
from ivr.seats import image, members
from ivr.seats.asked import Asked
from ivr.seats.events import Channel
from ivr.seats.log_lines import RECORDING_PAUSED, RECORDING_RESUMED
from ivr.seats.members import QUEUE

NOBODY = "000"


def transfer(asked: Asked) -> None:
    """Hand the caller on at once; where the other seat does not answer, to the head of the queue."""
    leg, to = looking.leg(asked), looking.other_seat(asked)
    _free(asked)
    _recorded(asked)
    asked.exchange.action("BlindTransfer", Channel=leg.name, Context="transfer", Exten=to)


def consult(asked: Asked) -> None:
    """Ask another seat, while the caller hears music."""
    leg, to = looking.leg(asked), looking.other_seat(asked)
    _recorded(asked)
    _ask(asked, leg, to.removeprefix("seat").rjust(len(NOBODY), "0"))


def _ask(asked: Asked, leg: Channel, number: str) -> None:
    _free(asked)
    own = looking.talk(asked, asked.seat).name
    asked.exchange.action("Setvar", Channel=leg.name, Variable="__HOTLINE_ASKED_BY", Value=own)
    asked.exchange.action("Atxfer", Channel=leg.name, Context="consult", Exten=number)


def complete(asked: Asked) -> None:
    """Leave the caller and the other seat to each other."""
    own = looking.talk(asked, asked.seat)
    other = image.consulted(asked.facts, asked.seat)
    if other is None or not other.up or image.is_held(asked.facts, asked.seat):
        raise Refused("call", CannotObey.NOBODY_ANSWERED)
    _recorded(asked)
    asked.exchange.action("Hangup", Channel=own.name)


def cancel(asked: Asked) -> None:
    """Back to the caller."""
    leg = looking.leg(asked)
    if image.consulted(asked.facts, asked.seat) is None:
        raise Refused("call", CannotObey.NOBODY_ASKED)
    asked.exchange.action("CancelAtxfer", Channel=leg.name)


def hold(asked: Asked) -> None:
    """Music for the caller."""
    _ask(asked, looking.leg(asked), NOBODY)


def resume(asked: Asked) -> None:
    """Back to the caller whom an order has put on hold."""
    if not image.is_held(asked.facts, asked.seat):
        raise Refused("call", CannotObey.HELD_AT_TELEPHONE)
    asked.exchange.action("CancelAtxfer", Channel=looking.leg(asked).name)


def _free(asked: Asked) -> None:
    if image.consulted(asked.facts, asked.seat):
        raise Refused("call", CannotObey.ASKING_ALREADY)


def _recorded(asked: Asked) -> None:
    """A pause is of one seat's recording: the next seat's would hold what is to be in none."""
    if looking.talk(asked, asked.seat).recording_paused:
        raise Refused("call", CannotObey.RECORDING_PAUSED)


def hang_up(asked: Asked) -> None:
    """End whatever the seat's telephone does, or decline what it rings for."""
    found = image.telephone(asked.facts, asked.seat)
    if found is None:
        raise Refused("call", CannotObey.NO_CALL)
    asked.exchange.action("Hangup", Channel=found.name)


def pause_recording(asked: Asked) -> None:
    """Silence instead of both voices, for a reason of the settings; the files stay as long as the call.

    Logged first, as its end is logged last: wherever we die in between, no silence is without its line.
    """
    reason = asked.arguments["reason"]
    members.check_reason(reason, asked.chosen.seats.recording_pause_reasons)
    if image.consulted(asked.facts, asked.seat) and not image.is_held(asked.facts, asked.seat):
        raise Refused("call", CannotObey.OTHER_RECORDED_TOO)
    own = looking.talk(asked, asked.seat)
    _log(asked, own, RECORDING_PAUSED, reason)
    _silence(asked, own, "1")
    _tell(asked, own, "1", reason)


def resume_recording(asked: Asked) -> None:
    """Both voices again; logged only then."""
    own = looking.talk(asked, asked.seat)
    _silence(asked, own, "0")
    _log(asked, own, RECORDING_RESUMED, "")
    _tell(asked, own, "0", "")


def _silence(asked: Asked, own: Channel, state: str) -> None:
    """Both voices in the seat's recording, and a supervisor's; ``state`` 0: no more."""
    for each in looking.joined(asked, own):
        with suppress(ActionRefused):  # only listens, or is gone
            _mute(asked, each, state)
    _mute(asked, own, state)


def _mute(asked: Asked, channel: Channel, state: str) -> None:
    asked.exchange.action("MixMonitorMute", Channel=channel.name, Direction="both", State=state)


def _log(asked: Asked, own: Channel, event: str, reason: str) -> None:
    about = {"Queue": QUEUE, "Uniqueid": own.call_id, "Interface": asked.seat}
    asked.exchange.action("QueueLog", **about, Event=event, Message=reason)


def _tell(asked: Asked, own: Channel, state: str, reason: str) -> None:
    """Let the pages know, last of all: what is shown is never ahead of what is recorded.

    Asterisk tells of a variable with the channel's next event; that is what the second silencing is for.
    """
    asked.exchange.action("Setvar", Channel=own.name, Variable="HOTLINE_RECORDING_PAUSED", Value=reason)
    _mute(asked, own, state)


def extend_wrap_up(asked: Asked) -> None:
    """So much longer as the settings say, once."""
    [now] = image.seats(asked.facts, [asked.seat], asked.chosen.seats)
    waiting = image.wrap_up(asked.facts, asked.seat)
    if now.state != SeatState.WRAP_UP or waiting is None:
        raise Refused("seat", CannotObey.NOT_IN_WRAP_UP)
    if now.wrap_up_extended:
        raise Refused("seat", CannotObey.EXTENDED_ALREADY)
    context = image.WRAP_UP_EXTENDED
    asked.exchange.action("Redirect", Channel=waiting.name, Context=context, Exten=asked.seat, Priority="1")
    looking.renew(asked, waiting)


def end_wrap_up(asked: Asked) -> None:
    """Nothing happens to a seat that is in none, or whose wrap-up has just ended by itself."""
    if waiting := image.wrap_up(asked.facts, asked.seat):
        with suppress(ActionRefused):
            asked.exchange.action("Hangup", Channel=waiting.name)


WAYS: dict[Order, Callable[[Asked], None]] = {
    Order.TRANSFER: transfer,
    Order.CONSULT: consult,
    Order.COMPLETE: complete,
    Order.CANCEL: cancel,
    Order.HOLD: hold,
    Order.RESUME: resume,
    Order.HANG_UP: hang_up,
    Order.PAUSE_RECORDING: pause_recording,
    Order.RESUME_RECORDING: resume_recording,
    Order.EXTEND_WRAP_UP: extend_wrap_up,
}
