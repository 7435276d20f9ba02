"""Letters, visits and appointments: each has a number from its first saving on, and comes to one outcome.

One without an outcome waits for it, and is counted until it has one: nothing that reached the office is left
lying. What becomes of it is decided in ``deciding``.
"""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum

from sqlalchemy import JSON, ForeignKey, Index, String, Text, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from hotline.cases import case_number
from hotline.cases.case_entry import CannotUndo
from hotline.cases.cases import Category
from hotline.cases.origins import Origin
from hotline.mapping import Base
from hotline.refusals import Refused


class SubmissionOutcome(StrEnum):
    """What became of it."""

    REGISTERED = "registered"
    """It is a case, under its own number."""
    JOINED = "joined"
    """It belongs to a case that was there."""
    NO_CASE = "no_case"
    """The office has decided that it is none, and why."""


class Particular(StrEnum):
    """What is noted of some channels alone."""

    POSTAL_NUMBER = "postal_number"
    QUEUE_NUMBER = "queue_number"
    """At reception: drawn by the system where nothing is entered."""
    ROOM = "room"
    PERSONS = "persons"
    """How many came."""
    REPRESENTATIVES = "representatives"
    """Who speaks for them, a name a line."""
    APPOINTED_FOR = "appointed_for"
    """Day and time at the office, ``YYYY-MM-DDTHH:MM``."""
    MEETING_ADDRESS = "meeting_address"
    """Where the office's own system shows the meeting."""


PARTICULARS: Mapping[Origin, tuple[Particular, ...]] = {
    Origin.LETTER: (Particular.POSTAL_NUMBER,),
    Origin.VISIT: (
        Particular.QUEUE_NUMBER,
        Particular.ROOM,
        Particular.PERSONS,
        Particular.REPRESENTATIVES,
    ),
    Origin.APPOINTMENT: (Particular.APPOINTED_FOR, Particular.MEETING_ADDRESS),
}


class Submission(Base):
    """One letter, visit or appointment. What is not known of it is empty; each change raises ``version``.

    ``case_number``: the case it is or belongs to, while its outcome stands. ``ground``: why it is none.
    """

    __tablename__ = "submissions"
    __table_args__ = (
        Index("ix_submissions_received", "received_at", "number"),
        Index("ix_submissions_outcome", "outcome", "received_at", "number"),
    )

    number: Mapped[str] = mapped_column(ForeignKey("case_numbers.number"), primary_key=True)
    channel: Mapped[Origin] = mapped_column(String(12))
    received_at: Mapped[datetime]
    petitioner: Mapped[str] = mapped_column(String(80), default="")
    telephone: Mapped[str] = mapped_column(String(32), default="")
    address: Mapped[str] = mapped_column(String(200), default="")
    category: Mapped[Category | None] = mapped_column(String(20))
    summary: Mapped[str] = mapped_column(Text, default="")
    unit_code: Mapped[str | None] = mapped_column(ForeignKey("units.code"))
    particulars: Mapped[dict[str, str]] = mapped_column(JSON)
    version: Mapped[int]
    entered_at: Mapped[datetime]
    entered_by_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    outcome: Mapped[SubmissionOutcome | None] = mapped_column(String(12))
    case_number: Mapped[str | None] = mapped_column(ForeignKey("cases.number"), index=True)
    ground: Mapped[str] = mapped_column(String(300), default="")
    decided_at: Mapped[datetime | None]
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))


def find(session: Session, number: str) -> Submission | None:
    """The submission of this number."""
    return session.get(Submission, number) if case_number.is_valid(number) else None


def locked(session: Session, number: str) -> Submission:
    """One that there is, as it is now; nobody else changes it before this transaction ends."""
    found = session.get_one(Submission, number)
    session.refresh(found, with_for_update=True)
    return found


def check_none_joined(session: Session, number: str, field: str) -> None:
    """Raises Refused, for ``field``, where something is joined to the case of this number.

    A case is withdrawn only without: what belongs to it would wait nowhere.
    """
    is_joined = (Submission.case_number == number, Submission.outcome == SubmissionOutcome.JOINED)
    joined = session.scalars(select(Submission.number).where(*is_joined).order_by(Submission.number)).all()
    if joined:
        raise Refused(field, CannotUndo.HAS_JOINED, numbers=", ".join(map(case_number.spaced, joined)))
