"""What somebody has begun to type in a form and not sent: kept for that user alone, until it is sent.

It belongs to its author and not to a browser: it survives a reload, another page, a sign-out and a restart,
and nothing of it stays on a shared machine. It is no record of the office: it goes when what it was begun for
is done, and after the period of transcripts, or that of numbers, at the latest
(``hotline.retention.beside_drafts``).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import JSON, ForeignKey, String, UniqueConstraint, delete, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from hotline.mapping import Base, one_at_a_time


class FormName(StrEnum):
    """The forms in which something can be typed, but for those beside calls (``registration.call_forms``)."""

    REGISTER = "register"
    DUPLICATE = "duplicate"
    UNDO = "undo"
    KEEP = "keep"
    NOTE = "note"
    WITHDRAW = "withdraw"
    MESSAGE = "message"
    LINE = "line"
    BLOCK = "block"
    USER = "user"
    DECLINE = "decline"
    OBJECT = "object"
    DISAGREE = "disagree"
    RECALL = "recall"
    EXTEND = "extend"
    REPLY = "reply"
    SEND_BACK = "send back"
    SUBMISSION = "submission"
    JOIN = "join"
    NO_CASE = "no case"
    UNDO_SUBMISSION = "take back"


OF_RECORDING = frozenset({FormName.REGISTER, FormName.DUPLICATE, FormName.UNDO, FormName.KEEP})
"""Their subject is the identifier of a recording."""
OF_CALL = frozenset({FormName.NOTE, FormName.WITHDRAW})
"""Theirs is the identifier of a call; that of a message is a seat, and the others have none. A block that was
begun from a call has that call: what was typed for one number is never put over another."""
OF_CASE = frozenset(
    {
        FormName.DECLINE,
        FormName.OBJECT,
        FormName.DISAGREE,
        FormName.RECALL,
        FormName.EXTEND,
        FormName.REPLY,
        FormName.SEND_BACK,
    }
)
"""Theirs is the number of a case; each has the name of the move for which it is written."""
OF_SUBMISSION = frozenset({FormName.SUBMISSION, FormName.JOIN, FormName.NO_CASE, FormName.UNDO_SUBMISSION})
"""Theirs is the number of a letter, a visit or an appointment; of one that is new, its channel."""
WITH_NUMBER = frozenset({FormName.REGISTER, FormName.BLOCK, FormName.SUBMISSION})
"""A field of theirs is a telephone number."""

FIELDS: Mapping[FormName, Mapping[str, int]] = {
    FormName.REGISTER: {
        "petitioner": 80, "telephone": 32, "address": 200, "summary": 4000, "category": 20, "unit": 200,
        "unit_code": 20,
    },
    FormName.DUPLICATE: {"duplicate_of": 20},
    FormName.UNDO: {"reason": 300},
    FormName.KEEP: {"reason": 300},
    FormName.NOTE: {"note": 500},
    FormName.WITHDRAW: {"reason": 300},
    FormName.MESSAGE: {"text": 300},
    FormName.LINE: {"reason": 200, "until": 16},
    FormName.BLOCK: {"digits": 32, "prefix": 1, "reason": 200, "days": 4},
    FormName.USER: {"name": 40, "full_name": 80, "role": 20, "unit": 200, "unit_code": 20},
    FormName.DECLINE: {"ground": 20, "text": 4000},
    FormName.OBJECT: {"text": 4000},
    FormName.DISAGREE: {"text": 4000},
    FormName.RECALL: {"text": 4000},
    FormName.EXTEND: {"days": 4, "text": 4000},
    FormName.REPLY: {"outcome": 20, "text": 4000},
    FormName.SEND_BACK: {"text": 4000},
    FormName.SUBMISSION: {
        "received": 16, "petitioner": 80, "telephone": 32, "address": 200, "summary": 4000, "category": 20,
        "unit": 200, "unit_code": 20, "postal_number": 40, "queue_number": 12, "room": 40, "persons": 3,
        "representatives": 400, "appointed_for": 16, "meeting_address": 300,
    },
    FormName.JOIN: {"case_number": 20},
    FormName.NO_CASE: {"ground": 300},
    FormName.UNDO_SUBMISSION: {"reason": 300},
}  # fmt: skip
"""What is typed in each, in characters; ``unit``: what stands in the field in which a unit is looked for."""


class FormDraft(Base):
    """What a user has typed in one form so far; ``version`` is raised with each saving."""

    __tablename__ = "drafts"
    __table_args__ = (UniqueConstraint("user_id", "form", "subject"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    form: Mapped[FormName] = mapped_column(String(12))
    subject: Mapped[str] = mapped_column(String(100), index=True)
    fields: Mapped[dict[str, str]] = mapped_column(JSON)
    version: Mapped[int]
    saved_at: Mapped[datetime]


@dataclass(frozen=True)
class DraftPlace:
    """One form, as one user has it before them."""

    user_id: int
    form: FormName
    subject: str = ""


@dataclass(eq=False)
class DraftConflict(Exception):
    """Another window of the same user saved meanwhile; both texts are there, this one in its window."""

    draft: FormDraft


def kept(session: Session, place: DraftPlace) -> FormDraft | None:
    """What was typed there and not sent."""
    mine = (
        FormDraft.user_id == place.user_id,
        FormDraft.form == place.form,
        FormDraft.subject == place.subject,
    )
    return session.scalars(select(FormDraft).where(*mine)).first()


def save(session: Session, place: DraftPlace, fields: Mapping[str, str], based_on: int, now: datetime) -> int:
    """Save what is typed; returns its version, 0 where nothing is, which is no draft. Raises DraftConflict.

    ``based_on``: the version that the window has seen. The same text again is none: an answer was lost.
    """
    one_at_a_time(session, f"draft {place.user_id} {place.form} {place.subject}")
    found = kept(session, place)
    typed = {name: fields.get(name, "")[:most] for name, most in FIELDS[place.form].items()}
    if found is not None and found.fields == typed:
        return found.version
    if found is not None and found.version != based_on:
        raise DraftConflict(found)
    if not any(typed.values()):
        discard(session, place)
        return 0
    if found is None:
        found = FormDraft(user_id=place.user_id, form=place.form, subject=place.subject, version=0)
        session.add(found)
    found.fields, found.version, found.saved_at = typed, found.version + 1, now
    return found.version


def discard(session: Session, place: DraftPlace) -> None:
    """It is sent, or given up."""
    mine = (
        FormDraft.user_id == place.user_id,
        FormDraft.form == place.form,
        FormDraft.subject == place.subject,
    )
    session.execute(delete(FormDraft).where(*mine))


def discard_all(session: Session, forms: frozenset[FormName], subject: str) -> None:
    """What they were begun for is done, whoever did it."""
    session.execute(delete(FormDraft).where(FormDraft.form.in_(forms), FormDraft.subject == subject))


def begun_by_others(session: Session, place: DraftPlace) -> Sequence[FormDraft]:
    """What others have begun there, the newest first; whoever sees it learns who and when, not what."""
    theirs = (
        FormDraft.user_id != place.user_id,
        FormDraft.form == place.form,
        FormDraft.subject == place.subject,
    )
    return session.scalars(select(FormDraft).where(*theirs).order_by(FormDraft.saved_at.desc())).all()
