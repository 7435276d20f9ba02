"""Giving an order to the exchange and waiting for what comes of it."""

import time

from flask import flash
from flask_babel import gettext

from hotline.seats import seat_orders
from hotline.seats.seat_orders import STALE_AFTER, Order
from web.refusals import words
from web.services import services

PATIENCE_SECONDS = STALE_AFTER.total_seconds() + 1.0
"""What is not begun by then is not done any more; a second for doing it."""
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
ABOUT_OWN_CALL = frozenset(
    {
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
AT_OWN_SEAT = ABOUT_OWN_CALL | {Order.LEAVE_SEAT, Order.READY, Order.PAUSE}
"""What an agent may ask for, at the seat where he or she sits."""
ABOUT_A_CALL = ABOUT_OWN_CALL | {Order.LISTEN, Order.WHISPER, Order.BARGE}


def obeyed(user_id: int, seat: str, order: Order, argument: str = "", call: str = "") -> str:
    """Give an order and wait. Empty when it was obeyed, else a sentence in the user's language.

    ``call``: the call that the user has seen.
    """
    arguments = {ARGUMENT[order]: argument} if order in ARGUMENT else {}
    if order in ABOUT_A_CALL:
        arguments["call"] = call
    with services().database.writing() as session:
        order_id = seat_orders.give(session, services().now(), user_id, seat, order, arguments)
    return told(order_id)


def told(order_id: int) -> str:
    """Wait for what comes of an order. Empty when it was obeyed, else a sentence in the user's language."""
    problem = _outcome(order_id)
    if problem is None:
        return str(gettext("The exchange has not answered. Try again; if it goes on, tell the supervisor."))
    return words(seat_orders.why(problem)) if problem else ""


def _outcome(order_id: int) -> str | None:
    """What came of it; None when nothing did in time."""
    give_up = time.monotonic() + PATIENCE_SECONDS
    while True:
        with services().database.reading() as session:
            outcome = seat_orders.outcome(session, order_id)
        if outcome is not None or time.monotonic() > give_up:
            return outcome
        time.sleep(LOOK_EVERY)


def say_who_still_sits(order_id: int | None) -> None:
    """Where the exchange has not signed out the seat of a user who had to leave it, somebody has to."""
    if order_id is not None and (problem := told(order_id)):
        flash(
            gettext(
                "The seat of this user is still signed in: sign it out under “Seats and line”. %(problem)s",
                problem=problem,
            )
        )
