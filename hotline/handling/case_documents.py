"""What ties documents to a case. Adding one is an event that leaves the case as it is.

The event holds the document's identifier and SHA-256, so what a case says has been handed in can be proven;
the row of ``case_documents`` is there to find the one from the other, and is compared with the event.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ForeignKey, String, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from hotline import audit
from hotline.cases import case_events
from hotline.cases.case_events import CaseEvent, Facts
from hotline.cases.cases import Case, CaseState
from hotline.cases.moves import Move
from hotline.documents.documents import Document
from hotline.grants import Granted, may
from hotline.handling import case_access
from hotline.handling.move_refusals import CannotMove
from hotline.mapping import Base
from hotline.refusals import Refused
from hotline.registration import submission_documents
from hotline.who_may import Act


class CaseDocument(Base):
    """Of which case a document is, and the event that says so. A document is of one case."""

    __tablename__ = "case_documents"

    document_id: Mapped[str] = mapped_column(ForeignKey("documents.id"), primary_key=True)
    case_number: Mapped[str] = mapped_column(ForeignKey("cases.number"), index=True)
    event_id: Mapped[str] = mapped_column(String(20), ForeignKey("case_events.id"))


@dataclass(frozen=True)
class ListedDocument:
    """A document of a case. ``title``: as it was when it was added, also where the file was deleted since.

    ``came_with``: the number of the letter, visit or appointment of which it is; empty where it was added to
    the case.
    """

    document: Document
    title: str
    came_with: str = ""


def may_add(session: Session, case: Case, user: Granted) -> bool:
    """Whether a user may add a document to a case as it is now."""
    is_there = case.state != CaseState.WITHDRAWN
    return is_there and may(user, Act.ADD_DOCUMENT, case_access.subject(session, case))


def add(session: Session, number: str, document: Document, user: Granted, now: datetime) -> CaseEvent:
    """Add a document, whose row was made, to a case. Raises Refused. Nobody's form becomes too old by it."""
    case = session.get_one(Case, number)
    session.refresh(case, with_for_update=True)
    if not may(user, Act.ADD_DOCUMENT, case_access.subject(session, case)):
        raise Refused("", CannotMove.NOT_YOURS)
    if not may_add(session, case, user):
        raise Refused("", CannotMove.NOT_NOW)
    event = case_events.add(session, case, Move.ADD_DOCUMENT, facts_of(document), "", user.id, now)
    session.flush()
    session.add(CaseDocument(document_id=document.id, case_number=number, event_id=event.id))
    added = f"event {event.sequence}, sha256 {event.hash}"
    audit.note(session, now, user.id, "add document", f"case {number}", added)
    return event


def facts_of(document: Document) -> Facts:
    """What the event says of a document."""
    return {
        "document": document.id,
        "sha256": document.sha256,
        "title": document.title,
        "kind": str(document.kind),
    }


def of_case(session: Session, number: str) -> Sequence[ListedDocument]:
    """The documents of a case, and of what belongs to it; the newest first of each."""
    found = (
        select(Document, CaseEvent)
        .join(CaseDocument, CaseDocument.document_id == Document.id)
        .join(CaseEvent, CaseEvent.id == CaseDocument.event_id)
        .where(CaseDocument.case_number == number)
        .order_by(CaseEvent.sequence.desc())
    )
    added = [ListedDocument(document, _title(event)) for document, event in session.execute(found)]
    submitted = submission_documents.of_case(session, number)
    return added + [ListedDocument(each, each.title, came_with) for each, came_with in submitted]


def _title(event: CaseEvent) -> str:
    return str(event.facts["title"])


def one_of_case(session: Session, number: str, document_id: str) -> ListedDocument | None:
    """The document of this identifier, where it is one of this case, or of what belongs to it."""
    link = session.get(CaseDocument, document_id)
    submission = submission_documents.submission_of(session, document_id)
    if link is not None and link.case_number == number:
        title = _title(session.get_one(CaseEvent, link.event_id))
        return ListedDocument(session.get_one(Document, document_id), title)
    if submission is not None and submission.case_number == number:
        document = session.get_one(Document, document_id)
        return ListedDocument(document, document.title, submission.number)
    return None


def differs(session: Session, event: CaseEvent) -> str:
    """How the document of an event is another than the event says; empty where it is that one."""
    link = session.get(CaseDocument, str(event.facts.get("document", "")))
    document = session.get(Document, link.document_id) if link else None
    if link is None or document is None or link.event_id != event.id or link.case_number != event.case_number:
        return "its document is not that of the case"
    return "" if event.facts.get("sha256") == document.sha256 else "its document is another"
