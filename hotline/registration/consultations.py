"""Consultations (咨询): a question that was answered in the call itself and needs no unit."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import ForeignKey, String, Text, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from hotline import audit
from hotline.cases.case_entry import CannotRegister, CannotUndo
from hotline.cases.cases import Category
from hotline.mapping import Base
from hotline.refusals import Reason, Refused


class CannotKeep(Reason):
    """What is missing in a consultation, beside its category."""

    NO_TOPIC = "write in a sentence what was asked", "请用一句话写明咨询内容"
    NO_ANSWER = "write what you answered", "请写明答复内容"


class Consultation(Base):
    """One consultation: what was asked and what was answered. Its recording is that of the call."""

    __tablename__ = "consultations"

    id: Mapped[int] = mapped_column(primary_key=True)
    call_id: Mapped[str] = mapped_column(String(100), unique=True)
    caller: Mapped[str] = mapped_column(String(32), index=True)
    name: Mapped[str] = mapped_column(String(80), default="")
    category: Mapped[Category] = mapped_column(String(20))
    topic: Mapped[str] = mapped_column(String(200))
    answer: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime]
    by_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    seat: Mapped[str] = mapped_column(String(8))
    withdrawn_at: Mapped[datetime | None]


def category_of(fields: Mapping[str, str]) -> Category:
    """The category that was chosen. Raises Refused."""
    try:
        return Category(fields.get("category", ""))
    except ValueError:
        raise Refused("category", CannotRegister.NO_CATEGORY) from None


def keep(
    session: Session,
    call_id: str,
    caller: str,
    seat: str,
    fields: Mapping[str, str],
    by_id: int,
    now: datetime,
) -> Consultation:
    """Keep what was asked and answered in a call; once more after it was withdrawn. Raises Refused.

    ``fields`` are those of a form in which nothing is missing (``form_finishing.missing``).
    """
    found = of_call(session, call_id)
    if found is None:
        found = Consultation(call_id=call_id, caller=caller, at=now)
        session.add(found)
    found.name, found.category = fields.get("petitioner", "").strip(), category_of(fields)
    found.topic, found.answer = fields["topic"].strip(), fields["answer"].strip()
    found.by_id, found.seat, found.withdrawn_at = by_id, seat, None
    session.flush()
    return found


def of_call(session: Session, call_id: str) -> Consultation | None:
    """The consultation of a call, also when it was withdrawn."""
    return session.scalars(select(Consultation).where(Consultation.call_id == call_id)).first()


def withdraw(session: Session, found: Consultation, reason: str, by_id: int, now: datetime) -> None:
    """Take a consultation back that was kept by mistake; the reason is in the audit trail. Raises Refused."""
    if not reason.strip():
        raise Refused("reason", CannotUndo.NO_REASON)
    found.withdrawn_at = now
    audit.note(session, now, by_id, "withdraw", f"call {found.call_id}", reason.strip())
