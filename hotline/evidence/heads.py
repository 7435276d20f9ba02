"""Heads: number and hash of the last entry, written each hour to a second place.

Whoever cuts off the end of the chain, or computes all of it anew, cannot change what is written there.
The file is one line a head: number, hash, time. It may lie on another disk, or on another machine's.
"""

import os
import re
import smtplib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from email.message import EmailMessage
from pathlib import Path

from hotline.database import Database
from hotline.evidence import sealing
from hotline.settings import Settings

_LINE = re.compile(r"^(?P<sequence>\d{1,12}) (?P<hash>[0-9a-f]{64}) (?P<at>[0-9T:.+-]{20,40})$")
MAIL_SECONDS = 30


@dataclass(frozen=True)
class Head:
    """The end of the chain at a moment."""

    sequence: int
    hash: str
    at: datetime

    def line(self) -> str:
        """As it is written."""
        return f"{self.sequence} {self.hash} {self.at.astimezone(UTC).isoformat(timespec='seconds')}"


def file_of(chosen: Settings) -> Path:
    """Where heads are written: beside the database where no other place is set."""
    return chosen.evidence.head_file or chosen.state_dir / "audit-heads"


def is_apart(chosen: Settings) -> bool:
    """Whether heads are written to a place that who holds the state directory does not hold by that."""
    file = file_of(chosen).absolute()
    return bool(chosen.evidence.mail_to) or not file.is_relative_to(chosen.state_dir)


def now(database: Database, at: datetime) -> Head | None:
    """The head at this moment; None while nothing was noted."""
    with database.reading() as session:
        sequence, hash_ = sealing.head(session)
    return Head(sequence, hash_, at) if hash_ else None


def write(chosen: Settings, head: Head) -> None:
    """Add a head to the file, on the disk when this returns; then send it, where an address is set."""
    file = file_of(chosen)
    handle = os.open(file, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o640)
    try:
        os.write(handle, f"{head.line()}\n".encode())
        os.fsync(handle)
    finally:
        os.close(handle)
    if chosen.evidence.mail_to:
        send(chosen, head)


def send(chosen: Settings, head: Head) -> None:
    """Mail a head. Raises OSError or smtplib.SMTPException where the server does not take it."""
    server, _, port = chosen.evidence.mail_server.partition(":")
    letter = EmailMessage()
    letter["From"], letter["To"] = chosen.evidence.mail_from, chosen.evidence.mail_to
    letter["Subject"] = f"hotline: audit trail at {head.sequence}"
    letter.set_content(
        f"{head.line()}\n\nKeep this. To compare: hotline audit verify --head '{head.line()}'\n"
    )
    with smtplib.SMTP(server, int(port), timeout=MAIL_SECONDS) as connection:
        connection.send_message(letter)


def parse(line: str) -> Head | None:
    """A line of the file; None for one that is not whole."""
    found = _LINE.match(line.strip())
    try:
        return Head(int(found["sequence"]), found["hash"], _instant(found["at"])) if found else None
    except ValueError:
        return None


def _instant(text: str) -> datetime:
    at = datetime.fromisoformat(text)
    return at if at.tzinfo else at.replace(tzinfo=UTC)


def written(chosen: Settings) -> Iterator[Head]:
    """The heads in the file, the oldest first. Raises OSError where it cannot be read; none where none is."""
    file = file_of(chosen)
    if not file.exists():
        return
    with file.open(encoding="ascii", errors="replace") as lines:
        yield from (head for line in lines if (head := parse(line)))
