"""The audit trail: who opened, played, edited and decided what. Rows are added and never changed."""

from datetime import datetime, timedelta

from sqlalchemy import ForeignKey, Index, String, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from hotline.mapping import Base


class AuditEntry(Base):
    """One act. ``subject`` is what it was done to, such as ``recording 5f…`` or ``user li``."""

    __tablename__ = "audit_entries"
    __table_args__ = (Index("ix_audit_entries_subject_at", "subject", "at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(index=True)
    user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"), index=True)
    action: Mapped[str] = mapped_column(String(40))
    subject: Mapped[str] = mapped_column(String(80))
    detail: Mapped[str] = mapped_column(String(500), default="")


def note(
    session: Session, at: datetime, user_id: int | None, action: str, subject: str, detail: str = ""
) -> None:
    """Add an entry, committed together with the act itself."""
    session.add(AuditEntry(at=at, user_id=user_id, action=action, subject=subject[:80], detail=detail[:500]))


def note_once(
    session: Session,
    at: datetime,
    user_id: int,
    action: str,
    subject: str,
    detail: str = "",
    *,
    within: timedelta,
) -> None:
    """The same, unless this user has done the same to it within so long before."""
    if not noted(session, user_id, action, subject, detail, since=at - within):
        note(session, at, user_id, action, subject, detail)


def noted(
    session: Session, user_id: int, action: str, subject: str, detail: str = "", *, since: datetime
) -> bool:
    """Whether a user has done this to it since then."""
    lately = select(AuditEntry.id).where(
        AuditEntry.subject == subject[:80],
        AuditEntry.at > since,
        AuditEntry.user_id == user_id,
        AuditEntry.action == action,
        AuditEntry.detail == detail[:500],
    )
    return session.scalar(lately.limit(1)) is not None
