"""Heads: number and hash of the last entry, written each hour to a second place.

Whoever cuts off the end of the chain, or computes all of it anew, cannot change what is written there.
The file is one line a head: number, hash, time. It may lie on another disk, or on another machine's.
A restore writes its own there, with ``restore`` and the archive's SHA-256 behind: it excuses those before it.
"""

import errno
import os
import re
import smtplib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from email.message import EmailMessage
from pathlib import Path

from hotline.database import Database
from hotline.evidence import head_places, sealing
from hotline.settings_file import Settings

_LINE = re.compile(
    r"^(?P<sequence>\d{1,12}) (?P<hash>[0-9a-f]{64}) (?P<at>[0-9T:.+-]{20,40})"
    r"(?: restore (?P<archive>[0-9a-f]{64}|unknown))?$"
)
MAIL_SECONDS = 30


@dataclass(frozen=True)
class Head:
    """The end of the chain at a moment; ``archive`` is the SHA-256 of what was restored at that moment."""

    sequence: int
    hash: str
    at: datetime
    archive: str = ""

    def line(self) -> str:
        """As it is written."""
        at = self.at.astimezone(UTC).isoformat(timespec="seconds")
        return f"{self.sequence} {self.hash} {at}" + (f" restore {self.archive}" if self.archive else "")


def file_of(settings: Settings) -> Path:
    """Where heads are written: beside the database where no other place is set."""
    return settings.evidence.head_file or settings.state_dir / "audit-heads"


def is_apart(settings: Settings) -> bool:
    """Whether heads are written to a place that who holds the state directory does not hold by that."""
    file = file_of(settings).absolute()
    return bool(settings.evidence.mail_to) or not file.is_relative_to(settings.state_dir)


def shares_disk(settings: Settings) -> bool:
    """Whether the file of heads is on the disk of the state directory: also where another is not mounted."""
    file = file_of(settings)
    return (file if file.exists() else file.parent).stat().st_dev == settings.state_dir.stat().st_dev


def current_head(database: Database, at: datetime) -> Head | None:
    """The head at this moment; None while nothing was noted."""
    with database.reading() as session:
        sequence, hash_ = sealing.head(session)
    return Head(sequence, hash_, at) if hash_ else None


def write(settings: Settings, database: Database, head: Head) -> None:
    """Add a head to the file, on the disk when this returns; then send it, where an address is set.

    It is sent also where the file cannot be written. Raises OSError where either has failed, and where the
    file is gone though heads were written to it: a new one would hide that.
    """
    try:
        _add(settings, database, head)
    finally:
        if settings.evidence.mail_to:
            send(settings, head)


def _add(settings: Settings, database: Database, head: Head) -> None:
    file = file_of(settings)
    with database.reading() as session:
        known = head_places.count(session, file)
    there = sum(1 for _ in written(settings))
    _append(file, head.line(), begin=not known)
    with database.writing() as session:
        head_places.remember(session, file, max(known, there) + 1)


def _append(file: Path, line: str, *, begin: bool) -> None:
    """A line of its own, whole: behind half a line that a full disk has left, too."""
    handle = os.open(file, os.O_RDWR | os.O_APPEND | (os.O_CREAT if begin else 0), 0o640)
    try:
        size = os.fstat(handle).st_size
        broken = size > 0 and os.pread(handle, 1, size - 1) != b"\n"
        rest = b"\n" * broken + f"{line}\n".encode()
        while rest:  # a disk with little room takes a part; the next time it says that it is full
            count = os.write(handle, rest)
            if not count:
                raise OSError(errno.EIO, os.strerror(errno.EIO), str(file))
            rest = rest[count:]
        os.fsync(handle)
    finally:
        os.close(handle)


def send(settings: Settings, head: Head) -> None:
    """Mail a head. Raises OSError or smtplib.SMTPException where the server does not take it."""
    server, _, port = settings.evidence.mail_server.partition(":")
    letter = EmailMessage()
    letter["From"], letter["To"] = settings.evidence.mail_from, settings.evidence.mail_to
    letter["Subject"] = f"hotline: audit trail at {head.sequence}{', restored' if head.archive else ''}"
    letter.set_content(
        f"{head.line()}\n\nKeep this. To compare: hotline audit verify --head '{head.line()}'\n"
    )
    with smtplib.SMTP(server, int(port), timeout=MAIL_SECONDS) as connection:
        connection.send_message(letter)


def parse(line: str) -> Head | None:
    """A line of the file; None for one that is not whole."""
    found = _LINE.match(line.strip())
    if not found:
        return None
    try:
        return Head(int(found["sequence"]), found["hash"], _instant(found["at"]), found["archive"] or "")
    except ValueError:
        return None


def _instant(text: str) -> datetime:
    at = datetime.fromisoformat(text)
    return at if at.tzinfo else at.replace(tzinfo=UTC)


def written(settings: Settings) -> Iterator[Head]:
    """The heads in the file, the oldest first. Raises OSError where it cannot be read; none where none is.

    Whether there should be some: ``heads_kept.gone``.
    """
    file = file_of(settings)
    if not file.exists():
        return
    with file.open(encoding="ascii", errors="replace") as lines:
        yield from (head for line in lines if (head := parse(line)))
