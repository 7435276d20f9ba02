"""The form beside a call: a case or a consultation (咨询), saved as it is typed and finished in wrap-up.

What is typed belongs to the call and not to the browser: it survives a reload, a restart and a sign-out.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import JSON, ColumnElement, ForeignKey, Index, String, func, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from hotline import audit
from hotline.mapping import Base
from hotline.registration import call_cases

FIELD_LENGTHS = {
    "petitioner": 80,
    "telephone": 32,
    "address": 200,
    "category": 20,
    "summary": 4000,
    "unit_code": 20,
    "topic": 200,
    "answer": 4000,
}
"""The fields of both kinds, in characters; a case and a consultation share the name and the category."""

NOTED_EVERY = timedelta(minutes=10)
"""Typing is saved every second; the audit trail says who typed, not how often."""

MOST_LEFT_BEHIND = 200
"""So many forms left behind one page shows."""


class FormKind(StrEnum):
    """What becomes of a call."""

    CASE = "case"
    CONSULTATION = "consultation"


class CallForm(Base):
    """What an agent has typed about a call so far; ``version`` is raised with each saving.

    ``result``: the number of the case or the id of the consultation it became when it was finished; empty
    when it was put away because there was nothing to register. ``user_id``: the agent who typed last,
    ``finished_by_id``: who finished it or put it away, also without typing anything.
    """

    __tablename__ = "call_forms"
    __table_args__ = (Index("ix_call_forms_finished_at_user_id", "finished_at", "user_id"),)

    call_id: Mapped[str] = mapped_column(String(100), primary_key=True)
    seat: Mapped[str] = mapped_column(String(8))
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    caller: Mapped[str] = mapped_column(String(32), index=True)
    kind: Mapped[FormKind] = mapped_column(String(12))
    fields: Mapped[dict[str, str]] = mapped_column(JSON, default=dict)
    version: Mapped[int] = mapped_column(default=0)
    saved_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]
    finished_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    result: Mapped[str] = mapped_column(String(20), default="")


@dataclass(eq=False)
class FormConflict(Exception):
    """Another page saved the form meanwhile; both texts are there, this one on its page."""

    version: int
    kind: FormKind
    fields: Mapping[str, str]


class FormFinished(Exception):
    """The form is finished; it has to be opened again before anything can be changed."""


@dataclass(frozen=True)
class Author:
    """Who saves a form, and for which seat. ``takes_part``: is an agent of the call, and no supervisor."""

    user_id: int
    seat: str
    caller: str
    takes_part: bool


def cleaned(fields: Mapping[str, str]) -> dict[str, str]:
    """The known fields alone, none longer than it may be."""
    return {name: str(fields.get(name, ""))[:most] for name, most in FIELD_LENGTHS.items()}


def save(
    session: Session,
    call_id: str,
    author: Author,
    kind: FormKind,
    fields: Mapping[str, str],
    based_on: int,
    now: datetime,
) -> CallForm:
    """Save what is typed; ``based_on`` is the version its page has seen.

    Raises FormConflict and FormFinished.
    """
    form = in_hand(session, call_id) or _new(session, call_id, author, now)
    fields = cleaned(fields)
    if (form.kind, form.fields) == (kind, fields):
        return form
    if form.finished_at is not None:
        raise FormFinished
    if form.version != based_on:
        raise FormConflict(form.version, FormKind(form.kind), form.fields)
    form.kind, form.fields, form.version, form.saved_at = kind, fields, based_on + 1, now
    if author.takes_part:
        form.user_id, form.seat = author.user_id, author.seat or form.seat
    audit.note_once(session, now, author.user_id, "edit", f"call {call_id}", within=NOTED_EVERY)
    return form


def in_hand(session: Session, call_id: str) -> CallForm | None:
    """The form as it is now; nobody else changes it before this transaction ends."""
    call_cases.alone_with(session, call_id)
    form = session.get(CallForm, call_id)
    if form is not None:
        session.refresh(form)
    return form


def _new(session: Session, call_id: str, author: Author, now: datetime) -> CallForm:
    form = CallForm(
        call_id=call_id, seat=author.seat, user_id=author.user_id, caller=author.caller, saved_at=now
    )
    form.kind, form.fields, form.version, form.result = FormKind.CASE, cleaned({}), 0, ""
    session.add(form)
    return form


def unfinished(session: Session, user_id: int | None = None) -> Sequence[CallForm]:
    """The forms a user, or anybody, has begun and not finished: the oldest, ``MOST_LEFT_BEHIND`` of them."""
    query = select(CallForm).where(*_left_behind(user_id))
    return session.scalars(query.order_by(CallForm.saved_at).limit(MOST_LEFT_BEHIND)).all()


def count_unfinished(session: Session, user_id: int | None = None, besides: str = "") -> int:
    """How many forms a user, or anybody, has begun and not finished, ``besides`` that of one call."""
    counted = select(func.count()).where(*_left_behind(user_id), CallForm.call_id != besides)
    return session.scalar(counted) or 0


def _left_behind(user_id: int | None) -> list[ColumnElement[bool]]:
    whose = [] if user_id is None else [CallForm.user_id == user_id]
    return [CallForm.finished_at.is_(None), CallForm.version > 0, *whose]


def put_away(session: Session, form: CallForm, by_id: int, now: datetime) -> None:
    """There is nothing to register in this call. What was typed is kept. Raises FormFinished."""
    if form.finished_at is not None:
        raise FormFinished
    form.finished_at, form.finished_by_id, form.result = now, by_id, ""
    audit.note(session, now, by_id, "put away", f"call {form.call_id}")


def open_again(session: Session, form: CallForm, by_id: int, now: datetime) -> None:
    """Let a finished form be changed again."""
    form.finished_at, form.finished_by_id, form.result = None, None, ""
    form.version += 1
    audit.note(session, now, by_id, "open again", f"call {form.call_id}")
