"""Following the chain from its first entry, and gathering what it says of recordings on the way."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from hotline import hash_chain
from hotline.audit import ERASED, AuditEntry
from hotline.evidence import entries, recorded
from hotline.evidence.differences import Difference

RESTORED = "restore"
"""The act that puts an earlier state back; whether it was one, the heads say."""
LAST_SEQUENCE = 2**31 - 1
"""The highest number PostgreSQL can keep; in SQLite higher ones may stand, and words and bytes after them."""


class NotedEntry(NamedTuple):
    """What of an entry about a part or a receipt is compared: a year has half a million, and all are held."""

    salt: str
    detail: str


@dataclass
class ChainContent:
    """What the chain says, gathered while it is read."""

    about: dict[str, NotedEntry] = field(default_factory=dict)
    """The last entry about each part and receipt."""
    deleted: set[str] = field(default_factory=set)
    erased: set[int] = field(default_factory=set)
    """Numbers of the entries without a detail."""
    announced: set[int] = field(default_factory=set)
    """Numbers of those of which the chain says that it was erased."""
    restored: list[AuditEntry] = field(default_factory=list)


@dataclass
class _Place:
    """How far the chain was followed: an entry's number and hash, and the hash of the last that held.

    What is noted after a row that does not verify continues from the last one that does.
    """

    sequence: int = 0
    hash: str = hash_chain.START
    held: str = hash_chain.START


def follow(session: Session, said: ChainContent) -> Iterator[Difference]:
    """What differs in the chain, the first entry first; what it says is put into ``said``."""
    place = _Place()
    for id_, sequence, entry in _in_order(session):
        subject = f"entry {sequence}"
        if sequence > place.sequence + 1:
            yield Difference(
                subject, f"the entries {place.sequence + 1} to {sequence - 1} before it are missing"
            )
        if entry is None:
            yield Difference(subject, f"row {id_} holds what no entry can hold")
            place.sequence, place.hash = sequence, ""
            continue
        if entries.holds(entry):
            yield from _place_differs(subject, entry, place)
            yield from _words_differ(subject, entry)
            place.held = entry.hash
        else:
            yield Difference(subject, "it was changed: its hash is another")
        place.sequence, place.hash = sequence, entry.hash
        _gather(said, entry)
    yield from _outside(session)
    for number in sorted(said.erased - said.announced):
        yield Difference(f"entry {number}", "its detail was taken away, and no entry says so")


def _place_differs(subject: str, entry: AuditEntry, place: _Place) -> Iterator[Difference]:
    if entry.sequence != place.sequence + 1 or entry.previous in (place.hash, place.held):
        return
    if entry.previous == hash_chain.START:
        yield Difference(subject, "the chain begins anew here: of many rows before it none was an entry")
    else:
        yield Difference(subject, "it does not follow the entry before: that one was replaced or changed")


def _words_differ(subject: str, entry: AuditEntry) -> Iterator[Difference]:
    if entry.salt and entry.words != hash_chain.words(entry.salt, entry.detail):
        yield Difference(subject, "its detail was changed")
    elif not entry.salt and entry.detail:
        yield Difference(subject, "its detail was changed: it had been erased")


def _in_order(session: Session) -> Iterator[tuple[int, int, AuditEntry | None]]:
    """Row, number and entry of all that stand in the chain, in portions."""
    last = 0
    while True:
        chained = select(AuditEntry.id, AuditEntry.sequence)
        some = chained.where(AuditEntry.sequence > last, AuditEntry.sequence <= LAST_SEQUENCE)
        rows = session.execute(some.order_by(AuditEntry.sequence).limit(entries.ENTRIES_A_QUERY)).all()
        loaded = entries.load(session, [id_ for id_, _ in rows])
        yield from ((id_, number or 0, entry) for (id_, number), entry in zip(rows, loaded, strict=True))
        if not rows:
            return
        last = rows[-1].sequence or 0
        session.expunge_all()


def _outside(session: Session) -> Iterator[Difference]:
    number = AuditEntry.sequence
    outside = select(AuditEntry.id).where(or_(number.is_(None), number < 1, number > LAST_SEQUENCE))
    for id_ in session.scalars(outside.order_by(AuditEntry.id)):
        yield Difference(f"row {id_}", "it stands outside the chain")


def _gather(said: ChainContent, entry: AuditEntry) -> None:
    sequence = entry.sequence or 0
    if not entry.salt:
        said.erased.add(sequence)
    if entry.action in (recorded.KEEP, recorded.RECEIVE):
        said.about[entry.subject] = NotedEntry(entry.salt, entry.detail)
    elif entry.action == recorded.DELETE:
        said.deleted.add(entry.subject)
    elif entry.action == RESTORED:
        said.restored.append(entry)
    if entry.action == ERASED:
        said.announced |= {int(each) for each in entry.detail.split(",") if each.isdecimal()}
