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
from ivr.seats import image, members
from ivr.seats import order_context as looking
from ivr.seats.events import Channel
from ivr.seats.log_lines import RECORDING_PAUSED, RECORDING_RESUMED
from ivr.seats.members import QUEUE
from ivr.seats.order_context import OrderContext

NOBODY = "000"


def transfer(context: OrderContext) -> None:
    """Hand the caller on at once; where the other seat does not answer, to the head of the queue."""
    leg, to = looking.leg(context), looking.other_seat(context)
    _free(context)
    _recorded(context)
    context.ami.action("BlindTransfer", Channel=leg.name, Context="transfer", Exten=to)


def consult(context: OrderContext) -> None:
    """Ask another seat, while the caller hears music."""
    leg, to = looking.leg(context), looking.other_seat(context)
    _recorded(context)
    _ask(context, leg, to.removeprefix("seat").rjust(len(NOBODY), "0"))


def _ask(context: OrderContext, leg: Channel, number: str) -> None:
    _free(context)
    own = looking.talk(context, context.seat).name
    context.ami.action("Setvar", Channel=leg.name, Variable="__HOTLINE_ASKED_BY", Value=own)
    context.ami.action("Atxfer", Channel=leg.name, Context="consult", Exten=number)


def complete(context: OrderContext) -> None:
    """Leave the caller and the other seat to each other."""
    own = looking.talk(context, context.seat)
    other = image.consulted(context.facts, context.seat)
    if other is None or not other.up or image.is_on_hold(context.facts, context.seat):
        raise Refused("call", CannotObey.NOBODY_ANSWERED)
    _recorded(context)
    context.ami.action("Hangup", Channel=own.name)


def cancel(context: OrderContext) -> None:
    """Back to the caller."""
    leg = looking.leg(context)
    if image.consulted(context.facts, context.seat) is None:
        raise Refused("call", CannotObey.NOBODY_ASKED)
    context.ami.action("CancelAtxfer", Channel=leg.name)


def hold(context: OrderContext) -> None:
    """Music for the caller."""
    _ask(context, looking.leg(context), NOBODY)


def resume(context: OrderContext) -> None:
    """Back to the caller whom an order has put on hold."""
    if not image.is_on_hold(context.facts, context.seat):
        raise Refused("call", CannotObey.HELD_AT_TELEPHONE)
    context.ami.action("CancelAtxfer", Channel=looking.leg(context).name)


def _free(context: OrderContext) -> None:
    if image.consulted(context.facts, context.seat):
        raise Refused("call", CannotObey.ASKING_ALREADY)


def _recorded(context: OrderContext) -> None:
    """A pause is of one seat's recording: the next seat's would hold what is to be in none."""
    if looking.talk(context, context.seat).recording_paused:
        raise Refused("call", CannotObey.RECORDING_PAUSED)


def hang_up(context: OrderContext) -> None:
    """End whatever the seat's telephone does, or decline what it rings for."""
    found = image.telephone(context.facts, context.seat)
    if found is None:
        raise Refused("call", CannotObey.NO_CALL)
    context.ami.action("Hangup", Channel=found.name)


def pause_recording(context: OrderContext) -> None:
    """Silence instead of both voices, for a reason of the settings; the files stay as long as the call.

    Logged first, as its end is logged last: wherever we die in between, no silence is without its line.
    """
    reason = context.arguments["reason"]
    members.check_reason(reason, context.settings.seats.recording_pause_reasons)
    if image.consulted(context.facts, context.seat) and not image.is_on_hold(context.facts, context.seat):
        raise Refused("call", CannotObey.OTHER_RECORDED_TOO)
    own = looking.talk(context, context.seat)
    _log(context, own, RECORDING_PAUSED, reason)
    _silence(context, own, "1")
    _tell(context, own, "1", reason)


def resume_recording(context: OrderContext) -> None:
    """Both voices again; logged only then."""
    own = looking.talk(context, context.seat)
    _silence(context, own, "0")
    _log(context, own, RECORDING_RESUMED, "")
    _tell(context, own, "0", "")


def _silence(context: OrderContext, own: Channel, state: str) -> None:
    """Both voices in the seat's recording, and a supervisor's; ``state`` 0: no more."""
    for each in looking.joined(context, own):
        with suppress(ActionRefused):  # only listens, or is gone
            _mute(context, each, state)
    _mute(context, own, state)


def _mute(context: OrderContext, channel: Channel, state: str) -> None:
    context.ami.action("MixMonitorMute", Channel=channel.name, Direction="both", State=state)


def _log(context: OrderContext, own: Channel, event: str, reason: str) -> None:
    about = {"Queue": QUEUE, "Uniqueid": own.call_id, "Interface": context.seat}
    context.ami.action("QueueLog", **about, Event=event, Message=reason)


def _tell(context: OrderContext, own: Channel, state: str, reason: str) -> None:
    """Let the pages know, last of all: what is shown is never ahead of what is recorded.

    Asterisk tells of a variable with the channel's next event; that is what the second silencing is for.
    """
    context.ami.action("Setvar", Channel=own.name, Variable="HOTLINE_RECORDING_PAUSED", Value=reason)
    _mute(context, own, state)


def extend_wrap_up(context: OrderContext) -> None:
    """So much longer as the settings say, once."""
    [now] = image.seats(context.facts, [context.seat], context.settings.seats)
    waiting = image.wrap_up(context.facts, context.seat)
    if now.state != SeatState.WRAP_UP or waiting is None:
        raise Refused("seat", CannotObey.NOT_IN_WRAP_UP)
    if now.wrap_up_extended:
        raise Refused("seat", CannotObey.EXTENDED_ALREADY)
    extended = image.WRAP_UP_EXTENDED
    context.ami.action("Redirect", Channel=waiting.name, Context=extended, Exten=context.seat, Priority="1")
    looking.renew(context, waiting)


def end_wrap_up(context: OrderContext) -> None:
    """Nothing happens to a seat that is in none, or whose wrap-up has just ended by itself."""
    if waiting := image.wrap_up(context.facts, context.seat):
        with suppress(ActionRefused):
            context.ami.action("Hangup", Channel=waiting.name)


HANDLERS: dict[Order, Callable[[OrderContext], None]] = {
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
