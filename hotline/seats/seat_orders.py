"""Orders to the seats' side of the exchange: what a page asks for, done by ``hotline serve-seats``.

A row is asked for by a page, claimed and done by the service, and says what came of it. So the pages work
beside any number of services, on any machine, and know nothing of telephony.
"""

from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import JSON, ForeignKey, String, delete, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from hotline import sign_ins
from hotline.mapping import Base
from hotline.seats import seats
from hotline.seats.order_refusals import CannotObey

STALE_AFTER = timedelta(seconds=3)
"""Older than this an order is not obeyed any more. Whoever gave it waits a little longer to be told."""
ORDERS_KEPT = timedelta(days=1)
"""Nobody asks any more what came of an older one."""

PENDING = "…"
"""The ``problem`` of an order that is being obeyed."""


class Order(StrEnum):
    """What can be asked of the exchange, and the keys of its arguments.

    Those about a call have ``call`` besides: the one that was seen by whoever asks. It may be over by now,
    and nothing must happen to the next one.
    """

    TAKE_SEAT = "sign_in"
    LEAVE_SEAT = "sign_out"
    READY = "ready"
    """End a pause or the wrap-up."""
    PAUSE = "pause"
    """``reason``"""
    EXTEND_WRAP_UP = "extend_wrap_up"
    TRANSFER = "transfer"
    """Blind, ``to``: the name of another seat. The call goes there, or waits at the head of the queue."""
    CONSULT = "consult"
    """Begin an attended transfer, ``to``: the name of another seat; the caller hears music."""
    COMPLETE = "complete"
    """End the attended transfer: the caller and the other seat talk."""
    CANCEL = "cancel"
    """Give the attended transfer up: back to the caller."""
    HOLD = "hold"
    RESUME = "resume"
    HANG_UP = "hang_up"
    PAUSE_RECORDING = "pause_recording"
    """``reason``"""
    RESUME_RECORDING = "resume_recording"
    LISTEN = "listen"
    """A supervisor's own seat (``seat``) hears the call of the seat ``to``."""
    WHISPER = "whisper"
    BARGE = "barge"


JOINS = (Order.LISTEN, Order.WHISPER, Order.BARGE)
"""A supervisor's own telephone joins the call of another seat."""


class SeatOrder(Base):
    """One order. ``problem`` is empty for one that was obeyed, else the name of a ``CannotObey``."""

    __tablename__ = "seat_orders"

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    by_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    seat: Mapped[str] = mapped_column(String(8))
    order: Mapped[Order] = mapped_column("what", String(20))
    arguments: Mapped[dict[str, str]] = mapped_column(JSON, default=dict)
    done_at: Mapped[datetime | None] = mapped_column(index=True)
    problem: Mapped[str] = mapped_column(String(300), default="")


def give(
    session: Session,
    at: datetime,
    by_id: int,
    seat: str,
    order: Order,
    arguments: dict[str, str] | None = None,
) -> int:
    """Ask for something; the id to ask with what came of it."""
    given = SeatOrder(at=at, by_id=by_id, seat=seat, order=order, arguments=arguments or {})
    session.add(given)
    session.flush()
    return given.id


def stand_up(session: Session, at: datetime, user_id: int, by_id: int | None = None) -> int | None:
    """Sign out the seat of a user who goes or may not sit there any more; None: the user sits nowhere.

    Else its telephone would go on ringing, and the calls would be that user's. Where the order is not obeyed
    in time, the service does it later if the account is disabled (``seats.to_be_left``). Without ``by_id``
    the order is given in the user's own name.
    """
    seat = seats.of_user(session, user_id)
    return give(session, at, by_id or user_id, seat.name, Order.LEAVE_SEAT) if seat else None


def stand_up_where_left(session: Session, at: datetime, user_id: int, by_id: int | None = None) -> int | None:
    """The same after some of the user's sessions ended, unless the seat was taken in one that goes on."""
    seat = seats.of_user(session, user_id)
    held = seat is not None and any(each.sits_at == seat.name for each in sign_ins.of_user(session, user_id))
    return None if held else stand_up(session, at, user_id, by_id)


def is_waiting(session: Session) -> bool:
    """Whether there is any order to be obeyed; a look that holds up no writer."""
    return session.scalar(select(SeatOrder.id).where(SeatOrder.done_at.is_(None)).limit(1)) is not None


def claim(session: Session, now: datetime) -> list[SeatOrder]:
    """The orders to be obeyed now, each given out once; in a writing transaction."""
    waiting = select(SeatOrder).where(SeatOrder.done_at.is_(None)).order_by(SeatOrder.id)
    orders = session.scalars(waiting.with_for_update(skip_locked=True)).all()
    for order in orders:
        order.done_at, order.problem = now, PENDING
        if order.at < now - STALE_AFTER:
            order.problem = CannotObey.TOO_LATE.name
    session.flush()
    session.execute(delete(SeatOrder).where(SeatOrder.done_at < now - ORDERS_KEPT))
    return [order for order in orders if order.problem == PENDING]


def done(session: Session, order_id: int, problem: CannotObey | None = None) -> None:
    """Note what came of an order."""
    name = problem.name if problem else ""
    session.execute(update(SeatOrder).where(SeatOrder.id == order_id).values(problem=name))


def outcome(session: Session, order_id: int) -> str | None:
    """What came of an order: empty, or the name of a ``CannotObey``; None while nobody has answered."""
    order = session.get(SeatOrder, order_id)
    return None if order is None or order.done_at is None or order.problem == PENDING else order.problem


def why(problem: str) -> CannotObey:
    """The reason of this name; a service of another version may have one that is not known here."""
    return CannotObey.__members__.get(problem, CannotObey.FAILED)


def last_join(session: Session, seat: str) -> SeatOrder | None:
    """The last order that was obeyed by which the telephone of this seat joined another seat's call."""
    joins = (SeatOrder.seat == seat, SeatOrder.order.in_(JOINS), SeatOrder.problem == "")
    return session.scalars(select(SeatOrder).where(*joins).order_by(SeatOrder.id.desc()).limit(1)).first()
