"""Seats in the middle of a morning, as the exchange would have told of them."""

from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from hotline.callbacks import callbacks
from hotline.callbacks.callbacks import Callback
from hotline.calls.calls import CallEnding, CallRecord
from hotline.hours import hand_hours
from hotline.hours.hand_hours import HandHours
from hotline.people import Role, User
from hotline.seats.seats import LiveVersion, Seat, SeatState, WaitingCall

CALLER = "13904710001"
WAITING_CALLER = "13800001111"
AT_SEATS = {"seat01": "liuyang", "seat03": "chenjing"}


def busy(session: Session, now: datetime) -> None:
    """The clerk talks at seat 1, nobody sits at 2, the supervisor is ready at 3; one caller waits.

    A callback keeps its place in the queue since long before, and nobody is on its line.
    """
    names = {name: user_id for user_id, name in session.execute(select(User.id, User.name))}
    since = now - timedelta(seconds=65)
    session.add_all(
        (
            seat("seat01", SeatState.ON_A_CALL, since, names["liuyang"], call_id="1.7", caller=CALLER),
            seat("seat02", SeatState.UNSTAFFED, since, None),
            seat("seat03", SeatState.READY, since, names["chenjing"]),
            WaitingCall(
                call_id="1.9", caller=WAITING_CALLER, joined_at=now - timedelta(seconds=20), position=2
            ),
            WaitingCall(
                call_id="callback-1-1",
                caller=WAITING_CALLER,
                joined_at=now - timedelta(minutes=14),
                position=1,
                is_callback=True,
            ),
            LiveVersion(id=1, version=1, as_of=now),
        )
    )


def seat(name: str, state: SeatState, since: datetime, user_id: int | None, **more: object) -> Seat:
    """A row as the service writes it."""
    usual = {"reason": "", "call_id": "", "caller": "", "held": False, "recording_paused": ""}
    return Seat(name=name, state=state, since=since, user_id=user_id, calls_answered=0, **(usual | more))


NAMES = (
    *("王芳", "李强", "张敏", "赵磊", "孙丽", "周杰", "吴霞"),
    *("郑伟", "冯娟", "蒋勇", "沈燕", "韩雪", "杨光", "欧阳建国"),
)
DOING = (
    (SeatState.ON_A_CALL, 95),
    (SeatState.ON_A_CALL, 312),
    (SeatState.READY, 41),
    (SeatState.RINGING, 4),
    (SeatState.ON_A_CALL, 188),
    (SeatState.WRAP_UP, 12),
    (SeatState.ON_A_CALL, 640),
    (SeatState.PAUSED, 1510),
    (SeatState.READY, 73),
    (SeatState.ON_A_CALL, 27),
    (SeatState.ON_A_CALL, 266),
    (SeatState.PAUSED, 340),
    (SeatState.NO_TELEPHONE, 58),
    (SeatState.READY, 9),
)
REASONS = {7: "meal", 11: "no answer"}
IN_A_CALL = (SeatState.ON_A_CALL, SeatState.RINGING, SeatState.WRAP_UP)


def morning(session: Session, now: datetime, trusted_for: timedelta) -> None:
    """Fourteen seats and the supervisor's at work, three callers waiting, two promised a callback."""
    for index, ((state, seconds), name) in enumerate(zip(DOING, NAMES, strict=True)):
        user = User(name=f"agent{index}", full_name=name, role=Role.CLERK, password_hash="-")
        session.add(user)
        session.flush()
        call = {"call_id": f"2.{index}", "caller": f"139047100{index:02d}"} if state in IN_A_CALL else {}
        since, reason = now - timedelta(seconds=seconds), REASONS.get(index, "")
        session.add(seat(f"seat{index + 1:02d}", state, since, user.id, reason=reason, **call))
    for place in range(3):
        joined = now - timedelta(seconds=11 - 4 * place)
        session.add(
            WaitingCall(call_id=f"3.{place}", caller=WAITING_CALLER, joined_at=joined, position=place + 1)
        )
    for minutes in (14, 6):
        asked = now - timedelta(minutes=minutes)
        callbacks.request(session, f"135047100{minutes:02d}", "", "zh", asked, asked, "Asia/Shanghai")
    session.add(LiveVersion(id=1, version=1, as_of=now + trusted_for))
    supervisor = session.scalars(select(User.id).where(User.name == "chenjing")).one()
    since = now - timedelta(minutes=8)
    session.add(seat("seat15", SeatState.PAUSED, since, supervisor, reason="meeting"))
    hand_hours.set_line(session, True, "雨雪天气，延长接听", now + timedelta(hours=2), supervisor, now)
    session.add_all(_call(number, now) for number in range(1, 133))


def _call(number: int, now: datetime) -> CallRecord:
    """One of every 44 is abandoned, one of every 12 waits too long."""
    at, wait = now - timedelta(minutes=number / 6), timedelta(seconds=21 if number % 12 == 0 else 6)
    ended, answered = at + timedelta(seconds=200), number % 44 > 0
    return CallRecord(
        call_id=f"4.{number}",
        caller=CALLER,
        arrived_at=at,
        offered_at=at,
        answered_at=at + wait if answered else None,
        seat="seat01" if answered else "",
        ended_at=ended,
        ending=CallEnding.ANSWERED if answered else CallEnding.ABANDONED,
    )


def evening(session: Session) -> None:
    """Nobody is there any more."""
    for table in (Seat, WaitingCall, LiveVersion, Callback, HandHours):
        session.execute(delete(table))
    session.execute(delete(CallRecord).where(CallRecord.call_id.startswith("4.")))
