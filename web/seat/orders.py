"""Giving an order to the exchange and waiting for what comes of it."""

import time

from flask_babel import gettext

from hotline import seat_orders
from hotline.seat_orders import Order
from web.desk import desk

PATIENCE_SECONDS = 3.0
LOOK_EVERY = 0.05

ARGUMENT = {
    Order.PAUSE: "reason",
    Order.PAUSE_RECORDING: "reason",
    Order.TRANSFER: "to",
    Order.CONSULT: "to",
    Order.LISTEN: "to",
    Order.WHISPER: "to",
    Order.BARGE: "to",
}
"""What an order says beside the seat."""
AT_OWN_SEAT = frozenset(
    {
        Order.SIGN_OUT,
        Order.READY,
        Order.PAUSE,
        Order.EXTEND_WRAP_UP,
        Order.TRANSFER,
        Order.CONSULT,
        Order.COMPLETE,
        Order.CANCEL,
        Order.HOLD,
        Order.RESUME,
        Order.HANG_UP,
        Order.PAUSE_RECORDING,
        Order.RESUME_RECORDING,
    }
)
"""What an agent may ask for, at the seat where he or she sits."""


def obeyed(user_id: int, seat: str, order: Order, argument: str = "") -> str:
    """Give an order and wait. Empty when it was obeyed, else a sentence in the user's language."""
    arguments = {ARGUMENT[order]: argument} if order in ARGUMENT else {}
    with desk().database.writing() as session:
        order_id = seat_orders.give(session, desk().now(), user_id, seat, order, arguments)
    problem = _outcome(order_id)
    if problem is None:
        return str(gettext("The exchange has not answered. Try again; if it goes on, tell the supervisor."))
    return str(gettext(problem)) if problem else ""


def _outcome(order_id: int) -> str | None:
    """What came of it; None when nothing did in time."""
    give_up = time.monotonic() + PATIENCE_SECONDS
    while True:
        with desk().database.reading() as session:
            outcome = seat_orders.outcome(session, order_id)
        if outcome is not None or time.monotonic() > give_up:
            return outcome
        time.sleep(LOOK_EVERY)
