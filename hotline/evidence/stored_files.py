"""The files that should be in the stores, and how one differs from its row."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from hotline.audit import AuditEntry
from hotline.database import Database
from hotline.documents import document_store
from hotline.documents.documents import Document
from hotline.durable import sha256
from hotline.evidence import recorded
from hotline.recordings import store
from hotline.recordings.recordings import RecordingPart
from hotline.settings_file import Settings

TABLES: Mapping[str, type[RecordingPart] | type[Document]] = {"part": RecordingPart, "document": Document}
"""Word of the audit trail → the rows whose files are kept."""


@dataclass(frozen=True)
class StoredFile:
    """A file as its row describes it."""

    subject: str
    """As the audit trail names it: ``part 5f…`` or ``document 5f…``."""
    key: str
    sha256: str
    size: int


def files(database: Database) -> Sequence[StoredFile]:
    """Every file that should be in the stores: all rows but those deleted on purpose; recordings first."""
    with database.reading() as session:
        deleted = select(AuditEntry.subject).where(AuditEntry.action == recorded.DELETE)
        gone = set(session.scalars(deleted))
        found = [
            StoredFile(f"{word} {id_}", *rest)
            for word, table in TABLES.items()
            for id_, *rest in session.execute(select(*columns(table)).order_by(table.store_key))
        ]
    return [each for each in found if each.subject not in gone]


def columns(table: type[RecordingPart] | type[Document]) -> tuple[Any, ...]:
    """What of a row makes a StoredFile, its identifier for the subject."""
    return table.id, table.store_key, table.sha256, table.bytes


def path_of(settings: Settings, file: StoredFile) -> Path:
    """Where a file lies. Raises StoreError or NotInStore for a key that is none of ours."""
    if file.subject.startswith("document "):
        return document_store.path_of(settings.documents_dir, file.key)
    return store.path_of(settings.store_dir, file.key)


def file_differs(settings: Settings, file: StoredFile, read: bool = True) -> str:
    """How a stored file differs from its row; empty where it does not. ``read``: its every byte, too."""
    try:
        path = path_of(settings, file)
        size = path.stat().st_size
        if size != file.size:
            return f"{file.key} has {size} bytes and had {file.size}"
        if read and sha256(path) != file.sha256:
            return f"{file.key} was changed: its SHA-256 is another"
    except FileNotFoundError:
        return f"{file.key} is missing"
    except (OSError, store.StoreError, document_store.NotInStore) as problem:
        return f"{file.key} cannot be read: {problem}"
    return ""


def count(session: Session, table: type[RecordingPart] | type[Document]) -> int:
    """How many rows there are."""
    return session.scalar(select(func.count()).select_from(table)) or 0
