"""A call at the seat of a clerk, and the form beside it."""

import pytest
from sqlalchemy import select

from hotline.people import Role, User, add
from hotline.seats import seats
from hotline.seats.seats import Seat, SeatState
from tests.kit import desk_sample
from tests.web.office import Office, Visitor

CALL = "1795480800.7"
CALLER = "13904718826"
CASE = {
    "kind": "case",
    "petitioner": "王秀兰",
    "telephone": CALLER,
    "category": "utilities",
    "summary": "暖气不热",
    "unit_code": "0102",
}


@pytest.fixture
def ringing(office: Office) -> Office:
    """A call at the seat of the clerk Liu Yang."""
    with office.db.writing() as session:
        user = session.scalars(select(User.id).where(User.name == "liuyang")).one()
        seat = Seat(name="seat01", state=SeatState.ON_A_CALL, since=office.clock.now, user_id=user)
        seat.call_id, seat.caller = CALL, CALLER
        session.add(seat)
        seats.changed(session, office.clock.now)
        add(session, "zhaolei", "赵磊", Role.CLERK, desk_sample.PASSWORD)
    return office


@pytest.fixture
def agent(ringing: Office) -> Visitor:
    return ringing.visitor("liuyang")


def finish(visitor: Visitor, fields: dict[str, str], version: int = 0) -> tuple[int, str]:
    answer = visitor.post(f"/call/{CALL}/finish", fields | {"version": str(version)})
    return answer.status_code, answer.get_data(as_text=True)
