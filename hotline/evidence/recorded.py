"""What the audit trail says of recordings: what was kept, its SHA-256, and when; what was deleted.

The last entry about a recording or a part is the one its row has to agree with. Whoever changes a column
that is named here says so by the same functions, in the same transaction.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, exists, select
from sqlalchemy.orm import Session

from hotline import audit, hash_chain
from hotline.audit import AuditEntry
from hotline.recordings.recordings import Recording, RecordingPart

RECEIVE = "receive"
KEEP = "keep"
DELETE = "delete"


def receipt(of: Any, salt: str) -> str:
    """What is noted of a recording's row: who said it, when, and under which number it is found.

    The salt hides the caller's number, also from who tries all numbers there are.
    """
    received_at = hash_chain.instant(of.received_at)
    return hash_chain.digest(
        "recording", salt, of.id, of.call_id, of.case_number, of.caller, of.language, received_at
    )


def keeping(of: Any) -> str:
    """What is noted of a part's row: its SHA-256 and size for people, and a digest of its row."""
    speaker = str(of.speaker) if of.speaker else None
    row = hash_chain.digest(
        "part", of.id, of.recording_id, of.position, of.source, of.store_key, of.sha256, of.bytes, of.seconds,
        speaker, bool(of.repaired), bool(of.replaced),
    )  # fmt: skip
    return f"sha256 {of.sha256}, {of.bytes} bytes, row {row}"


def received(session: Session, recording: Recording, now: datetime, by_id: int | None = None) -> None:
    """Note a recording as it is now: when it is new, and when its case number or its caller changes."""
    salt = hash_chain.new_salt()
    audit.note(session, now, by_id, RECEIVE, f"receipt {recording.id}", receipt(recording, salt), salt)


def kept(session: Session, part: RecordingPart, now: datetime) -> None:
    """Note a part as it is now: when its file was kept, and when it turns out to be replaced by another."""
    audit.note(session, now, None, KEEP, f"part {part.id}", keeping(part))


def deleted(session: Session, part: RecordingPart, now: datetime, by_id: int | None, why: str) -> None:
    """Note that a part's file is deleted on purpose; its row with the hash stays."""
    audit.note(session, now, by_id, DELETE, f"part {part.id}", why)


def is_deleted() -> ColumnElement[bool]:
    """The condition for parts of which the audit trail says that their file was deleted on purpose."""
    return exists().where(AuditEntry.action == DELETE, AuditEntry.subject == "part " + RecordingPart.id)


def caller_erased(session: Session, recording: Recording, now: datetime, by_id: int | None = None) -> None:
    """Note a recording whose caller was just taken off its row, and forget what was noted with the number."""
    _forget(session, RECEIVE, f"receipt {recording.id}", now, by_id)
    received(session, recording, now, by_id)


def source_erased(session: Session, part: RecordingPart, now: datetime) -> None:
    """Note a part whose name in the spool was just rid of the caller's number; the same for it."""
    _forget(session, KEEP, f"part {part.id}", now, None)
    kept(session, part, now)


def _forget(session: Session, action: str, subject: str, now: datetime, by_id: int | None) -> None:
    earlier = select(AuditEntry.sequence).where(
        AuditEntry.subject == subject,
        AuditEntry.action == action,
        AuditEntry.sequence.is_not(None),
        AuditEntry.salt != "",
    )
    audit.erase_details(session, [each for each in session.scalars(earlier) if each], now, by_id)
