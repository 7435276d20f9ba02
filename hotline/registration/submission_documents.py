"""What ties documents to a letter, a visit or an appointment: a scan of it, what a visitor has left.

They go with it: while it is a case, or joined to one, whoever sees the case sees them; parted, no longer.
"""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, ForeignKey, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from hotline import audit
from hotline.documents.documents import Document
from hotline.mapping import Base
from hotline.submissions import submissions
from hotline.submissions.submissions import Submission


class SubmissionDocument(Base):
    """Of which letter, visit or appointment a document is. A document is of one."""

    __tablename__ = "submission_documents"

    document_id: Mapped[str] = mapped_column(ForeignKey("documents.id"), primary_key=True)
    submission_number: Mapped[str] = mapped_column(ForeignKey("submissions.number"), index=True)


def add(session: Session, number: str, document: Document, by_id: int, now: datetime) -> None:
    """Add a document, whose row was made, to one that there is, decided or not: a scan may come later."""
    found = submissions.locked(session, number)
    session.flush()
    session.add(SubmissionDocument(document_id=document.id, submission_number=found.number))
    subject = f"submission {found.number}"
    audit.note(session, now, by_id, "add document", subject, f"document {document.id}")


def of_submission(session: Session, number: str) -> Sequence[Document]:
    """Its documents, the newest first."""
    return [document for document, _ in _documents(session, Submission.number == number)]


def of_case(session: Session, number: str) -> Sequence[tuple[Document, str]]:
    """The documents of what a case came of and of what is joined to it, each with the number of that."""
    return _documents(session, Submission.case_number == number)


def submission_of(session: Session, document_id: str) -> Submission | None:
    """What a document came with; None for one that was added to a case."""
    link = session.get(SubmissionDocument, document_id)
    return session.get_one(Submission, link.submission_number) if link else None


def _documents(session: Session, which: ColumnElement[bool]) -> Sequence[tuple[Document, str]]:
    found = (
        select(Document, Submission.number)
        .join(SubmissionDocument, SubmissionDocument.document_id == Document.id)
        .join(Submission, Submission.number == SubmissionDocument.submission_number)
        .where(which)
        .order_by(Document.added_at.desc(), Document.id)
    )
    return [(document, number) for document, number in session.execute(found)]
