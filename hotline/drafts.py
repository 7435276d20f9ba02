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


class Form(StrEnum):
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


OF_RECORDING = frozenset({Form.REGISTER, Form.DUPLICATE, Form.UNDO, Form.KEEP})
"""Their subject is the identifier of a recording."""
OF_CALL = frozenset({Form.NOTE, Form.WITHDRAW})
"""Theirs is the identifier of a call; that of a message is a seat, and the others have none. A block that was
begun from a call has that call: what was typed for one number is never put over another."""
WITH_NUMBER = frozenset({Form.REGISTER, Form.BLOCK})
"""A field of theirs is a telephone number."""

FIELDS: Mapping[Form, Mapping[str, int]] = {
    Form.REGISTER: {
        "petitioner": 80, "telephone": 32, "address": 200, "summary": 4000, "category": 20, "unit": 200,
        "unit_code": 20,
    },
    Form.DUPLICATE: {"duplicate_of": 20},
    Form.UNDO: {"reason": 300},
    Form.KEEP: {"reason": 300},
    Form.NOTE: {"note": 500},
    Form.WITHDRAW: {"reason": 300},
    Form.MESSAGE: {"text": 300},
    Form.LINE: {"reason": 200, "until": 16},
    Form.BLOCK: {"digits": 32, "prefix": 1, "reason": 200, "days": 4},
    Form.USER: {"name": 40, "full_name": 80, "role": 20},
}  # fmt: skip
"""What is typed in each, in characters; ``unit``: what stands in the field in which a unit is looked for."""


class Draft(Base):
    """What a user has typed in one form so far; ``version`` is raised with each saving."""

    __tablename__ = "drafts"
    __table_args__ = (UniqueConstraint("user_id", "form", "subject"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    form: Mapped[Form] = mapped_column(String(12))
    subject: Mapped[str] = mapped_column(String(100), index=True)
    fields: Mapped[dict[str, str]] = mapped_column(JSON)
    version: Mapped[int]
    saved_at: Mapped[datetime]


@dataclass(frozen=True)
class Place:
    """One form, as one user has it before them."""

    user_id: int
    form: Form
    subject: str = ""


@dataclass(eq=False)
class Conflict(Exception):
    """Another window of the same user saved meanwhile; both texts are there, this one in its window."""

    draft: Draft


def kept(session: Session, place: Place) -> Draft | None:
    """What was typed there and not sent."""
    mine = (Draft.user_id == place.user_id, Draft.form == place.form, Draft.subject == place.subject)
    return session.scalars(select(Draft).where(*mine)).first()


def save(session: Session, place: Place, fields: Mapping[str, str], based_on: int, now: datetime) -> int:
    """Save what is typed; returns its version, 0 where nothing is, which is no draft. Raises Conflict.

    ``based_on``: the version that the window has seen. The same text again is none: an answer was lost.
    """
    one_at_a_time(session, f"draft {place.user_id} {place.form} {place.subject}")
    found = kept(session, place)
    typed = {name: fields.get(name, "")[:most] for name, most in FIELDS[place.form].items()}
    if found is not None and found.fields == typed:
        return found.version
    if found is not None and found.version != based_on:
        raise Conflict(found)
    if not any(typed.values()):
        discard(session, place)
        return 0
    if found is None:
        found = Draft(user_id=place.user_id, form=place.form, subject=place.subject, version=0)
        session.add(found)
    found.fields, found.version, found.saved_at = typed, found.version + 1, now
    return found.version


def discard(session: Session, place: Place) -> None:
    """It is sent, or given up."""
    mine = (Draft.user_id == place.user_id, Draft.form == place.form, Draft.subject == place.subject)
    session.execute(delete(Draft).where(*mine))


def discard_all(session: Session, forms: frozenset[Form], subject: str) -> None:
    """What they were begun for is done, whoever did it."""
    session.execute(delete(Draft).where(Draft.form.in_(forms), Draft.subject == subject))


def begun_by_others(session: Session, place: Place) -> Sequence[Draft]:
    """What others have begun there, the newest first; whoever sees it learns who and when, not what."""
    theirs = (Draft.user_id != place.user_id, Draft.form == place.form, Draft.subject == place.subject)
    return session.scalars(select(Draft).where(*theirs).order_by(Draft.saved_at.desc())).all()
