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
from ivr.seats import asked as looking
from ivr.seats import image, members
from ivr.seats.asked import Asked

RING_MILLISECONDS = "20000"
WITH_A_TELEPHONE = "0"
"""The state of a seat's telephones that are there and free (``include/asterisk/pbx.h``)."""


def join(order: Order, asked: Asked) -> None:
    """Ring the supervisor's seat, and lead it to the call of the seat ``to``."""
    to = asked.arguments["to"]
    members.check(asked.chosen, to)
    _may(asked)
    looking.check_call(asked, to)
    other = looking.talk(asked, to)
    if order == Order.BARGE and other.recording_paused:
        raise Refused("call", CannotObey.OTHERS_RECORDING_PAUSED)
    if to == asked.seat or image.telephone(asked.facts, asked.seat):
        raise Refused("seat", CannotObey.OWN_SEAT_ON_A_CALL)
    state = asked.exchange.action("ExtensionState", Exten=asked.seat, Context="seat-state")
    if state["Status"] != WITH_A_TELEPHONE:
        raise Refused("seat", CannotObey.OWN_SEAT_BUSY)
    asked.exchange.action(
        "Originate",
        Channel=f"Local/{asked.seat}@supervise-ring/n",
        Context="supervise",
        Exten=order.value,
        Priority="1",
        Timeout=RING_MILLISECONDS,
        CallerID=to,
        Async="true",
        Variable=f"HOTLINE_SUPERVISED={other.name}",
    )


def _may(asked: Asked) -> None:
    with asked.db.reading() as session:
        user, seat = session.get(User, asked.by_id), session.get(Seat, asked.seat)
        if user is None or not may(user, Act.SUPERVISE):
            raise Refused("seat", CannotObey.NOT_A_SUPERVISOR)
        if seat and seat.user_id not in (None, asked.by_id):
            raise Refused("seat", CannotObey.SEAT_TAKEN)


WAYS = {order: partial(join, order) for order in (Order.LISTEN, Order.WHISPER, Order.BARGE)}
