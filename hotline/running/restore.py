"""Restoring: an archive is read through twice before anything is written, then copied beside its place.

First its seal, then every name and size in it, then the copying into ``unfinished-restore``, the check of the
database and of each recording, and only then the moving into place. As long as that folder is there nothing
starts. Configuration is never restored: it is rendered afresh.
"""

import os
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import IO

import pyrage

from hotline.recordings import store
from hotline.running import archive, database_copy, encryption, restore_end, seal
from hotline.running.archive import ArchiveEntry
from hotline.running.backup import Progress
from hotline.running.seal import CheckedArchive, Payload
from hotline.running.seal_key import BackupError
from hotline.settings_file import Settings

_BLOCK = 4096
"""A file takes whole blocks of the disk."""
_SPARE = 256 << 20
"""Room that is left over: for the check of the database, and its coming up to date."""


@dataclass(frozen=True)
class _Source:
    """An archive that was found genuine, and what it takes to read it again."""

    path: Path
    file: IO[bytes]
    checked: CheckedArchive
    identities: Sequence[pyrage.x25519.Identity]


def restore(
    settings: Settings,
    path: Path,
    progress: Progress,
    *,
    identity: Path | None = None,
    trust_unsealed: bool = False,
) -> int:
    """Restore a backup into an empty state directory and database; how many recorded files it has.

    ``identity`` holds the secret key of age for an encrypted archive. ``trust_unsealed`` takes one without a
    seal, or with that of a key we do not have: whoever could write it then decides what is restored.
    Raises BackupError; nothing is left then, or after a kill the folder that says it is unfinished.
    """
    must_be_empty(settings)
    with path.open("rb") as file:
        checked = seal.check(file, settings.backup_key_file, trust_unsealed)
        source = _Source(path, file, checked, _identities(checked, identity))
        _look(source, settings)
        folder = _begin(settings)
        try:
            _copy(source, folder, progress)
            count = restore_end.settle(folder, settings, path.name, checked)
        except Exception:
            shutil.rmtree(folder)
            raise
    restore_end.move(folder, settings)
    return count


def must_be_empty(settings: Settings) -> None:
    """Raise BackupError where the state directory or the database holds something already."""
    database_copy.must_be_empty(settings)
    for name in restore_end.FOLDERS:
        place = settings.state_dir / name
        if any(place.iterdir()) if place.is_dir() else place.exists():
            raise BackupError(
                f"{settings.state_dir} already holds {name}; move it away, "
                "or choose another HOTLINE_STATE_DIR"
            )


def _identities(checked: CheckedArchive, file: Path | None) -> Sequence[pyrage.x25519.Identity]:
    if checked.encrypted and file is None:
        raise BackupError("the archive is encrypted: name the file of its identity with --identity")
    return encryption.identities(file) if file and checked.encrypted else ()


@contextmanager
def _entries(source: _Source) -> Iterator[Iterator[ArchiveEntry]]:
    """The files of the archive. Raises BackupError at the end if it is another than before."""
    payload = Payload(source.file, source.checked.length)
    if source.checked.encrypted:
        with encryption.decrypted(payload, source.identities) as stream:
            yield archive.entries(stream)
    else:
        yield archive.entries(payload)
    payload.must_be(source.checked.payload)


def _look(source: _Source, settings: Settings) -> None:
    """Refuse an archive with anything in it that is none of ours, or with more than there is room for."""
    wanted, names = _SPARE, set()
    with _entries(source) as entries:
        for entry in entries:
            if entry.size > source.checked.length:
                raise BackupError(f"the archive is cut off: {entry.name} should have {entry.size} bytes")
            wanted += -(-entry.size // _BLOCK) * _BLOCK + _BLOCK
            names.add(entry.name)
    if database_copy.name_of(settings) not in names:
        raise BackupError(
            f"the backup holds no {database_copy.name_of(settings)}: "
            "it was made with another kind of database"
        )
    place = next(each for each in (settings.state_dir, *settings.state_dir.parents) if each.exists())
    if wanted > (free := shutil.disk_usage(place).free):
        raise BackupError(f"there are {free >> 20} MiB free in {place}, and {wanted >> 20} MiB are needed")


def _begin(settings: Settings) -> Path:
    """Make the folder that says a restore is unfinished; what an earlier one left in it is only copies."""
    settings.state_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
    folder = settings.unfinished_restore
    if folder.exists():
        shutil.rmtree(folder)
    folder.mkdir(mode=0o700)
    store.sync_directory(settings.state_dir)
    return folder


def _copy(source: _Source, folder: Path, progress: Progress) -> None:
    with _entries(source) as entries:
        for entry in entries:
            _copy_file(entry, folder / entry.name)
            progress(entry.name)


def _copy_file(entry: ArchiveEntry, target: Path) -> None:
    """Write a file with a mode of ours; the time of a recording that waits is when it was spoken."""
    target.parent.mkdir(parents=True, exist_ok=True, mode=0o750)
    handle = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
    with os.fdopen(handle, "wb") as file:
        shutil.copyfileobj(entry.content, file, 1 << 20)
        if file.tell() != entry.size:
            raise BackupError(f"the archive is cut off in {entry.name}")
    spoken = min(max(0.0, float(entry.modified)), datetime.now(UTC).timestamp())
    os.utime(target, (spoken, spoken))
    if entry.name.startswith(("store/", "documents/")):
        target.chmod(store.READ_ONLY)
