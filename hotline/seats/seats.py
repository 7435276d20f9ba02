"""Seats (座席) as the pages see them: an image of what Asterisk knows, kept fresh by ``hotline serve-seats``.

Asterisk is the one who knows who has signed in, who is paused and who talks; these rows are written from its
events and can be made anew at any moment. Only who sits at a seat (``user_id``) is known here alone.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, String, func, or_, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from hotline.grants import those_who_may
from hotline.mapping import Base
from hotline.people import User
from hotline.who_may import Act

FORGOTTEN_AFTER = timedelta(seconds=2)
"""So long after a seat was signed out by other means than an order, nobody sits there any more."""
LOST_AFTER = timedelta(seconds=5)
"""The image is touched every second while Asterisk answers; one that is older can't be trusted."""


class SeatState(StrEnum):
    """What a seat is doing."""

    UNSTAFFED = "signed_out"
    NO_TELEPHONE = "no_telephone"
    NO_MICROPHONE = "no_mic"
    """Its browser would be the telephone, but could not be spoken into."""
    READY = "ready"
    RINGING = "ringing"
    ON_A_CALL = "on_a_call"
    WRAP_UP = "wrap_up"
    PAUSED = "paused"


class Seat(Base):
    """One seat now. ``call_id`` and ``caller``: of the call that rings, lasts or is wrapped up.

    ``since``: when ``state`` began. ``reason``: of the pause. ``wrap_up_until``: when the seat is rung again.
    ``recording_paused``: why the recording of the call is paused, empty while it records. ``microphone``:
    what is amiss with that of the browser there (``hotline.seats.microphones``), empty where nothing is.
    """

    __tablename__ = "seats"

    name: Mapped[str] = mapped_column(String(8), primary_key=True)
    state: Mapped[SeatState] = mapped_column(String(12), default=SeatState.UNSTAFFED)
    since: Mapped[datetime]
    reason: Mapped[str] = mapped_column(String(40), default="")
    user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"), unique=True)
    call_id: Mapped[str] = mapped_column(String(100), default="")
    caller: Mapped[str] = mapped_column(String(32), default="")
    held: Mapped[bool] = mapped_column(default=False)
    recording_paused: Mapped[str] = mapped_column(String(40), default="")
    wrap_up_until: Mapped[datetime | None]
    wrap_up_extended: Mapped[bool] = mapped_column(default=False)
    calls_answered: Mapped[int] = mapped_column(default=0)
    microphone: Mapped[str] = mapped_column(String(12), default="")

    def leave(self) -> None:
        """Nobody sits there any more."""
        self.user_id, self.microphone = None, ""


class WaitingCall(Base):
    """A caller in the queue now. ``position`` begins with 1."""

    __tablename__ = "waiting_calls"

    call_id: Mapped[str] = mapped_column(String(100), primary_key=True)
    caller: Mapped[str] = mapped_column(String(32))
    joined_at: Mapped[datetime]
    position: Mapped[int]
    is_callback: Mapped[bool] = mapped_column(default=False)


class LiveVersion(Base):
    """How far the image can be trusted; one row.

    ``version`` is raised with every change of seats, waiting callers and messages to seats, so that pages
    need to look at one number only. ``as_of`` is touched every second while Asterisk answers.
    """

    __tablename__ = "exchange"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    version: Mapped[int] = mapped_column(default=0)
    as_of: Mapped[datetime]


@dataclass(frozen=True)
class WaitingSummary:
    """How many are on the line and wait for a seat, and since when the first of them."""

    count: int
    since: datetime | None


@dataclass(frozen=True)
class SeatNow:
    """What Asterisk knows of a seat; ``since`` where it knows that too. The names are those of ``Seat``."""

    name: str
    state: SeatState
    reason: str = ""
    since: datetime | None = None
    call_id: str = ""
    caller: str = ""
    held: bool = False
    recording_paused: str = ""
    wrap_up_until: datetime | None = None
    wrap_up_extended: bool = False


@dataclass(frozen=True)
class WaitingNow:
    """What Asterisk knows of a waiting caller. The names are those of ``WaitingCall``."""

    call_id: str
    caller: str
    joined_at: datetime
    position: int
    is_callback: bool = False


def changed(session: Session, now: datetime) -> None:
    """Let every page look again, once this is committed."""
    raised = update(LiveVersion).where(LiveVersion.id == 1).values(version=LiveVersion.version + 1)
    if session.execute(raised.returning(LiveVersion.id)).first() is None:
        session.add(LiveVersion(id=1, version=1, as_of=now))


def version(session: Session) -> tuple[int, datetime | None]:
    """The number that changes with every change, and when Asterisk last answered; None: never."""
    exchange = session.get(LiveVersion, 1)
    return (exchange.version, exchange.as_of) if exchange else (0, None)


def of_user(session: Session, user_id: int) -> Seat | None:
    """The seat where a user has signed in."""
    return session.scalars(select(Seat).where(Seat.user_id == user_id)).first()


def with_users(session: Session) -> list[tuple[Seat, User | None]]:
    """Every seat that is known, and who has signed in there."""
    query = select(Seat, User).outerjoin(User, Seat.user_id == User.id)
    return [(seat, user) for seat, user in session.execute(query)]


def waiting(session: Session) -> WaitingSummary:
    """The callers in the queue. A callback keeps its place there, too, and nobody waits on its line."""
    people = select(func.count(), func.min(WaitingCall.joined_at)).where(~WaitingCall.is_callback)
    count, since = session.execute(people).one()
    return WaitingSummary(count, since)


def to_be_left(session: Session) -> list[str]:
    """Seats whose user may not sit there any more: the account is disabled, or that of a screen."""
    may_not = or_(~User.active, ~those_who_may(Act.SIT))
    return list(session.scalars(select(Seat.name).join(User, User.id == Seat.user_id).where(may_not)))


def show(session: Session, seats: Sequence[SeatNow], waiting: Sequence[WaitingNow], now: datetime) -> bool:
    """Bring the rows up to date with what Asterisk knows; whether anything is different."""
    rows = {row.name: row for row in session.scalars(select(Seat))}
    callers = {row.call_id: row for row in session.scalars(select(WaitingCall))}
    for gone in rows.keys() - {seat.name for seat in seats}:
        session.delete(rows[gone])
    for seat in seats:
        _show_seat(session, rows.get(seat.name), seat, now)
    _show_waiting(session, callers, waiting)
    return _changed_if_different(session, now)


def _changed_if_different(session: Session, now: datetime) -> bool:
    """Nothing may have been asked of the session since the changes: a query flushes them."""
    different = bool(session.new or session.dirty or session.deleted)
    if different:
        changed(session, now)
    return different


def _show_seat(session: Session, row: Seat | None, seat: SeatNow, now: datetime) -> None:
    if row is None:
        session.add(Seat(**asdict(seat) | {"since": seat.since or now}))
        return
    seat = replace(seat, state=with_microphone(seat.state, row.microphone))
    told = asdict(seat)
    since = told.pop("since")
    if since is None:
        is_same = (row.state, row.call_id, row.reason) == (seat.state, seat.call_id, seat.reason)
        since = row.since if is_same else now
    told["caller"] = seat.caller or (row.caller if seat.call_id and row.call_id == seat.call_id else "")
    _set(row, told | {"since": since})
    if row.user_id and seat.state == SeatState.UNSTAFFED and row.since < now - FORGOTTEN_AFTER:
        row.leave()


def with_microphone(state: SeatState, microphone: str) -> SeatState:
    """The state of a seat whose browser says this of its microphone.

    Without one the browser is no telephone to the exchange; a desk phone at the same seat may be.
    """
    if state in (SeatState.NO_TELEPHONE, SeatState.NO_MICROPHONE):
        return SeatState.NO_MICROPHONE if microphone else SeatState.NO_TELEPHONE
    return state


def _show_waiting(session: Session, rows: Mapping[str, WaitingCall], waiting: Sequence[WaitingNow]) -> None:
    for gone in rows.keys() - {each.call_id for each in waiting}:
        session.delete(rows[gone])
    for each in waiting:
        if row := rows.get(each.call_id):
            _set(row, {"position": each.position, "caller": each.caller, "is_callback": each.is_callback})
        else:
            session.add(WaitingCall(**asdict(each)))


def _set(row: Base, values: Mapping[str, Any]) -> None:
    """Touch only what is different, so that an image that has not changed writes nothing."""
    for name, value in values.items():
        if getattr(row, name) != value:
            setattr(row, name, value)


def alive(session: Session, now: datetime) -> None:
    """Note that Asterisk has just answered."""
    touched = update(LiveVersion).where(LiveVersion.id == 1).values(as_of=now)
    if session.execute(touched.returning(LiveVersion.id)).first() is None:
        session.add(LiveVersion(id=1, version=0, as_of=now))
