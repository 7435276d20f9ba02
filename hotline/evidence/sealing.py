"""Sealing: the entries of a transaction are chained as the last thing it does.

On PostgreSQL an order among transactions is needed for that, so the lock is taken when all other locks are
held already: nobody who waits for it holds up whoever has it.

Only what this transaction has noted is chained. What somebody wrote into the table otherwise is passed over,
so that it stops no write, and stays for ``hotline audit verify`` to name.
"""

from itertools import pairwise

from sqlalchemy import select
from sqlalchemy.orm import Session

from hotline import hash_chain
from hotline.audit import AuditEntry
from hotline.evidence import entries
from hotline.mapping import one_at_a_time

LAST_NUMBER = 2_000_000_000
"""A row with a higher number is none of ours; PostgreSQL can count a hundred million further."""
LOOK_BACK = 1000
"""So many rows that do not verify are passed over; above more of them the chain is begun anew."""


def seal(session: Session) -> None:
    """Chain what was noted in this transaction; costs nothing where nothing was."""
    noted = [each for each in session.info.pop("noted", ()) if each in session]
    if not noted:  # or all of it was rolled back to a savepoint
        return
    session.flush()
    one_at_a_time(session, "audit trail")
    sequence, previous = head(session)
    for entry in noted:
        sequence = _free(session, sequence + 1)
        entry.sequence, entry.previous = sequence, previous
        entry.words = hash_chain.words(entry.salt, entry.detail)
        previous = entry.hash = hash_chain.link(entry)
    session.flush()


def head(session: Session) -> tuple[int, str]:
    """The number and the hash of the last entry that verifies; 0 and the start for none.

    Above more rows that do not than are looked through, it is the number of the last of them and the start.
    """
    chained = select(AuditEntry.id, AuditEntry.sequence).where(AuditEntry.sequence.between(1, LAST_NUMBER))
    newest = chained.order_by(AuditEntry.sequence.desc())
    for most in (2, LOOK_BACK):
        rows = [(id_, number or 0) for id_, number in session.execute(newest.limit(most))]
        for (id_, sequence), (_, before) in pairwise([*rows, (0, 0)]):
            if sequence != before + 1:  # a number far above the others would soon leave none
                continue
            [entry] = entries.load(session, [id_])
            if entry is not None and entries.holds(entry):
                return sequence, entry.hash
    return (int(rows[0][1]) if rows else 0), hash_chain.START


def _free(session: Session, sequence: int) -> int:
    """This number, or the next one that no row has."""
    while session.scalar(select(AuditEntry.id).where(AuditEntry.sequence == sequence)) is not None:
        sequence += 1
    return sequence
