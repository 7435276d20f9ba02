"""Documents (材料) as rows: what was handed in, by whom it was entered, and where its file lies.

A row knows no case: what a document belongs to stands elsewhere (``hotline.handling.case_documents``).
"""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import ForeignKey, String, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from hotline.documents import names
from hotline.documents.document_store import StoredDocument
from hotline.documents.kinds import DocumentKind
from hotline.mapping import Base

UNNAMED = "未命名"


class Document(Base):
    """One document. ``id``: that of its file. ``title``: the clerk's; ``original_name``: cleaned.

    ``sha256`` and ``bytes``: of the file in the store; ``received_sha256``: of what was handed in, which is
    another file where a picture was drawn anew. ``erasing_at`` is set while retention removes the file, and
    ``erased_at`` when it is gone; of the row are then left what the audit trail says of it, and no words.
    """

    __tablename__ = "documents"

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    title: Mapped[str] = mapped_column(String(120))
    original_name: Mapped[str] = mapped_column(String(120))
    kind: Mapped[DocumentKind] = mapped_column(String(8))
    bytes: Mapped[int]
    sha256: Mapped[str] = mapped_column(String(64))
    received_sha256: Mapped[str] = mapped_column(String(64))
    store_key: Mapped[str] = mapped_column(String(60), unique=True)
    added_at: Mapped[datetime]
    by_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    checked_at: Mapped[datetime | None] = mapped_column(index=True)
    erasing_at: Mapped[datetime | None] = mapped_column(index=True)
    erased_at: Mapped[datetime | None]


def add(
    session: Session, stored: StoredDocument, title: str, name: str, by_id: int, now: datetime
) -> Document:
    """Add the row of a file that lies in the store. Without a title it is called as its file was."""
    original = names.cleaned(name)
    document = Document(
        id=stored.key.rpartition("/")[2].partition(".")[0],
        title=names.cleaned(title.replace("/", "／").replace("\\", "＼")) or original or UNNAMED,
        original_name=original,
        kind=stored.kind,
        bytes=stored.size,
        sha256=stored.sha256,
        received_sha256=stored.received_sha256,
        store_key=stored.key,
        added_at=now,
        by_id=by_id,
    )
    session.add(document)
    session.flush()
    return document


def of_ids(session: Session, ids: Collection[str]) -> Sequence[Document]:
    """These documents, in no order."""
    return session.scalars(select(Document).where(Document.id.in_(ids))).all()
