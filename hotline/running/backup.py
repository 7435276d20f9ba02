"""Backup and restoring: one tar file with the spool, the database and the store.

Order of a backup: spool, database, store. A recording taken in meanwhile is then in the database and the
store as well, and the sweep after a restore finds its spool file already known. Rows never precede their
files, so a database copied before the store has every file it names.
"""

import io
import os
import shutil
import sqlite3
import subprocess
import tarfile
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO

from sqlalchemy import URL, make_url, select

from hotline.cases import numbering
from hotline.database import Database
from hotline.recordings import store
from hotline.recordings.recordings import RecordingPart
from hotline.settings import Settings

SQLITE_COPY = "hotline.db"
POSTGRESQL_COPY = "hotline.pgdump"
_FOLDERS = ("spool", "store", "secrets")
_SQLITE_FILES = (SQLITE_COPY, f"{SQLITE_COPY}-wal", f"{SQLITE_COPY}-shm")

Progress = Callable[[str], object]
"""Told the name of each file when it is done."""


class BackupError(Exception):
    """A backup cannot be made or restored; the message says what to do."""


def back_up(chosen: Settings, target: Path, progress: Progress) -> int:
    """Write a backup and return the number of files in it. The target appears only when it is whole."""
    partial = target.with_name(target.name + ".partial")
    partial.unlink(missing_ok=True)
    handle = os.open(partial, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)  # what citizens said is in it
    try:
        with os.fdopen(handle, "wb") as file:
            count = _write(chosen, file, target.parent, progress)
            file.flush()
            os.fsync(file.fileno())
        partial.rename(target)
    finally:
        partial.unlink(missing_ok=True)
    store.sync_directory(target.parent)
    return count


def _write(chosen: Settings, file: IO[bytes], beside: Path, progress: Progress) -> int:
    count = 0
    with tempfile.TemporaryDirectory(dir=beside) as scratch, tarfile.open(fileobj=file, mode="w") as tar:
        for name, path in _members(chosen, Path(scratch)):
            if _add(tar, name, path):
                count += 1
                progress(name)
    return count


def _members(chosen: Settings, scratch: Path) -> Iterator[tuple[str, Path]]:
    yield from _files(chosen.state_dir, "spool")
    copy = _copy_database(chosen, scratch)
    yield copy.name, copy
    yield from _files(chosen.state_dir, "store")
    yield from _files(chosen.state_dir, "secrets")


def _files(state_dir: Path, folder: str) -> Iterator[tuple[str, Path]]:
    for path in sorted((state_dir / folder).rglob("*")):
        if path.is_file() and not path.is_symlink() and path.suffix != ".partial":
            yield str(path.relative_to(state_dir)), path


def _add(tar: tarfile.TarFile, name: str, path: Path) -> bool:
    """Add a file as it is now; False when it was taken in, and so removed, a moment ago."""
    try:
        content = path.open("rb")
    except FileNotFoundError:
        return False
    with content:
        info = tar.gettarinfo(arcname=name, fileobj=content)
        if name.startswith("spool/"):  # may still be growing: read what is there now
            held = content.read()
            info.size = len(held)
            tar.addfile(info, io.BytesIO(held))
        else:
            tar.addfile(info, content)
    return True


def _copy_database(chosen: Settings, scratch: Path) -> Path:
    url = make_url(chosen.database_url)
    if url.get_backend_name() == "sqlite":
        copy = scratch / SQLITE_COPY
        with sqlite3.connect(str(url.database)) as source, sqlite3.connect(copy) as target:
            source.backup(target)
        return copy
    copy = scratch / POSTGRESQL_COPY
    _run(url, "pg_dump", "--format=custom", f"--file={copy}", _libpq(url))
    return copy


def restore(chosen: Settings, source: Path, progress: Progress) -> int:
    """Unpack a backup into an empty state directory and database, and verify every recording's SHA-256.

    Numbers that were given out after the backup are unknown to it: the counters skip ahead, so that nobody
    else is given one of them. A queue log that is there may be newer, and is read from its beginning.
    """
    busy = [name for name in (*_SQLITE_FILES, *_FOLDERS) if _is_filled(chosen.state_dir / name)]
    if busy:
        raise BackupError(
            f"{chosen.state_dir} already holds {busy[0]}; move it away, or choose another HOTLINE_STATE_DIR"
        )
    chosen.state_dir.mkdir(parents=True, exist_ok=True, mode=0o750)
    chosen.queue_log_places.unlink(missing_ok=True)
    with tarfile.open(source) as tar:
        for member in tar:
            tar.extract(member, chosen.state_dir, filter="data")
            progress(member.name)
    _restore_database(chosen)
    count = _verify(chosen)
    with Database(chosen.database_url).writing() as session:
        numbering.skip_ahead(session)
    return count


def _is_filled(path: Path) -> bool:
    return any(path.iterdir()) if path.is_dir() else path.exists()


def _restore_database(chosen: Settings) -> None:
    url = make_url(chosen.database_url)
    copied = chosen.state_dir / (SQLITE_COPY if url.get_backend_name() == "sqlite" else POSTGRESQL_COPY)
    if not copied.exists():
        raise BackupError(f"the backup holds no {copied.name}: it was made with another kind of database")
    if copied.name == POSTGRESQL_COPY:
        _run(url, "pg_restore", "--exit-on-error", f"--dbname={_libpq(url)}", str(copied))
        copied.unlink()
    elif copied != Path(str(url.database)):
        shutil.move(copied, str(url.database))


def _verify(chosen: Settings) -> int:
    """Compare each stored file with its row and return how many there are. Raises BackupError."""
    count = 0
    with Database(chosen.database_url).reading() as session:
        for part in session.scalars(select(RecordingPart)).yield_per(500):
            path = chosen.store_dir / part.store_key
            if not path.exists() or store.sha256(path) != part.sha256:
                raise BackupError(f"{part.store_key} is missing from the backup or damaged")
            path.chmod(store.READ_ONLY)
            count += 1
    return count


def _libpq(url: URL) -> str:
    """The address as PostgreSQL's own tools read it; the password goes by the environment."""
    bare = URL.create("postgresql", url.username, None, url.host, url.port, url.database, url.query)
    return bare.render_as_string()


def _run(url: URL, *command: str) -> None:
    if shutil.which(command[0]) is None:
        raise BackupError(f"{command[0]} is missing; install it with: apt-get install postgresql-client")
    surroundings = os.environ | ({"PGPASSWORD": url.password} if url.password else {})
    done = subprocess.run(  # noqa: S603 - our own arguments
        command, env=surroundings, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise BackupError(f"{command[0]} failed: {' '.join(done.stderr.split())[-300:]}")
