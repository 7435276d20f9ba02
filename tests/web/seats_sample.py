"""Seats in the middle of a morning, as the exchange would have told of them."""

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from hotline.people import User
from hotline.seats import Exchange, Seat, SeatState, WaitingCall

CALLER = "13904710001"
WAITING_CALLER = "13800001111"
AT_SEATS = {"seat01": "liuyang", "seat03": "chenjing"}


def busy(session: Session, now: datetime) -> None:
    """The clerk talks at seat 1, nobody sits at 2, the supervisor is ready at 3; one caller waits."""
    names = {name: user_id for user_id, name in session.execute(select(User.id, User.name))}
    since = now - timedelta(seconds=65)
    session.add_all(
        (
            seat("seat01", SeatState.ON_A_CALL, since, names["liuyang"], call_id="1.7", caller=CALLER),
            seat("seat02", SeatState.SIGNED_OUT, since, None),
            seat("seat03", SeatState.READY, since, names["chenjing"]),
            WaitingCall(
                call_id="1.9", caller=WAITING_CALLER, joined_at=now - timedelta(seconds=20), position=1
            ),
            Exchange(id=1, version=1, as_of=now),
        )
    )


def seat(name: str, state: SeatState, since: datetime, user_id: int | None, **more: object) -> Seat:
    """A row as the service writes it."""
    usual = {"reason": "", "call_id": "", "caller": "", "held": False, "recording_paused": ""}
    return Seat(name=name, state=state, since=since, user_id=user_id, calls_answered=0, **(usual | more))
