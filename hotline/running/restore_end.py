"""After the copying of a restore: everything in it is checked and brought to today, then moved into place."""

import os
import shutil
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import Connection, Select, delete, make_url, select
from sqlalchemy.orm import Session

from hotline import audit
from hotline.cases import numbering
from hotline.documents import document_store
from hotline.documents.documents import Document
from hotline.durable import sha256
from hotline.evidence import head_places, recorded, recorded_documents, sealing
from hotline.evidence.following import RESTORED
from hotline.recordings import store
from hotline.recordings.recordings import RecordingPart
from hotline.running import archive, database_copy
from hotline.running.backup import who
from hotline.running.seal import CheckedArchive
from hotline.running.seal_key import BackupError
from hotline.settings_file import Settings
from hotline.sign_ins import AwaitedCode, BrowserSession

FOLDERS = ("spool", "store", "documents", "secrets")


def settle(folder: Path, settings: Settings, name: str, checked: CheckedArchive) -> int:
    """Check the database and every recording, and bring both to today; how many recorded files there are.

    Numbers that were given out after the backup are unknown to it: the counters skip ahead, so that nobody
    else is given one of them. Sessions of then are over.
    """
    copy = folder / database_copy.name_of(settings)
    with database_copy.opened(settings, copy) as connection:
        count = _verify(connection, folder)
        with Session(connection) as session:
            numbering.skip_ahead(session)
            for waits_or_is_in in (AwaitedCode, BrowserSession):
                session.execute(delete(waits_or_is_in))
            head_places.forget_below(session, settings.state_dir)
            told = f"sha256 {checked.sha256} by {who()}, {'' if checked.sealed else 'un'}sealed"
            audit.note(session, datetime.now(UTC), None, RESTORED, f"backup {name}", told)
            sealing.seal(session)
            session.commit()
        os.sync()
    return count


def _verify(connection: Connection, folder: Path) -> int:
    """Compare each stored file with its row and return how many there are. Raises BackupError.

    Those that were deleted before the backup was made are not there; the audit trail says which.
    """
    parts = select(RecordingPart.store_key, RecordingPart.sha256, recorded.is_deleted())
    documents = select(Document.store_key, Document.sha256, recorded_documents.is_deleted())
    return _verify_files(connection, parts, folder / "store", store.is_key) + _verify_files(
        connection, documents, folder / "documents", document_store.is_key
    )


def _verify_files(
    connection: Connection,
    rows: Select[str, str, bool],
    store_dir: Path,
    is_key: Callable[[object], bool],
) -> int:
    count = 0
    for key, digest, deleted in connection.execute(rows):
        path = store_dir / key
        if deleted and is_key(key) and not path.exists():
            continue
        if not is_key(key) or not path.exists() or sha256(path) != digest:
            raise BackupError(f"{key} is missing from the backup or damaged")
        count += 1
    return count


def move(folder: Path, settings: Settings) -> None:
    """Move everything into place, the database last, and say that it is finished.

    A queue log that is there may be newer, and is read from its beginning.
    """
    settings.queue_log_places.unlink(missing_ok=True)
    for name in FOLDERS:
        place = settings.state_dir / name
        place.mkdir(exist_ok=True, mode=0o700 if name == "secrets" else 0o750)
        for child in (folder / name).iterdir() if (folder / name).exists() else ():
            shutil.move(child, place)
    url = make_url(settings.database_url)
    if url.get_backend_name() == "sqlite":
        shutil.move(folder / archive.SQLITE_COPY, str(url.database))
    os.sync()
    shutil.rmtree(folder)
    store.sync_directory(settings.state_dir)
