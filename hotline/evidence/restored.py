"""What a restore writes to the heads: only that excuses those of the entries it has taken back."""

import re

from sqlalchemy import select

from hotline.audit import AuditEntry
from hotline.database import Database
from hotline.evidence import entries, heads, sealing
from hotline.evidence.following import RESTORED
from hotline.evidence.heads import Head
from hotline.settings_file import Settings

_ARCHIVE = re.compile(r"\bsha256 ([0-9a-f]{64})\b")


def noted(database: Database, sequence: int) -> AuditEntry | None:
    """The entry with this number, where it is one about a restore and verifies."""
    chained = select(AuditEntry.id).where(AuditEntry.sequence == sequence, AuditEntry.action == RESTORED)
    with database.reading() as session:
        found = next(entries.load(session, session.scalars(chained).all()), None)
    return found if found is not None and entries.holds(found) else None


def newest(database: Database) -> AuditEntry:
    """The entry that a restore has just made: the last that verifies."""
    with database.reading() as session:
        sequence, _ = sealing.head(session)
        return session.scalars(select(AuditEntry).where(AuditEntry.sequence == sequence)).one()


def tell(settings: Settings, database: Database, entry: AuditEntry) -> None:
    """Write its line. Raises OSError where the heads' file cannot be written, or the mail not sent."""
    archive = _ARCHIVE.search(entry.detail)
    line = Head(entry.sequence or 0, entry.hash, entry.at, archive[1] if archive else "unknown")
    heads.write(settings, database, line)
