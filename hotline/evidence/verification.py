"""Verification: reads the whole chain and every row that is evidence again; files: ``stored_files``.

What differs is told one after the other, the first in the chain first. Rows are read in one snapshot and as
a stream; files after it, so that hours of reading hold up no writer.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session, lazyload

from hotline.audit import AuditEntry
from hotline.database import Database
from hotline.documents.documents import Document
from hotline.evidence import following, heads_kept, recorded, recorded_documents
from hotline.evidence.differences import Difference
from hotline.evidence.following import ChainContent
from hotline.evidence.heads import Head
from hotline.recordings.recordings import Recording, RecordingPart

ROWS_A_QUERY = 2000


@contextmanager
def _snapshot(database: Database) -> Iterator[Session]:
    """One state of all rows. A reader of SQLite sees one anyway."""
    with database.reading() as session:
        if database.engine.dialect.name == "postgresql":
            session.connection(execution_options={"isolation_level": "REPEATABLE READ"})
        yield session


def rows_that_differ(database: Database, heads: Iterable[Head] = ()) -> Iterator[Difference]:
    """What differs among the rows: the chain, what it says of recordings, and heads kept elsewhere."""
    said = ChainContent()
    try:
        with _snapshot(database) as session:
            yield from following.follow(session, said)
            yield from heads_kept.compared(session, said.restored, heads)
            yield from _recordings(session, said)
            yield from _parts(session, said)
            yield from _documents(session, said)
            yield from _without_rows(said)
    except (TypeError, ValueError, AttributeError, SQLAlchemyError) as problem:
        yield Difference("audit trail", f"a row holds what it cannot hold: {problem}"[:300])


def _recordings(session: Session, said: ChainContent) -> Iterator[Difference]:
    for row in _all(session, Recording):
        subject = f"receipt {row.id}"
        entry = said.about.pop(subject, None)
        if entry is None:
            yield Difference(f"recording {row.id}", "the audit trail does not know it")
        elif not entry.salt:  # whoever erases one for a reason notes the row anew
            yield Difference(f"recording {row.id}", "what the audit trail says of its row was erased")
        elif entry.detail != recorded.receipt(row, entry.salt):
            yield Difference(f"recording {row.id}", "its row was changed")


def _parts(session: Session, said: ChainContent) -> Iterator[Difference]:
    for row in _all(session, RecordingPart):
        entry = said.about.pop(f"part {row.id}", None)
        if entry is None:
            yield Difference(f"part {row.id}", "the audit trail does not know it")
        elif entry.detail != recorded.keeping(row):
            yield Difference(f"part {row.id}", "its row was changed")


def _documents(session: Session, said: ChainContent) -> Iterator[Difference]:
    for row in _all(session, Document):
        entry = said.about.pop(f"document {row.id}", None)
        if entry is None:
            yield Difference(f"document {row.id}", "the audit trail does not know it")
        elif entry.detail != recorded_documents.keeping(row):
            yield Difference(f"document {row.id}", "its row was changed")


def _all(session: Session, table: Any) -> Iterator[Any]:
    last = ""
    while True:
        some = select(table).where(table.id > last).order_by(table.id).limit(ROWS_A_QUERY)
        found = session.scalars(some.options(lazyload("*"))).all()
        if not found:
            return
        yield from found
        last = found[-1].id
        session.expunge_all()


def _without_rows(said: ChainContent) -> Iterator[Difference]:
    for subject in said.about:
        if subject not in said.deleted:
            yield Difference(subject.replace("receipt", "recording"), "its row is missing")


def erased(database: Database) -> int:
    """How many entries have no detail any more."""
    with database.reading() as session:
        return session.scalar(select(func.count()).where(AuditEntry.salt == "")) or 0


def entries(database: Database) -> int:
    """How many entries there are."""
    with database.reading() as session:
        return session.scalar(select(func.count()).select_from(AuditEntry)) or 0
