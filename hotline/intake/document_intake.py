"""Taking a document in: store, then row with its entry of the audit trail; no case is asked for.

Who takes it in says in the same transaction what it belongs to. Where that fails, the file goes again.
"""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from hotline.database import Database
from hotline.documents import document_store, documents
from hotline.documents.document_store import Readable, StoredDocument
from hotline.documents.documents import Document
from hotline.evidence import recorded_documents
from hotline.settings_file import Settings

YOUNG = timedelta(hours=1)
"""A file that is younger may be waiting for its row."""


@contextmanager
def stored(upload: Readable, settings: Settings, db: Database, now: datetime) -> Iterator[StoredDocument]:
    """Keep a file, for the transaction that is made within; where that fails, the file goes again.

    Raises Refused, for ``file``, where it is none that is kept.
    """
    most = settings.documents.most_megabytes << 20
    kept = document_store.keep(upload, settings.documents_dir, most, now)
    try:
        yield kept
    except BaseException:
        with suppress(SQLAlchemyError):  # a database that is gone may have committed: then the file stays
            if not _has_row(db, kept.key):
                document_store.remove(settings.documents_dir, kept.key)
        raise


def _has_row(db: Database, key: str) -> bool:
    with db.reading() as session:
        return session.scalar(select(Document.id).where(Document.store_key == key)) is not None


def add(session: Session, kept: StoredDocument, title: str, name: str, by_id: int, now: datetime) -> Document:
    """The row of a kept file, and what the audit trail says of it."""
    document = documents.add(session, kept, title, name, by_id, now)
    recorded_documents.kept(session, document, now)
    return document


def strays(settings: Settings, database: Database, now: datetime) -> Iterator[str]:
    """Keys of files without a row, an hour old and more: a kill came between their keeping and the commit, or
    an older database was restored. Nothing removes them.

    Files first, rows after: one that is being taken in has its row by then, or is too young.
    """
    there = [key for key in document_store.keys(settings.documents_dir) if _is_old(settings, key, now)]
    with database.reading() as session:
        known = set(session.scalars(select(Document.store_key)))
    yield from (key for key in there if key not in known)


def _is_old(settings: Settings, key: str, now: datetime) -> bool:
    try:
        kept_at = document_store.path_of(settings.documents_dir, key).stat().st_mtime
    except OSError:  # gone meanwhile
        return False
    return now.timestamp() - kept_at > YOUNG.total_seconds()


def missing_files(settings: Settings, database: Database) -> Iterator[str]:
    """Keys that have a row but no file in the store, and were not deleted: restore them from the backup."""
    kept = select(Document.store_key).where(~recorded_documents.is_deleted())
    with database.reading() as session:
        for key in session.scalars(kept).yield_per(1000):
            if not (settings.documents_dir / key).exists():
                yield key
