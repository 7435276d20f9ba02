"""The files that should be in the store, and how one differs from its row."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from hotline.audit import AuditEntry
from hotline.database import Database
from hotline.evidence import recorded
from hotline.recordings import store
from hotline.recordings.recordings import RecordingPart


@dataclass(frozen=True)
class StoredFile:
    """A file as its row describes it."""

    part_id: str
    key: str
    sha256: str
    size: int


def files(database: Database) -> Sequence[StoredFile]:
    """Every file that should be in the store: all rows but those deleted on purpose."""
    with database.reading() as session:
        deleted = select(AuditEntry.subject).where(AuditEntry.action == recorded.DELETE)
        gone = set(session.scalars(deleted))
        columns = (RecordingPart.id, RecordingPart.store_key, RecordingPart.sha256, RecordingPart.bytes)
        rows = session.execute(select(*columns).order_by(RecordingPart.store_key)).all()
    return [StoredFile(*row) for row in rows if f"part {row[0]}" not in gone]


def file_differs(store_dir: Path, file: StoredFile, read: bool = True) -> str:
    """How a stored file differs from its row; empty where it does not. ``read``: its every byte, too."""
    try:
        path = store.path_of(store_dir, file.key)
        size = path.stat().st_size
        if size != file.size:
            return f"{file.key} has {size} bytes and had {file.size}"
        if read and store.sha256(path) != file.sha256:
            return f"{file.key} was changed: its SHA-256 is another"
    except FileNotFoundError:
        return f"{file.key} is missing"
    except (OSError, store.StoreError) as problem:
        return f"{file.key} cannot be read: {problem}"
    return ""


def parts(session: Session) -> int:
    """How many parts there are."""
    return session.scalar(select(func.count()).select_from(RecordingPart)) or 0
