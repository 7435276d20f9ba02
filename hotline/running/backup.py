"""Backup: one sealed tar file with spool, database, recordings, documents and what telephones know.

Order of a backup: spool, database, stores. A recording taken in meanwhile is then in the database and the
store as well, and the sweep after a restore finds its spool file already known. Rows never precede their
files, so a database copied before the store has every file it names.
"""

import io
import os
import pwd
import tarfile
import tempfile
from collections.abc import Callable, Iterator
from contextlib import nullcontext
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, cast

from hotline import audit, troubles
from hotline.database import Database
from hotline.documents import document_store
from hotline.recordings import spool, store
from hotline.retention import deleting
from hotline.running import archive, database_copy, encryption, seal_key
from hotline.running.seal import Sealing
from hotline.running.seal_key import BackupError
from hotline.settings_file import Settings

MADE = "make backup"
"""The act in the audit trail."""

Progress = Callable[[str], object]
"""Told the name of each file when it is done."""


def back_up(settings: Settings, target: Path, progress: Progress) -> int:
    """Write a backup and return the number of files in it. The target appears only when it is whole.

    Raises BackupError for a place that is none for it, and when the key cannot be made or read.
    """
    _must_be_a_place(settings, target)
    seal_key.make_key(settings.backup_key_file)
    key = seal_key.read_key(settings.backup_key_file)
    with deleting.alone(settings):  # else a file could go after the database was copied that names it
        deleting.finish_begun(settings, Database(settings.database_url), datetime.now(UTC))
        count = _back_up(settings, target, key, progress)
    store.sync_directory(target.parent)
    return count


def _must_be_a_place(settings: Settings, target: Path) -> None:
    """What can be seen of target, key and state directory before anything is written."""
    key = settings.backup_key_file
    if trouble := troubles.state_directory(settings):
        raise BackupError(str(trouble))
    if target.resolve().is_relative_to(settings.state_dir):
        raise BackupError(f"{target} is in the state directory: name a place outside, on another disk")
    if key.is_relative_to(settings.state_dir):
        raise BackupError(
            f"the key {key} would lie beside what it is to prove genuine: move it out of "
            f"{settings.state_dir}, and name its new place in backup.key_file"
        )
    if not target.parent.is_dir():
        raise BackupError(f"there is no folder {target.parent}: make it, and let {who()} write there")
    if not os.access(target.parent, os.W_OK | os.X_OK):
        raise BackupError(f"{who()} may not write in {target.parent}: give it to {who()}, or name another")


def _back_up(settings: Settings, target: Path, key: bytes, progress: Progress) -> int:
    _note(settings, "begin backup", target, "")
    partial = target.with_name(target.name + ".partial")
    partial.unlink(missing_ok=True)
    handle = os.open(partial, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)  # what citizens said is in it
    try:
        with os.fdopen(handle, "wb") as file:
            sealing = Sealing(file, key)
            count = _write(settings, sealing, target.parent, progress)
            digest = sealing.finish()
            file.flush()
            os.fsync(file.fileno())
        _note(settings, MADE, target, f"sha256 {digest}")
        partial.rename(target)
    finally:
        partial.unlink(missing_ok=True)
    return count


def who() -> str:
    """The user of the operating system who does this."""
    try:
        return pwd.getpwuid(os.getuid()).pw_name
    except KeyError:
        return str(os.getuid())


def _note(settings: Settings, action: str, target: Path, detail: str) -> None:
    with Database(settings.database_url).writing() as session:
        told = f"{detail} by {who()} to {target}".strip()
        audit.note(session, datetime.now(UTC), None, action, f"backup {target.name}", told)


def _write(settings: Settings, sealing: Sealing, beside: Path, progress: Progress) -> int:
    count, recipients = 0, settings.backup.recipients
    inside = (
        encryption.encrypted(sealing, recipients) if recipients else nullcontext(cast(IO[bytes], sealing))
    )
    with (
        tempfile.TemporaryDirectory(dir=beside) as scratch,
        inside as file,
        tarfile.open(fileobj=file, mode="w|", format=tarfile.GNU_FORMAT) as tar,
    ):
        for name, path in _members(settings, Path(scratch)):
            if _add(tar, name, path):
                count += 1
                progress(name)
    return count


def _members(settings: Settings, scratch: Path) -> Iterator[tuple[str, Path]]:
    for path in _files(settings.spool_dir, "*"):
        if spool.is_part(path.name) or spool.is_note(path.name):
            yield f"spool/{path.name}", path
        elif path.suffix == ".wav":  # a name that is none of ours: the sweep would call it this
            yield f"spool/{spool.part_path(Path(), spool.parse(path).call_id, 0)}", path
    copy = database_copy.make(settings, scratch)
    yield copy.name, copy
    for path in _files(settings.store_dir, "*/*/*/*"):
        key = str(path.relative_to(settings.store_dir))
        if store.is_key(key):
            yield f"store/{key}", path
    for key in document_store.keys(settings.documents_dir):
        yield f"documents/{key}", settings.documents_dir / key
    for name in archive.KEPT_SECRETS:
        yield f"secrets/{name}", settings.state_dir / "secrets" / name


def _files(folder: Path, pattern: str) -> Iterator[Path]:
    for path in sorted(folder.glob(pattern)):
        if path.is_file() and not path.is_symlink():
            yield path


def _add(tar: tarfile.TarFile, name: str, path: Path) -> bool:
    """Add a file as it is now; False when it was taken in, and so removed, a moment ago."""
    try:
        content = path.open("rb")
    except FileNotFoundError:
        return False
    with content:
        found = os.fstat(content.fileno())
        info = tarfile.TarInfo(name)
        info.size, info.mtime = found.st_size, int(found.st_mtime)
        if name.startswith("spool/"):  # may still be growing: read what is there now
            held = content.read()
            info.size = len(held)
            tar.addfile(info, io.BytesIO(held))
        else:
            tar.addfile(info, content)
    return True
