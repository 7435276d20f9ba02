"""Notes about a caller, for whoever answers the next call from that number."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import ForeignKey, String, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from hotline import audit
from hotline.grants import By, Granted, may
from hotline.mapping import Base
from hotline.people import User
from hotline.refusals import Reason, Refused
from hotline.who_may import Act

LONGEST_NOTE = 500


class CannotNote(Reason):
    """Why a note is not added or not taken back."""

    WITHHELD = (
        "the number is withheld, so no later call could show the note",
        "号码未显示，备注无法在以后的来电中显示",
    )
    LENGTH = "a note has 1 to {most} characters", "备注须为 1 至 {most} 个字"
    SOMEBODY_ELSES = (
        "somebody else wrote this note; ask a supervisor to take it back",
        "此备注由他人添加，请主管撤回",
    )


class CallerNote(Base):
    """One note. Notes are added, and taken back by a supervisor or by who wrote them."""

    __tablename__ = "caller_notes"

    id: Mapped[int] = mapped_column(primary_key=True)
    caller: Mapped[str] = mapped_column(String(32), index=True)
    text: Mapped[str] = mapped_column(String(LONGEST_NOTE))
    by_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    at: Mapped[datetime]
    taken_back_at: Mapped[datetime | None]


def add(session: Session, caller: str, text: str, by_id: int, now: datetime) -> CallerNote:
    """Add a note about a number. Raises Refused for an empty or long text and a withheld number."""
    text = " ".join(text.split())
    if not caller:
        raise Refused("note", CannotNote.WITHHELD)
    if not text or len(text) > LONGEST_NOTE:
        raise Refused("note", CannotNote.LENGTH, most=LONGEST_NOTE)
    note = CallerNote(caller=caller, text=text, by_id=by_id, at=now)
    session.add(note)
    session.flush()
    audit.note(session, now, by_id, "add note", f"caller note {note.id}", text)
    return note


def take_back(session: Session, note: CallerNote, by: User, now: datetime) -> None:
    """Take a note back; it stays in the database and is shown no more. Raises Refused."""
    if not may_take_back(by, note):
        raise Refused("note", CannotNote.SOMEBODY_ELSES)
    if note.taken_back_at is None:
        note.taken_back_at = now
        audit.note(session, now, by.id, "take back note", f"caller note {note.id}", note.text)


def may_take_back(user: Granted, note: CallerNote) -> bool:
    """Everybody may take an own note back; somebody else's needs a supervisor."""
    return may(user, Act.TAKE_BACK_NOTE, By(note.by_id))


def about(session: Session, numbers: Collection[str], most: int = 20) -> Sequence[CallerNote]:
    """The notes in force about a caller, the newest first; ``numbers``: the ways to write the number."""
    query = select(CallerNote).where(CallerNote.caller.in_(numbers), CallerNote.taken_back_at.is_(None))
    return session.scalars(query.order_by(CallerNote.at.desc(), CallerNote.id.desc()).limit(most)).all()
