"""What seats did and when: signed in, paused and why, talked, rung in vain. From Asterisk's own log."""

import re
from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from hotline.mapping import Base

SEAT_USER = "SEATUSER"
"""Our own: who has sat down at the seat, by the identifier of the user."""
HANDED_TO = "TRANSFERCONNECT"
"""Of the seat that gets a call from another one, or is asked by it first."""
TALK_BEGINS = ("CONNECT", HANDED_TO)
TALK_OVER = ("COMPLETEAGENT", "COMPLETECALLER", "BLINDTRANSFER", "ATTENDEDTRANSFER", "TRANSFERCOMPLETE")
"""What the queue tells, and our dialplan of a seat to which a call was handed on."""
PAUSE_OF_RECORDING = ("RECORDINGPAUSED", "RECORDINGRESUMED")
CONSULT = ("CONSULTBEGINS", "CONSULTENDS")
"""A seat asks another one while its caller hears music, and is back or has handed the call on."""
EVENTS = {
    "QUEUESTART": None,
    "ADDMEMBER": None,
    "REMOVEMEMBER": None,
    SEAT_USER: 0,
    "PAUSE": 0,
    "UNPAUSE": 0,
    "RINGNOANSWER": 0,
    "CONNECT": 0,
    "COMPLETEAGENT": 1,
    "COMPLETECALLER": 1,
    "BLINDTRANSFER": 0,
    "ATTENDEDTRANSFER": 0,
    "TRANSFERCONNECT": None,
    "TRANSFERCOMPLETE": 0,
    "WRAPUP": 0,
    "RECORDINGPAUSED": 0,
    "RECORDINGRESUMED": 0,
    "CONSULTBEGINS": 0,
    "CONSULTENDS": 0,
}
"""The events that are kept, and which field of the line is their detail: a reason, seconds, milliseconds."""
_UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f\ufffd]")


class SeatEvent(Base):
    """One line of the queue log about a seat; ``event`` and ``detail`` as Asterisk wrote them.

    ``user_id``: who sat there then. ``QUEUESTART`` concerns every seat. ``nth``: how many lines of the same
    second say the same before it. The log knows seconds only, and a seat may be paused twice in one; read
    again, a line has the same ``nth`` and is one event.
    """

    __tablename__ = "seat_events"
    __table_args__ = (
        UniqueConstraint("at", "seat", "event", "call_id", "detail", "nth"),
        Index("ix_seat_events_seat_at", "seat", "at"),
        Index("ix_seat_events_user_id_event", "user_id", "event"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    seat: Mapped[str] = mapped_column(String(8))
    event: Mapped[str] = mapped_column(String(20))
    call_id: Mapped[str] = mapped_column(String(100), default="", index=True)
    detail: Mapped[str] = mapped_column(String(80), default="")
    nth: Mapped[int] = mapped_column(default=0)
    user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))


def detail(event: str, data: Sequence[str]) -> str:
    """What is kept of the fields after an event: one of them, printable and short."""
    position = EVENTS[event]
    kept = data[position] if position is not None and position < len(data) else ""
    return _UNPRINTABLE.sub("", kept)[:80]


def happened(session: Session, events: Sequence[SeatEvent]) -> None:
    """Add events, in their order, but for those that are there; no two of them are the same."""
    seconds = {each.at for each in events}
    there = {_key(each) for each in session.scalars(select(SeatEvent).where(SeatEvent.at.in_(seconds)))}
    session.add_all(each for each in events if _key(each) not in there)
    session.flush()


def _key(event: SeatEvent) -> tuple[object, ...]:
    return event.at, event.seat, event.event, event.call_id, event.detail, event.nth


def sitting(session: Session, seat: str, at: datetime) -> int | None:
    """Who sat at a seat at a moment; None: nobody, or nobody has said so."""
    changes = select(SeatEvent.user_id, SeatEvent.event).where(
        SeatEvent.seat == seat, SeatEvent.at <= at, SeatEvent.event.in_((SEAT_USER, "REMOVEMEMBER"))
    )
    last = session.execute(changes.order_by(SeatEvent.at.desc(), SeatEvent.id.desc()).limit(1)).first()
    return last.user_id if last and last.event == SEAT_USER else None


def connected(session: Session, call_id: str) -> SeatEvent | None:
    """The seat's answer to a call."""
    answers = select(SeatEvent).where(SeatEvent.call_id == call_id, SeatEvent.event == "CONNECT")
    return session.scalars(answers.order_by(SeatEvent.at)).first()


def recording_pauses(session: Session, call_ids: Collection[str]) -> dict[str, list[str]]:
    """Call → the reasons for which its recording was paused, in their order; for a page of calls."""
    paused = (SeatEvent.call_id.in_(call_ids), SeatEvent.event == PAUSE_OF_RECORDING[0])
    found: dict[str, list[str]] = {}
    for event in session.scalars(select(SeatEvent).where(*paused).order_by(SeatEvent.at, SeatEvent.id)):
        found.setdefault(event.call_id, []).append(event.detail)
    return found
