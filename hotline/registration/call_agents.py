"""Whose call it is: its agents, and what is known of it. Who may open it: ``hotline.access``."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import select, union
from sqlalchemy.orm import Session

from hotline.calls.calls import CallRecord
from hotline.registration.call_forms import CallForm
from hotline.seats.seats import Seat


@dataclass(frozen=True)
class KnownCall:
    """A call as its form needs it. ``agents``: the identifiers of the users it belongs to.

    ``seat`` and ``arrived_at`` are empty and None as long as nobody has told. ``sitting``: at which seat each
    agent has or had the call; of one that was handed on, one may talk and another be in wrap-up.
    """

    call_id: str
    caller: str
    seat: str
    agents: frozenset[int]
    arrived_at: datetime | None
    sitting: Mapping[int, str] = field(default_factory=dict)

    def seat_of(self, user_id: int) -> str:
        """The seat where a user has or had this call; else the one the call is known by."""
        return self.sitting.get(user_id, self.seat)


def find(session: Session, call_id: str) -> KnownCall | None:
    """What is known of a call: at a seat now, from the list of calls, from its form. None: no such call."""
    seats = session.scalars(select(Seat).where(Seat.call_id == call_id)).all() if call_id else ()
    listed = session.get(CallRecord, call_id)
    form = session.get(CallForm, call_id)
    if not (seats or listed or form):
        return None
    users = [seat.user_id for seat in seats]
    users += [listed.user_id if listed else None, form.user_id if form else None]
    callers = [*(seat.caller for seat in seats), listed.caller if listed else "", form.caller if form else ""]
    names = [*(seat.name for seat in seats), listed.seat if listed else "", form.seat if form else ""]
    return KnownCall(
        call_id,
        next(filter(None, callers), ""),
        next(filter(None, names), ""),
        frozenset(user for user in users if user is not None),
        listed.arrived_at if listed else None,
        _sitting(seats, listed, form),
    )


def known_among(session: Session, call_ids: Collection[str]) -> set[str]:
    """Those of these calls of which the list of calls or a form knows; retention takes both away in time."""
    listed = select(CallRecord.call_id).where(CallRecord.call_id.in_(call_ids))
    return set(session.scalars(union(listed, select(CallForm.call_id).where(CallForm.call_id.in_(call_ids)))))


def _sitting(seats: Sequence[Seat], listed: CallRecord | None, form: CallForm | None) -> dict[int, str]:
    """The newer knowledge last: who answered, who typed, who has the call now."""
    answered = [(listed.user_id, listed.seat)] if listed else []
    typed = [(form.user_id, form.seat)] if form else []
    known = [*answered, *typed, *((seat.user_id, seat.name) for seat in seats)]
    return {user: seat for user, seat in known if user is not None and seat}
