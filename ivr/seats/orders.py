"""Orders of the pages, done by Asterisk. What a page sent is checked against the settings first."""

import logging
from collections.abc import Callable
from datetime import UTC, datetime

from sqlalchemy.orm import Session

from hotline.database import Database
from hotline.refusals import Refused
from hotline.seats import seat_orders, seat_sittings, seats
from hotline.seats.order_refusals import CannotObey
from hotline.seats.seat_orders import Order, SeatOrder
from hotline.seats.seats import Seat
from hotline.settings_file import Settings
from ivr.ami import ActionRefused, Ami, AmiError
from ivr.seats import call_orders, members, supervision
from ivr.seats import order_context as looking
from ivr.seats.events import ExchangeFacts
from ivr.seats.order_context import OrderContext

log = logging.getLogger(__name__)


def obey_all(settings: Settings, db: Database, ami: Ami, facts: ExchangeFacts | None, now: datetime) -> bool:
    """Claim the orders that wait, and answer each. Whether there was any."""
    with db.reading() as session:
        if not seat_orders.is_waiting(session):
            return False
    with db.writing() as session:
        claimed = seat_orders.claim(session, now)
        session.expunge_all()
    for order in claimed:
        problem = _obey(settings, db, ami, facts, order) if facts is not None else CannotObey.OUT_OF_REACH
        if problem is CannotObey.OUT_OF_REACH:
            facts = None  # the others need not wait for the same
        with db.writing() as session:
            seat_orders.done(session, order.id, problem)
    return bool(claimed)


def _obey(
    settings: Settings, db: Database, ami: Ami, facts: ExchangeFacts, order: SeatOrder
) -> CannotObey | None:
    """Why it cannot be done; None when it was."""
    context = OrderContext(settings, db, ami, facts, order.seat, order.by_id, order.arguments)
    try:
        members.check(settings, order.seat)
        if order.order in call_orders.HANDLERS:
            looking.check_call(context, order.seat)
        HANDLERS[order.order](context)
    except Refused as refused:
        return seat_orders.why(refused.reason.name)
    except ActionRefused as problem:
        log.warning("%s of %s was refused by Asterisk: %s", order.order, order.seat, problem)
        return CannotObey.EXCHANGE_REFUSED
    except AmiError as problem:
        log.warning("%s of %s: %s", order.order, order.seat, problem)
        return CannotObey.OUT_OF_REACH
    except KeyError:
        return CannotObey.NOT_OF_A_SEAT
    except Exception:
        log.exception("%s of %s failed", order.order, order.seat)
        return CannotObey.FAILED
    return None


def take_seat(context: OrderContext) -> None:
    """One user a seat, one seat a user."""
    with context.db.reading() as session:
        _check_free(session, context)
    members.say_who(context.ami, context.settings, context.seat, context.by_id)
    members.add(context.ami, context.settings, context.seat)
    _sit(context, context.by_id)


def _check_free(session: Session, context: OrderContext) -> None:
    row = session.get(Seat, context.seat)
    if row and row.user_id not in (None, context.by_id):
        raise Refused("seat", CannotObey.SEAT_TAKEN)
    other = seats.of_user(session, context.by_id)
    if other and other.name != context.seat:
        raise Refused("seat", CannotObey.AT_ANOTHER_SEAT)


def leave_seat(context: OrderContext) -> None:
    """A call that the seat is on goes on."""
    with context.db.writing() as session:  # first of all: it holds whether Asterisk is there or not
        seat_sittings.end(session, context.seat)
    try:
        members.remove(context.ami, context.settings, context.seat)
    except ActionRefused:
        log.info("%s was signed out already", context.seat)
    _sit(context, None)


def stand_up(settings: Settings, db: Database, ami: Ami, facts: ExchangeFacts) -> None:
    """Sign out whoever may not sit at a seat any more; the order to do so may have come in vain.

    Raises AmiError.
    """
    with db.reading() as session:
        left = seats.to_be_left(session)
    for seat in left:
        log.info("%s is signed out: its user may not sit there any more", seat)
        leave_seat(OrderContext(settings, db, ami, facts, seat, 0, {}))


def _sit(context: OrderContext, user_id: int | None) -> None:
    now = datetime.now(UTC)
    with context.db.writing() as session:
        row = session.get(Seat, context.seat)
        if row is None:
            raise Refused("seat", CannotObey.NOT_KNOWN_YET)
        row.leave()
        if user_id:
            row.user_id, row.since = user_id, now
        seats.changed(session, now)


def ready(context: OrderContext) -> None:
    """To be rung again: neither paused nor in wrap-up."""
    members.resume(context.ami, context.settings, context.seat)
    call_orders.end_wrap_up(context)


def pause(context: OrderContext) -> None:
    """For a reason of the settings."""
    members.pause(context.ami, context.settings, context.seat, context.arguments["reason"])


HANDLERS: dict[Order, Callable[[OrderContext], None]] = {
    Order.TAKE_SEAT: take_seat,
    Order.LEAVE_SEAT: leave_seat,
    Order.READY: ready,
    Order.PAUSE: pause,
    **call_orders.HANDLERS,
    **supervision.HANDLERS,
}
