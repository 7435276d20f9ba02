"""Verification: reads the whole chain, every row that is evidence and every stored file again.

What differs is told one after the other, the first in the chain first. Rows are read in one snapshot and as
a stream; files after it, so that hours of reading hold up no writer.
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

from sqlalchemy import func, select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session, lazyload

from hotline.audit import ERASED, AuditEntry
from hotline.database import Database
from hotline.evidence import chain, recorded
from hotline.evidence.heads import Head
from hotline.recordings import store
from hotline.recordings.recordings import Recording, RecordingPart

RESTORED = "restore"
"""The act that puts an earlier state back: heads written meanwhile are of entries that went with it."""
HEADS = "heads"
"""The subject of heads that cannot be read."""
PORTION = 2000


@dataclass(frozen=True)
class Difference:
    """What differs: ``subject`` such as ``entry 12``, ``part 5f…``; ``what`` says how."""

    subject: str
    what: str


class Noted(NamedTuple):
    """What of an entry about a part or a receipt is compared: a year has half a million, and all are held."""

    salt: str
    detail: str


@dataclass
class Said:
    """What the chain says, gathered while it is read."""

    about: dict[str, Noted] = field(default_factory=dict)
    """The last entry about each part and receipt."""
    deleted: set[str] = field(default_factory=set)
    erased: set[int] = field(default_factory=set)
    """Numbers of the entries without a detail."""
    announced: set[int] = field(default_factory=set)
    """Numbers of those of which the chain says that it was erased."""
    restored: list[AuditEntry] = field(default_factory=list)


@dataclass(frozen=True)
class StoredFile:
    """A file as its row describes it."""

    part_id: str
    key: str
    sha256: str
    size: int


@contextmanager
def _snapshot(database: Database) -> Iterator[Session]:
    """One state of all rows. A reader of SQLite sees one anyway."""
    with database.reading() as session:
        if database.engine.dialect.name == "postgresql":
            session.connection(execution_options={"isolation_level": "REPEATABLE READ"})
        yield session


def rows_that_differ(database: Database, heads: Iterable[Head] = ()) -> Iterator[Difference]:
    """What differs among the rows: the chain, what it says of recordings, and heads kept elsewhere."""
    said = Said()
    try:
        with _snapshot(database) as session:
            yield from _chain(session, said)
            yield from _heads(session, said, heads)
            yield from _recordings(session, said)
            yield from _parts(session, said)
            yield from _without_rows(said)
    except (TypeError, ValueError, AttributeError, SQLAlchemyError) as problem:
        yield Difference("audit trail", f"a row holds what it cannot hold: {problem}"[:300])


def _chain(session: Session, said: Said) -> Iterator[Difference]:
    sequence, previous = 0, chain.START
    for entry in _entries(session):
        subject = f"entry {entry.sequence}"
        if entry.sequence is None:
            yield Difference(f"row {entry.id}", "it stands outside the chain")
            continue
        if entry.sequence != sequence + 1:
            yield Difference(
                subject, f"the entries {sequence + 1} to {entry.sequence - 1} before it are missing"
            )
        elif entry.previous != previous:
            yield Difference(subject, "it does not follow the entry before: that one was replaced or changed")
        if entry.hash != chain.link(entry):
            yield Difference(subject, "it was changed: its hash is another")
        elif entry.salt and entry.words != chain.words(entry.salt, entry.detail):
            yield Difference(subject, "its detail was changed")
        elif not entry.salt and entry.detail:
            yield Difference(subject, "its detail was changed: it had been erased")
        sequence, previous = entry.sequence, entry.hash
        _gather(said, entry)
    for number in sorted(said.erased - said.announced):
        yield Difference(f"entry {number}", "its detail was taken away, and no entry says so")


def _entries(session: Session) -> Iterator[AuditEntry]:
    """All entries in order, in portions; those outside the chain at the end."""
    last = 0
    while True:
        some = (
            select(AuditEntry).where(AuditEntry.sequence > last).order_by(AuditEntry.sequence).limit(PORTION)
        )
        found = session.scalars(some).all()
        yield from found
        if not found:
            break
        last = found[-1].sequence or 0
        session.expunge_all()
    yield from session.scalars(select(AuditEntry).where(AuditEntry.sequence.is_(None)))
    beneath = select(AuditEntry).where(AuditEntry.sequence < 1)
    yield from session.scalars(beneath)


def _gather(said: Said, entry: AuditEntry) -> None:
    sequence = entry.sequence or 0
    if not entry.salt:
        said.erased.add(sequence)
    if entry.action in (recorded.KEEP, recorded.RECEIVE):
        said.about[entry.subject] = Noted(entry.salt, entry.detail)
    elif entry.action == recorded.DELETE:
        said.deleted.add(entry.subject)
    elif entry.action == RESTORED:
        said.restored.append(entry)
    if entry.action == ERASED:
        said.announced |= {int(each) for each in entry.detail.split(",") if each.isdecimal()}


def _heads(session: Session, said: Said, heads: Iterable[Head]) -> Iterator[Difference]:
    try:
        for head in heads:
            yield from _head(session, said, head)
    except OSError as problem:  # whoever spoils their file hides nothing else by it
        yield Difference(HEADS, f"they cannot be read: {problem}")


def _head(session: Session, said: Said, head: Head) -> Iterator[Difference]:
    found = session.scalar(select(AuditEntry.hash).where(AuditEntry.sequence == head.sequence))
    if found != head.hash and not _went_with_a_restore(said, head):
        how = "the end of the chain was cut off" if found is None else "the chain was made anew"
        when = f"{head.at:%Y-%m-%d %H:%M %Z}"
        yield Difference(f"entry {head.sequence}", f"{how}: on {when} its hash was another")


def heads_that_differ(session: Session, heads: Iterable[Head]) -> Iterator[Difference]:
    """The same for heads alone, without following the chain."""
    said = Said()
    restored = select(AuditEntry).where(AuditEntry.action == RESTORED)
    said.restored.extend(session.scalars(restored))
    yield from _heads(session, said, heads)


def _went_with_a_restore(said: Said, head: Head) -> bool:
    return any(head.at < each.at and head.sequence >= (each.sequence or 0) for each in said.restored)


def _recordings(session: Session, said: Said) -> Iterator[Difference]:
    for row in _all(session, Recording):
        subject = f"receipt {row.id}"
        entry = said.about.pop(subject, None)
        if entry is None:
            yield Difference(f"recording {row.id}", "the audit trail does not know it")
        elif not entry.salt:  # whoever erases one for a reason notes the row anew
            yield Difference(f"recording {row.id}", "what the audit trail says of its row was erased")
        elif entry.detail != recorded.receipt(row, entry.salt):
            yield Difference(f"recording {row.id}", "its row was changed")


def _parts(session: Session, said: Said) -> Iterator[Difference]:
    for row in _all(session, RecordingPart):
        entry = said.about.pop(f"part {row.id}", None)
        if entry is None:
            yield Difference(f"part {row.id}", "the audit trail does not know it")
        elif entry.detail != recorded.keeping(row):
            yield Difference(f"part {row.id}", "its row was changed")


def _all(session: Session, table: Any) -> Iterator[Any]:
    last = ""
    while True:
        some = select(table).where(table.id > last).order_by(table.id).limit(PORTION)
        found = session.scalars(some.options(lazyload("*"))).all()
        if not found:
            return
        yield from found
        last = found[-1].id
        session.expunge_all()


def _without_rows(said: Said) -> Iterator[Difference]:
    for subject in said.about:
        if subject not in said.deleted:
            yield Difference(subject.replace("receipt", "recording"), "its row is missing")


def files(database: Database) -> Sequence[StoredFile]:
    """Every file that should be in the store: all rows but those deleted on purpose."""
    with database.reading() as session:
        deleted = select(AuditEntry.subject).where(AuditEntry.action == recorded.DELETE)
        gone = set(session.scalars(deleted))
        columns = (RecordingPart.id, RecordingPart.store_key, RecordingPart.sha256, RecordingPart.bytes)
        rows = session.execute(select(*columns).order_by(RecordingPart.store_key)).all()
    return [StoredFile(*row) for row in rows if f"part {row[0]}" not in gone]


def file_differs(store_dir: Path, file: StoredFile, read: bool = True) -> str:
    """How a stored file differs from its row; empty where it does not. ``read``: its every byte, too."""
    try:
        path = store.path_of(store_dir, file.key)
        size = path.stat().st_size
        if size != file.size:
            return f"{file.key} has {size} bytes and had {file.size}"
        if read and store.sha256(path) != file.sha256:
            return f"{file.key} was changed: its SHA-256 is another"
    except FileNotFoundError:
        return f"{file.key} is missing"
    except (OSError, store.StoreError) as problem:
        return f"{file.key} cannot be read: {problem}"
    return ""


def parts(session: Session) -> int:
    """How many parts there are."""
    return session.scalar(select(func.count()).select_from(RecordingPart)) or 0


def erased(database: Database) -> int:
    """How many entries have no detail any more."""
    with database.reading() as session:
        return session.scalar(select(func.count()).where(AuditEntry.salt == "")) or 0


def entries(database: Database) -> int:
    """How many entries there are."""
    with database.reading() as session:
        return session.scalar(select(func.count()).select_from(AuditEntry)) or 0
