"""Heads that were kept elsewhere, compared with the chain: was its end cut off, or all of it made anew?

A restore takes entries back, and heads of them are excused: by the line that it wrote beside the heads, and
by nothing that stands in the database, for whoever cuts the chain off can note a restore there as well.
"""

from collections.abc import Iterable, Iterator, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from hotline.audit import AuditEntry
from hotline.database import Database
from hotline.evidence import entries, head_places, heads
from hotline.evidence.differences import Difference
from hotline.evidence.following import RESTORED
from hotline.evidence.heads import Head
from hotline.settings_file import Settings

HEADS = "heads"
"""The subject of what is wrong with heads as a whole: it is over once nothing is."""
_WHEN = "%Y-%m-%d %H:%M %Z"


def gone(settings: Settings, database: Database) -> Iterator[Difference]:
    """Whether fewer heads are in the file than were written to it."""
    file = heads.file_of(settings)
    try:
        there = sum(1 for _ in heads.written(settings))
    except OSError:  # said where they are compared
        return
    with database.reading() as session:
        missing = head_places.count(session, file) - there
    if missing > 0:
        what = f"{missing} that were written to {file} are not there: is its disk mounted, was it cut off?"
        yield Difference(HEADS, what)


def that_differ(session: Session, kept: Iterable[Head]) -> Iterator[Difference]:
    """The heads that are not in the chain, without following it."""
    ids = session.scalars(select(AuditEntry.id).where(AuditEntry.action == RESTORED)).all()
    restored = [each for each in entries.load(session, ids) if each is not None and entries.holds(each)]
    yield from compared(session, restored, kept)


def compared(session: Session, restored: Sequence[AuditEntry], kept: Iterable[Head]) -> Iterator[Difference]:
    """The same, where the entries about restored backups are known."""
    all_: list[Head] = []
    try:
        all_.extend(kept)
    except OSError as problem:  # whoever spoils their file hides nothing else by it
        yield Difference(HEADS, f"they cannot be read: {problem}")
    noted: dict[int, list[Head]] = {}
    for head in _not_excused(all_):
        found = session.scalar(select(AuditEntry.hash).where(AuditEntry.sequence == head.sequence))
        if found == head.hash:
            continue
        if entry := next((each for each in restored if _goes_with(each, head)), None):
            noted.setdefault(entry.sequence or 0, []).append(head)
            continue
        how = "the end of the chain was cut off" if found is None else "the chain was made anew"
        when = f"{head.at:{_WHEN}}"
        yield Difference(f"entry {head.sequence}", f"{how}: on {when} its hash was another")
    yield from (_only_noted(number, of) for number, of in noted.items())


def _not_excused(kept: Sequence[Head]) -> Iterator[Head]:
    """Those that no restore excuses whose line stands behind them; the line itself has to be in the chain."""
    restores = [(place, each) for place, each in enumerate(kept) if each.archive]
    for place, head in enumerate(kept):
        if not any(behind > place and _goes_with(each, head) for behind, each in restores):
            yield head


def _goes_with(restore: AuditEntry | Head, head: Head) -> bool:
    """Whether a head is of what a restore has taken back; a line has whole seconds."""
    is_before = head.at <= restore.at if isinstance(restore, Head) else head.at < restore.at
    return is_before and head.sequence >= (restore.sequence or 0)


def _only_noted(number: int, of: Sequence[Head]) -> Difference:
    first, last = min(each.at for each in of), max(each.at for each in of)
    return Difference(
        HEADS,
        f"{len(of)} from {first:{_WHEN}} to {last:{_WHEN}} went with the restore noted in entry {number}, "
        "which only the database knows of; if the office did restore then: "
        f"hotline audit confirm-restore {number}",
    )
