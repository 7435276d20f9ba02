"""Heads that were kept elsewhere, compared with the chain: was its end cut off, or all of it made anew?"""

from collections.abc import Iterable, Iterator, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from hotline.audit import AuditEntry
from hotline.evidence import entries
from hotline.evidence.differences import Difference
from hotline.evidence.following import RESTORED
from hotline.evidence.heads import Head

HEADS = "heads"
"""The subject of heads that cannot be read."""


def that_differ(session: Session, heads: Iterable[Head]) -> Iterator[Difference]:
    """The heads that are not in the chain, without following it."""
    ids = session.scalars(select(AuditEntry.id).where(AuditEntry.action == RESTORED)).all()
    restored = [each for each in entries.load(session, ids) if each is not None]
    yield from compared(session, restored, heads)


def compared(session: Session, restored: Sequence[AuditEntry], heads: Iterable[Head]) -> Iterator[Difference]:
    """The same, where the entries about restored backups are known."""
    try:
        for head in heads:
            yield from _head(session, restored, head)
    except OSError as problem:  # whoever spoils their file hides nothing else by it
        yield Difference(HEADS, f"they cannot be read: {problem}")


def _head(session: Session, restored: Sequence[AuditEntry], head: Head) -> Iterator[Difference]:
    found = session.scalar(select(AuditEntry.hash).where(AuditEntry.sequence == head.sequence))
    if found != head.hash and not _went_with_a_restore(restored, head):
        how = "the end of the chain was cut off" if found is None else "the chain was made anew"
        when = f"{head.at:%Y-%m-%d %H:%M %Z}"
        yield Difference(f"entry {head.sequence}", f"{how}: on {when} its hash was another")


def _went_with_a_restore(restored: Sequence[AuditEntry], head: Head) -> bool:
    return any(head.at < each.at and head.sequence >= (each.sequence or 0) for each in restored)
