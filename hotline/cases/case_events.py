"""What has happened to a case: one event after the other, each with the hash of the one before.

Events are added and never changed or deleted: triggers of the database refuse it (``hotline.evidence``).
How far a case is follows from them (``hotline.cases.standing``).
"""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import ForeignKey, String, Text, select
from sqlalchemy.engine import Dialect
from sqlalchemy.orm import Mapped, Session, mapped_column
from sqlalchemy.types import TypeDecorator

from hotline import hash_chain
from hotline.cases.cases import Case
from hotline.cases.moves import Move
from hotline.mapping import Base
from hotline.people import Role, User

Facts = Mapping[str, str | int]
"""What of an event rules go by: codes, counts, days as ``YYYY-MM-DD``."""


class FactsText(TypeDecorator[dict[str, str | int]]):
    """Facts as JSON in one way of writing, which a trigger can compare on every database."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: dict[str, str | int] | None, dialect: Dialect) -> str:
        return written(value or {})

    def process_result_value(self, value: str | None, dialect: Dialect) -> dict[str, str | int]:
        return dict(json.loads(value or "{}"))


def written(facts: Facts) -> str:
    """Facts as text: the same for the same facts."""
    return json.dumps(dict(facts), sort_keys=True)


class CaseEvent(Base):
    """One event of a case. ``id``: the case number, a dash, and ``sequence``, which begins with 1.

    ``role`` and ``unit_code``: what the user was as it happened; in the office the unit is empty.
    ``text``: what the user wrote for people to read.
    """

    __tablename__ = "case_events"

    id: Mapped[str] = mapped_column(String(20), primary_key=True)
    case_number: Mapped[str] = mapped_column(ForeignKey("cases.number"), index=True)
    sequence: Mapped[int]
    at: Mapped[datetime]
    by_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    role: Mapped[Role] = mapped_column(String(20))
    unit_code: Mapped[str] = mapped_column(String(20), default="")
    move: Mapped[Move] = mapped_column(String(20))
    facts: Mapped[dict[str, str | int]] = mapped_column(FactsText)
    text: Mapped[str] = mapped_column(Text, default="")
    previous: Mapped[str] = mapped_column(String(64))
    hash: Mapped[str] = mapped_column(String(64))


def add(
    session: Session, case: Case, move: Move, facts: Facts, text: str, by_id: int, now: datetime
) -> CaseEvent:
    """Add the next event of a case, which the transaction has locked or has just made."""
    last = session.get(CaseEvent, event_id(case.number, case.events)) if case.events else None
    user, sequence = session.get_one(User, by_id), case.events + 1
    event = CaseEvent(
        id=event_id(case.number, sequence),
        case_number=case.number,
        sequence=sequence,
        at=now,
        by_id=by_id,
        role=Role(user.role),
        unit_code=user.unit_code or "",
        move=move,
        facts=dict(facts),
        text=text,
        previous=last.hash if last else hash_chain.START,
    )
    event.hash = link(event)
    case.events = sequence
    session.add(event)
    return event


def event_id(number: str, sequence: int) -> str:
    """The identifier of an event of a case."""
    return f"{number}-{sequence}"


def link(event: CaseEvent) -> str:
    """The hash of an event, over all it says and the hash of the one before."""
    return hash_chain.digest(
        "case event",
        event.id,
        hash_chain.instant(event.at),
        event.by_id,
        event.role,
        event.unit_code,
        event.move,
        written(event.facts),
        event.text,
        event.previous,
    )


def of_case(session: Session, number: str) -> Sequence[CaseEvent]:
    """All events of a case, the first one first."""
    events = select(CaseEvent).where(CaseEvent.case_number == number).order_by(CaseEvent.sequence)
    return session.scalars(events).all()


def first_broken(events: Sequence[CaseEvent]) -> CaseEvent | None:
    """The first of a case's events that was changed since it was added, or before which one is missing."""
    previous = hash_chain.START
    for sequence, event in enumerate(events, start=1):
        if (event.sequence, event.previous, event.hash) != (sequence, previous, link(event)):
            return event
        previous = event.hash
    return None
