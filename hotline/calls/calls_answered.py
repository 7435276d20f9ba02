"""How many calls each seat has answered, shown beside the seat."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from hotline.calls.calls import CallRecord
from hotline.seats import seats
from hotline.seats.seats import Seat


def answered(session: Session, since: datetime) -> dict[str, int]:
    """Seat → calls answered, where that differs from its row: of those that have arrived since then."""
    of_today = (CallRecord.arrived_at >= since, CallRecord.answered_at.is_not(None))
    query = select(CallRecord.seat, func.count()).where(*of_today).group_by(CallRecord.seat)
    counted = {row[0]: row[1] for row in session.execute(query)}
    shown = session.execute(select(Seat.name, Seat.calls_answered))
    return {name: counted.get(name, 0) for name, before in shown if counted.get(name, 0) != before}


def show_answered(session: Session, counted: Mapping[str, int], now: datetime) -> None:
    """Write what ``answered`` has found."""
    for name, calls in counted.items():
        session.execute(update(Seat).where(Seat.name == name).values(calls_answered=calls))
    seats.changed(session, now)
