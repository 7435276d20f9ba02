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
from hotline.settings import Settings
from ivr.ami import ActionRefused, Ami, AmiError
from ivr.seats import asked as looking
from ivr.seats import call_orders, members, supervision
from ivr.seats.asked import Asked
from ivr.seats.events import Facts

log = logging.getLogger(__name__)


def obey_all(chosen: Settings, db: Database, exchange: Ami, facts: Facts | None, now: datetime) -> bool:
    """Claim the orders that wait, and answer each. Whether there was any."""
    with db.reading() as session:
        if not seat_orders.is_waiting(session):
            return False
    with db.writing() as session:
        claimed = seat_orders.claim(session, now)
        session.expunge_all()
    for order in claimed:
        problem = _obey(chosen, db, exchange, facts, order) if facts is not None else CannotObey.OUT_OF_REACH
        if problem is CannotObey.OUT_OF_REACH:
            facts = None  # the others need not wait for the same
        with db.writing() as session:
            seat_orders.done(session, order.id, problem)
    return bool(claimed)


def _obey(chosen: Settings, db: Database, exchange: Ami, facts: Facts, order: SeatOrder) -> CannotObey | None:
    """Why it cannot be done; None when it was."""
    asked = Asked(chosen, db, exchange, facts, order.seat, order.by_id, order.arguments)
    try:
        members.check(chosen, order.seat)
        if order.order in call_orders.WAYS:
            looking.check_call(asked, order.seat)
        WAYS[order.order](asked)
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


def sign_in(asked: Asked) -> None:
    """One user a seat, one seat a user."""
    with asked.db.reading() as session:
        _check_free(session, asked)
    members.say_who(asked.exchange, asked.chosen, asked.seat, asked.by_id)
    members.sign_in(asked.exchange, asked.chosen, asked.seat)
    _sit(asked, asked.by_id)


def _check_free(session: Session, asked: Asked) -> None:
    row = session.get(Seat, asked.seat)
    if row and row.user_id not in (None, asked.by_id):
        raise Refused("seat", CannotObey.SEAT_TAKEN)
    other = seats.of_user(session, asked.by_id)
    if other and other.name != asked.seat:
        raise Refused("seat", CannotObey.AT_ANOTHER_SEAT)


def sign_out(asked: Asked) -> None:
    """A call that the seat is on goes on."""
    with asked.db.writing() as session:  # first of all: it holds whether Asterisk is there or not
        seat_sittings.end(session, asked.seat)
    try:
        members.sign_out(asked.exchange, asked.chosen, asked.seat)
    except ActionRefused:
        log.info("%s was signed out already", asked.seat)
    _sit(asked, None)


def stand_up(chosen: Settings, db: Database, exchange: Ami, facts: Facts) -> None:
    """Sign out whoever may not sit at a seat any more; the order to do so may have come in vain.

    Raises AmiError.
    """
    with db.reading() as session:
        left = seats.to_be_left(session)
    for seat in left:
        log.info("%s is signed out: its user may not sit there any more", seat)
        sign_out(Asked(chosen, db, exchange, facts, seat, 0, {}))


def _sit(asked: Asked, user_id: int | None) -> None:
    now = datetime.now(UTC)
    with asked.db.writing() as session:
        row = session.get(Seat, asked.seat)
        if row is None:
            raise Refused("seat", CannotObey.NOT_KNOWN_YET)
        row.leave()
        if user_id:
            row.user_id, row.since = user_id, now
        seats.changed(session, now)


def ready(asked: Asked) -> None:
    """To be rung again: neither paused nor in wrap-up."""
    members.resume(asked.exchange, asked.chosen, asked.seat)
    call_orders.end_wrap_up(asked)


def pause(asked: Asked) -> None:
    """For a reason of the settings."""
    members.pause(asked.exchange, asked.chosen, asked.seat, asked.arguments["reason"])


WAYS: dict[Order, Callable[[Asked], None]] = {
    Order.SIGN_IN: sign_in,
    Order.SIGN_OUT: sign_out,
    Order.READY: ready,
    Order.PAUSE: pause,
    **call_orders.WAYS,
    **supervision.WAYS,
}
