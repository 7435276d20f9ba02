"""Deleting documents of cases that are over, as sound is: a row says "begun" (committed); the file goes, and
the folder is synced; the audit trail and the row say "done" in one transaction.

Counted from the closing of the case, or the decision that a letter or a visit is none, or from when the
document was added, where that was later. The case keeps the event that says what was handed in, its title
and SHA-256: the register goes by the archive law.
"""

import logging
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from hotline.cases.cases import Case
from hotline.cases.numbering import CaseNumber
from hotline.database import Database
from hotline.documents import document_store
from hotline.documents.documents import Document
from hotline.evidence import findings, recorded_documents
from hotline.handling.case_documents import CaseDocument
from hotline.mapping import one_at_a_time
from hotline.registration.submission_documents import submission_of
from hotline.retention import gathering, rule
from hotline.retention.deletions import BY_RETENTION
from hotline.sections import Retention
from hotline.settings_file import Settings
from hotline.submissions.submissions import SubmissionOutcome

KIND = "documents"
"""As ``[retention]``, the preview and the report call them."""

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class DueDocument:
    """A document that is to be deleted, and from when its months were counted."""

    document_id: str
    case_number: str
    added_at: datetime
    settled_at: datetime


def months(of: Retention) -> int:
    """How long documents are kept; 0: for ever."""
    return gathering.months(of, KIND)


def due(session: Session, of: Retention, now: datetime) -> Iterator[DueDocument]:
    """What is to be deleted now, the oldest first; what differs is a matter for people, and stays."""
    kept_for = months(of)
    if not kept_for:
        return
    there = (
        select(Document.id)
        .where(Document.erased_at.is_(None), Document.added_at <= rule.earlier(now, kept_for))
        .order_by(Document.added_at, Document.id)
    )
    for document_id in session.scalars(there).all():
        found = _due(session, document_id, kept_for, now)
        if found and not findings.stands(session, f"document {document_id}"):
            yield found


def _due(session: Session, document_id: str, kept_for: int, now: datetime) -> DueDocument | None:
    """The document, where its case is over for so long and nobody holds it."""
    document = session.get_one(Document, document_id)
    number, over_at = _over(session, document_id)
    if over_at is None or document.erased_at:
        return None
    settled_at = max(over_at, document.added_at)
    leads_here = select(CaseNumber.number).where(CaseNumber.leads_to == number)
    submission = submission_of(session, document_id)
    own = [submission.number] if submission else []
    numbers = [number, *own, *session.scalars(leads_here)]
    if rule.later(settled_at, kept_for) > now or gathering.is_on_legal_hold(session, None, numbers):
        return None
    return DueDocument(document_id, number, document.added_at, settled_at)


def _over(session: Session, document_id: str) -> tuple[str, datetime | None]:
    """The number of the case, letter or visit that a document is of, and since when it is over."""
    link, submission = session.get(CaseDocument, document_id), submission_of(session, document_id)
    if submission is not None and submission.outcome == SubmissionOutcome.NO_CASE:
        return submission.number, submission.decided_at
    number = link.case_number if link else submission.case_number if submission else None
    case = session.get(Case, number) if number else None
    is_over = case is not None and case.state in rule.ENDED_STATES
    return number or "", case.closed_at if case and is_over else None


def delete(settings: Settings, db: Database, document_id: str, now: datetime) -> bool:
    """Delete a document; False where it is kept after all, or cannot be removed."""
    with db.writing() as session:
        one_at_a_time(session, "retention")
        document = session.get_one(Document, document_id, with_for_update=True)
        if _due(session, document_id, months(settings.retention), now) is None:
            return False
        if not _is_there(settings, document.store_key):
            findings.found(session, f"document {document.id}", f"{document.store_key} is missing", now)
            return False
        document.erasing_at, key = now, document.store_key
    try:
        document_store.remove(settings.documents_dir, key)
    except OSError as problem:
        log.warning("retention: %s is due and cannot be removed: %s", key, problem)
    return _finish(settings, db, document_id, now)


def finish_begun(settings: Settings, db: Database, now: datetime) -> None:
    """Say in the audit trail of files that are gone that they were deleted; the others are as they were."""
    with db.reading() as session:
        begun = select(Document.id).where(Document.erasing_at.is_not(None), Document.erased_at.is_(None))
        ids = session.scalars(begun).all()
    for document_id in ids:
        _finish(settings, db, document_id, now)


def _finish(settings: Settings, db: Database, document_id: str, now: datetime) -> bool:
    """Whether it is gone; of one that is still there the rule is asked anew."""
    with db.writing() as session:
        one_at_a_time(session, "retention")
        document = session.get_one(Document, document_id, with_for_update=True)
        if _is_there(settings, document.store_key):
            document.erasing_at = None
            return False
        why = f"documents{BY_RETENTION}{months(settings.retention)} months"
        recorded_documents.deleted(session, document, now, why)
        findings.mended(session, f"document {document.id}", now)
        document.title = document.original_name = ""
        document.erased_at = now
    return True


def _is_there(settings: Settings, key: str) -> bool:
    """Whether there is a file; where the disk does not tell, it is not gone."""
    try:
        return document_store.path_of(settings.documents_dir, key).exists()
    except OSError:
        return True
