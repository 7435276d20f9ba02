"""What seats did and when: signed in, paused and why, talked, rung in vain. The exchange tells of it."""

from collections.abc import Collection, Sequence
from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from hotline.mapping import Base


class EventKind(StrEnum):
    """What happened at a seat, and what ``detail`` says of it."""

    EXCHANGE_STARTED = "exchange_started"
    """At every seat: who talked until then talks no more."""
    SEAT_TAKEN = "signed_in"
    SEAT_LEFT = "signed_out"
    SAT_DOWN = "sat_down"
    """Who it is; the identifier of the user."""
    PAUSED = "paused"
    """The reason."""
    RESUMED = "resumed"
    """The reason, where there is one."""
    NO_ANSWER = "no_answer"
    """It was rung in vain; for so many milliseconds."""
    ANSWERED = "answered"
    """A talk begins; seconds that the caller has waited."""
    HANDED_TO = "handed_to"
    """A talk begins at the seat that gets a call from another one, or is asked by it first."""
    AGENT_HUNG_UP = "agent_hung_up"
    """The talk is over, like the following; seconds that it lasted."""
    CALLER_HUNG_UP = "caller_hung_up"
    BLIND_TRANSFER = "blind_transfer"
    """The extension it was handed to."""
    ATTENDED_TRANSFER = "attended_transfer"
    HANDED_TALK_OVER = "handed_talk_over"
    """Of a seat to which the call was handed on; seconds."""
    WRAP_UP_OVER = "wrap_up_over"
    """Seconds that it lasted."""
    RECORDING_PAUSED = "recording_paused"
    """The reason."""
    RECORDING_RESUMED = "recording_resumed"
    CONSULT_BEGAN = "consult_began"
    """It asks another seat while its caller hears music; the name of that seat."""
    CONSULT_ENDED = "consult_ended"
    """It is back, or has handed the call on."""


TALK_BEGINS = (EventKind.ANSWERED, EventKind.HANDED_TO)
TALK_OVER = (
    EventKind.AGENT_HUNG_UP,
    EventKind.CALLER_HUNG_UP,
    EventKind.BLIND_TRANSFER,
    EventKind.ATTENDED_TRANSFER,
    EventKind.HANDED_TALK_OVER,
)
PAUSE_OF_RECORDING = (EventKind.RECORDING_PAUSED, EventKind.RECORDING_RESUMED)
CONSULT = (EventKind.CONSULT_BEGAN, EventKind.CONSULT_ENDED)


class SeatEvent(Base):
    """One thing that happened at a seat; at every seat where ``seat`` is empty.

    ``user_id``: who sat there then. ``nth``: how many events of the same second are the same before it. The
    exchange's log knows seconds only, and a seat may be paused twice in one; read again, it has the same
    ``nth`` and is one event.
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
    event: Mapped[EventKind] = mapped_column(String(20))
    call_id: Mapped[str] = mapped_column(String(100), default="", index=True)
    detail: Mapped[str] = mapped_column(String(80), default="")
    nth: Mapped[int] = mapped_column(default=0)
    user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))


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
    comes_or_goes = SeatEvent.event.in_((EventKind.SAT_DOWN, EventKind.SEAT_LEFT))
    changes = select(SeatEvent.user_id, SeatEvent.event).where(
        SeatEvent.seat == seat, SeatEvent.at <= at, comes_or_goes
    )
    last = session.execute(changes.order_by(SeatEvent.at.desc(), SeatEvent.id.desc()).limit(1)).first()
    return last.user_id if last and last.event == EventKind.SAT_DOWN else None


def connected(session: Session, call_id: str) -> SeatEvent | None:
    """The seat's answer to a call."""
    answers = select(SeatEvent).where(SeatEvent.call_id == call_id, SeatEvent.event == EventKind.ANSWERED)
    return session.scalars(answers.order_by(SeatEvent.at)).first()


def recording_pauses(session: Session, call_ids: Collection[str]) -> dict[str, list[str]]:
    """Call → the reasons for which its recording was paused, in their order; for a page of calls."""
    paused = (SeatEvent.call_id.in_(call_ids), SeatEvent.event == EventKind.RECORDING_PAUSED)
    found: dict[str, list[str]] = {}
    for event in session.scalars(select(SeatEvent).where(*paused).order_by(SeatEvent.at, SeatEvent.id)):
        found.setdefault(event.call_id, []).append(event.detail)
    return found
