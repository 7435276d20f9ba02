"""Deletions: what retention has deleted, or has begun to. The audit trail says the same, and is the proof."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, String, func, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from hotline.audit import AuditEntry
from hotline.evidence import recorded
from hotline.mapping import Base
from hotline.recordings.recordings import RecordingPart


class Retained(StrEnum):
    """What of a recording has a time of its own."""

    SOUND = "sound"
    TRANSCRIPTS = "transcripts"
    NUMBERS = "numbers"


BY_RETENTION = ", by retention after "
"""In the audit trail's detail of every deletion, behind what was deleted."""


class Deletion(Base):
    """Something of a recording that is deleted: of sound a row for each part.

    ``done_at`` is None while a file is being removed: the row is there before, and the audit trail after.
    ``settled_at``: from when the months were counted.
    """

    __tablename__ = "deletions"

    id: Mapped[int] = mapped_column(primary_key=True)
    what: Mapped[Retained] = mapped_column(String(12))
    recording_id: Mapped[str] = mapped_column(ForeignKey("recordings.id"), index=True)
    part_id: Mapped[str | None] = mapped_column(ForeignKey("recording_parts.id"), unique=True)
    settled_at: Mapped[datetime]
    begun_at: Mapped[datetime]
    done_at: Mapped[datetime | None] = mapped_column(index=True)


class LegalHold(Base):
    """A case, or the recording of this number, of which nothing is deleted until the hold is released."""

    __tablename__ = "legal_holds"

    id: Mapped[int] = mapped_column(primary_key=True)
    recording_id: Mapped[str | None] = mapped_column(ForeignKey("recordings.id"), index=True)
    case_number: Mapped[str] = mapped_column(String(10), index=True)
    reason: Mapped[str] = mapped_column(String(300))
    held_at: Mapped[datetime]
    released_at: Mapped[datetime | None]


@dataclass(frozen=True)
class DeletedAt:
    """When each was deleted of one recording; None: it is there, or was never."""

    sound: datetime | None = None
    transcripts: datetime | None = None
    numbers: datetime | None = None


def deleted_parts(session: Session, recording_ids: Collection[str]) -> set[str]:
    """The parts of these recordings whose sound the audit trail says was deleted."""
    query = select(RecordingPart.id).where(
        RecordingPart.recording_id.in_(recording_ids), recorded.is_deleted()
    )
    return set(session.scalars(query))


def silent(session: Session, recording_ids: Collection[str]) -> set[str]:
    """Those of these recordings of which no sound is left."""
    parts = select(RecordingPart.id, RecordingPart.recording_id).where(
        RecordingPart.recording_id.in_(recording_ids)
    )
    deleted, found = deleted_parts(session, recording_ids), session.execute(parts).all()
    return {of for _, of in found} - {of for part, of in found if part not in deleted}


def beside_recordings(session: Session, since: datetime) -> list[tuple[str, str, datetime]]:
    """Kind, subject and time of what was deleted and is no part of a recording, as the audit trail has it."""
    noted = select(AuditEntry.detail, AuditEntry.subject, AuditEntry.at).where(
        AuditEntry.action == recorded.DELETE,
        AuditEntry.at >= since,
        AuditEntry.detail.contains(BY_RETENTION),
        ~AuditEntry.subject.startswith("recording "),
        ~AuditEntry.subject.startswith("part "),
    )
    rows = session.execute(noted.order_by(AuditEntry.sequence))
    return [(detail.partition(",")[0], subject, at) for detail, subject, at in rows]


def gone(session: Session, recording_id: str) -> DeletedAt:
    """What retention has deleted of a recording."""
    query = select(Deletion.what, func.max(Deletion.done_at)).where(
        Deletion.recording_id == recording_id, Deletion.done_at.is_not(None)
    )
    return DeletedAt(**{str(what): at for what, at in session.execute(query.group_by(Deletion.what))})
