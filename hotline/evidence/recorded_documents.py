"""What the audit trail says of documents: what was kept, its SHA-256, and when; what was deleted.

As of recordings (``recorded``): the last entry about a document is the one its row has to agree with. Its
words, the title and the name, are in no entry, so that retention can take them away; the title is in the
event of its case.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, exists
from sqlalchemy.orm import Session

from hotline import audit, hash_chain
from hotline.audit import AuditEntry
from hotline.documents.documents import Document
from hotline.evidence.recorded import DELETE, KEEP


def keeping(of: Any) -> str:
    """What is noted of a document's row: its SHA-256 and size for people, and a digest of its row."""
    row = hash_chain.digest(
        "document", of.id, str(of.kind), of.bytes, of.sha256, of.received_sha256, of.store_key,
        hash_chain.instant(of.added_at), of.by_id,
    )  # fmt: skip
    return f"sha256 {of.sha256}, {of.bytes} bytes, row {row}"


def kept(session: Session, document: Document, now: datetime) -> None:
    """Note a document as it is now, when its file is in the store."""
    audit.note(session, now, document.by_id, KEEP, f"document {document.id}", keeping(document))


def deleted(session: Session, document: Document, now: datetime, why: str) -> None:
    """Note that a document's file is deleted on purpose; its row with the hash stays."""
    audit.note(session, now, None, DELETE, f"document {document.id}", why)


def is_deleted() -> ColumnElement[bool]:
    """The condition for documents of which the audit trail says that their file was deleted on purpose."""
    return exists().where(AuditEntry.action == DELETE, AuditEntry.subject == "document " + Document.id)
