"""Entries of the audit trail as they can be read.

Whoever writes into the table itself may put anything into a row: SQLite keeps words where a number belongs.
Such a row is nobody's entry, and holds up neither who writes nor who reads the others.
"""

from collections.abc import Iterator, Sequence

from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from hotline import hash_chain
from hotline.audit import AuditEntry

ENTRIES_A_QUERY = 1000
_TEXTS = ("action", "subject", "detail", "origin", "salt", "words", "previous", "hash")
_UNREADABLE = (TypeError, ValueError, ArithmeticError, SQLAlchemyError)


def load(session: Session, ids: Sequence[int]) -> Iterator[AuditEntry | None]:
    """The entries of these rows, in their order; None for a row that holds what it cannot hold."""
    for start in range(0, len(ids), ENTRIES_A_QUERY):
        some = ids[start : start + ENTRIES_A_QUERY]
        try:
            query = select(AuditEntry).where(AuditEntry.id.in_(some))
            found: dict[int, AuditEntry | None] = {each.id: each for each in session.scalars(query)}
        except _UNREADABLE:
            found = {each: _one(session, each) for each in some}
        for each in some:
            entry = found.get(each)
            yield entry if entry is not None and _is_sound(entry) else None


def _one(session: Session, id_: int) -> AuditEntry | None:
    try:
        return session.scalars(select(AuditEntry).where(AuditEntry.id == id_)).first()
    except _UNREADABLE:
        return None


def _is_sound(entry: AuditEntry) -> bool:
    return all(isinstance(getattr(entry, name), str) for name in _TEXTS)


def holds(entry: AuditEntry) -> bool:
    """Whether an entry's hash is that of what it says."""
    try:
        return entry.hash == hash_chain.link(entry)
    except (TypeError, ValueError, AttributeError):
        return False
