"""Sealing: the entries of a transaction are chained as the last thing it does.

On PostgreSQL an order among transactions is needed for that, so the lock is taken when all other locks are
held already: nobody who waits for it holds up whoever has it.
"""

from sqlalchemy import select
from sqlalchemy.orm import Session

from hotline.audit import AuditEntry
from hotline.evidence import chain
from hotline.mapping import one_at_a_time


def seal(session: Session) -> None:
    """Chain what was noted in this transaction; costs nothing where nothing was."""
    if not session.info.pop("noted", False):
        return
    session.flush()
    one_at_a_time(session, "audit trail")
    sequence, previous = head(session)
    unsealed = select(AuditEntry).where(AuditEntry.sequence.is_(None)).order_by(AuditEntry.id)
    for entry in session.scalars(unsealed).all():
        sequence += 1
        entry.sequence, entry.previous = sequence, previous
        entry.words = chain.words(entry.salt, entry.detail)
        previous = entry.hash = chain.link(entry)
    session.flush()


def head(session: Session) -> tuple[int, str]:
    """The number and the hash of the last entry that is chained; 0 and the start for none."""
    last = select(AuditEntry.sequence, AuditEntry.hash).where(AuditEntry.sequence.is_not(None))
    found = session.execute(last.order_by(AuditEntry.sequence.desc()).limit(1)).first()
    return (found[0] or 0, found[1]) if found else (0, chain.START)
