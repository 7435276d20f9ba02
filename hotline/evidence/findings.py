"""Findings: what differs from what was once kept. Shown to administrators until it is mended."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import String, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from hotline import audit
from hotline.mapping import Base


class EvidenceFinding(Base):
    """One difference: ``subject`` is what it was found in, such as ``part 5f…`` or ``audit trail``."""

    __tablename__ = "evidence_findings"

    id: Mapped[int] = mapped_column(primary_key=True)
    subject: Mapped[str] = mapped_column(String(80), index=True)
    what: Mapped[str] = mapped_column(String(300))
    found_at: Mapped[datetime]
    over_at: Mapped[datetime | None] = mapped_column(index=True)


def standing(session: Session, most: int = 100) -> Sequence[EvidenceFinding]:
    """What differs still, the oldest first."""
    query = select(EvidenceFinding).where(EvidenceFinding.over_at.is_(None))
    return session.scalars(query.order_by(EvidenceFinding.id).limit(most)).all()


def stands(session: Session, subject: str) -> bool:
    """Whether something differs in this."""
    query = select(EvidenceFinding.id).where(
        EvidenceFinding.subject == subject[:80], EvidenceFinding.over_at.is_(None)
    )
    return session.scalar(query.limit(1)) is not None


def found(session: Session, subject: str, what: str, now: datetime) -> bool:
    """Say what differs, once; the audit trail says so too. False where it was said already."""
    known = select(EvidenceFinding.id).where(
        EvidenceFinding.subject == subject[:80],
        EvidenceFinding.what == what[:300],
        EvidenceFinding.over_at.is_(None),
    )
    if session.scalar(known.limit(1)) is not None:
        return False
    session.add(EvidenceFinding(subject=subject[:80], what=what[:300], found_at=now))
    audit.note(session, now, None, "find a difference", subject, what)
    return True


def mended(session: Session, subject: str, now: datetime) -> None:
    """What was found in this is as it should be again."""
    query = select(EvidenceFinding).where(
        EvidenceFinding.subject == subject[:80], EvidenceFinding.over_at.is_(None)
    )
    for each in session.scalars(query):
        each.over_at = now
        audit.note(session, now, None, "find mended", subject, each.what)
