"""Seats with their service: orders as the pages give them, and the rows as the pages see them."""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import delete, select

from hotline.database import Database
from hotline.people import Role, User
from hotline.seats import seat_orders, seats
from hotline.seats.order_refusals import CannotObey
from hotline.seats.seat_orders import Order
from hotline.seats.seats import Seat, SeatState, WaitingCall
from ivr.seats import supervision
from tests.kit.conversations import PATIENCE
from tests.kit.instance import HotlineInstance
from tests.kit.seats import until

NO_CALL = CannotObey.NO_CALL.said("en")


@dataclass(frozen=True)
class AtSeats:
    """A running hotline, and who works there: user 1 at seat01, 2 at seat02 …; the last is the supervisor."""

    hotline: HotlineInstance
    db: Database

    def order(self, seat: str, order: Order, by: int | None = None, **arguments: str) -> str:
        """Give an order, and wait for what comes of it: empty, or the sentence that says why not.

        It is about the call that the rows show.
        """
        with self.db.writing() as session:
            by_id = by or int(seat.removeprefix("seat"))
            about = session.get(Seat, arguments["to"] if order in supervision.HANDLERS else seat)
            asked = {"call": about.call_id if about else ""} | arguments
            given = seat_orders.give(session, datetime.now(UTC), by_id, seat, order, asked)
        give_up = time.monotonic() + PATIENCE
        while time.monotonic() < give_up:
            with self.db.reading() as session:
                if (outcome := seat_orders.outcome(session, given)) is not None:
                    return CannotObey[outcome].said("en") if outcome else ""
            time.sleep(0.02)
        raise AssertionError(f"{order} was not answered")

    def does(self, seat: str, order: Order, by: int | None = None, **arguments: str) -> None:
        """The same for one that must be obeyed; a call is known a moment after its answer."""
        problem, give_up = NO_CALL, time.monotonic() + PATIENCE
        while problem == NO_CALL and time.monotonic() < give_up:
            problem = self.order(seat, order, by, **arguments)
        assert problem == "", f"{order} of {seat}: {problem}"

    def seat(self, name: str) -> Seat:
        """The row of a seat now."""
        with self.db.reading() as session:
            row = session.get_one(Seat, name)
            session.expunge_all()
            return row

    def waiting(self) -> Sequence[WaitingCall]:
        """The callers in the queue now."""
        with self.db.reading() as session:
            found = session.scalars(select(WaitingCall).order_by(WaitingCall.position)).all()
            session.expunge_all()
            return found

    def becomes(self, name: str, state: SeatState, **values: object) -> Seat:
        """Wait until a seat is in this state, with these values."""
        wanted = {"state": state} | values

        def is_so() -> bool:
            row = self.seat(name)
            return all(getattr(row, key) == value for key, value in wanted.items())

        try:
            until(is_so)
        except AssertionError:
            raise AssertionError(f"{name} does not become {wanted}: {vars(self.seat(name))}") from None
        return self.seat(name)

    def as_of(self) -> datetime:
        """When Asterisk last answered the service."""
        with self.db.reading() as session:
            return seats.version(session)[1] or datetime.min.replace(tzinfo=UTC)


def people(hotline: HotlineInstance, names: int) -> AtSeats:
    """Agents, and a supervisor after them."""
    db = Database(hotline.settings.database_url)
    with db.writing() as session:
        session.execute(delete(User))
        for number in range(1, names + 2):
            role = Role.CLERK if number <= names else Role.SUPERVISOR
            name = f"user{number}"
            session.add(User(id=number, name=name, full_name=name, password_hash="", role=role))
    return AtSeats(hotline, db)
