"""Orders of a supervisor: to hear a call, to speak to its agent alone, to speak to both.

The supervisor's own seat is rung, and joins the call when it answers (``extensions-supervision.conf.j2``).
"""

from functools import partial

from hotline.grants import may
from hotline.people import User
from hotline.refusals import Refused
from hotline.seats.order_refusals import CannotObey
from hotline.seats.seat_orders import Order
from hotline.seats.seats import Seat
from hotline.who_may import Act
from ivr.seats import image, members
from ivr.seats import order_context as looking
from ivr.seats.order_context import OrderContext

RING_MILLISECONDS = "20000"
WITH_A_TELEPHONE = "0"
"""The state of a seat's telephones that are there and free (``include/asterisk/pbx.h``)."""


def join(order: Order, context: OrderContext) -> None:
    """Ring the supervisor's seat, and lead it to the call of the seat ``to``."""
    to = context.arguments["to"]
    members.check(context.settings, to)
    _may(context)
    looking.check_call(context, to)
    other = looking.talk(context, to)
    if order == Order.BARGE and other.recording_paused:
        raise Refused("call", CannotObey.OTHERS_RECORDING_PAUSED)
    if to == context.seat or image.telephone(context.facts, context.seat):
        raise Refused("seat", CannotObey.OWN_SEAT_ON_A_CALL)
    state = context.ami.action("ExtensionState", Exten=context.seat, Context="seat-state")
    if state["Status"] != WITH_A_TELEPHONE:
        raise Refused("seat", CannotObey.OWN_SEAT_BUSY)
    context.ami.action(
        "Originate",
        Channel=f"Local/{context.seat}@supervise-ring/n",
        Context="supervise",
        Exten=order.value,
        Priority="1",
        Timeout=RING_MILLISECONDS,
        CallerID=to,
        Async="true",
        Variable=f"HOTLINE_SUPERVISED={other.name}",
    )


def _may(context: OrderContext) -> None:
    with context.db.reading() as session:
        user, seat = session.get(User, context.by_id), session.get(Seat, context.seat)
        if user is None or not may(user, Act.SUPERVISE):
            raise Refused("seat", CannotObey.NOT_A_SUPERVISOR)
        if seat and seat.user_id not in (None, context.by_id):
            raise Refused("seat", CannotObey.SEAT_TAKEN)


HANDLERS = {order: partial(join, order) for order in (Order.LISTEN, Order.WHISPER, Order.BARGE)}
