"""The audit trail in pages, newest first, with filters: a hundred thousand entries cost what a hundred do."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from hotline.audit import AuditEntry
from hotline.evidence import entries
from hotline.evidence.following import LAST_SEQUENCE
from hotline.people import User

ENTRIES_A_PAGE = 100


@dataclass(frozen=True)
class EntryFilter:
    """What is looked for; empty is any. ``subject``: how it begins; ``before``: lower numbers."""

    user: str = ""
    action: str = ""
    subject: str = ""
    begin: datetime | None = None
    end: datetime | None = None
    before: int | None = None


@dataclass(frozen=True)
class ListedEntry:
    """An entry and the name of who did it; empty for the system and for commands."""

    entry: AuditEntry
    user: str


def page(
    session: Session, wanted: EntryFilter, size: int = ENTRIES_A_PAGE
) -> tuple[Sequence[ListedEntry], bool]:
    """A page of entries, and whether there are more; a row that cannot be read is left to ``verify``."""
    query = select(AuditEntry.id).where(*_conditions(session, wanted))
    ids = session.scalars(query.order_by(AuditEntry.sequence.desc()).limit(size + 1)).all()
    found = [each for each in entries.load(session, ids[:size]) if each is not None]
    users = select(User.id, User.name).where(User.id.in_({each.user_id for each in found}))
    names: dict[int | None, str] = dict(session.execute(users).all())
    return [ListedEntry(each, names.get(each.user_id, "")) for each in found], len(ids) > size


def count(session: Session, wanted: EntryFilter) -> int:
    """How many there are."""
    query = select(func.count()).select_from(AuditEntry).where(*_conditions(session, wanted))
    return session.scalar(query) or 0


def actions(session: Session) -> Sequence[str]:
    """What is done, for a choice; each is found by one step in the index, however many entries there are."""
    found: list[str] = []
    while True:
        following = session.scalar(
            select(func.min(AuditEntry.action)).where(AuditEntry.action > (found or [""])[-1])
        )
        if following is None:
            return found
        found.append(following)


def of_subject(session: Session, subject: str, most: int) -> list[tuple[AuditEntry, str]]:
    """What was done to one thing, newest first: each act, and the full name of who did it or nothing."""
    query = (
        select(AuditEntry, User.full_name)
        .outerjoin(User, AuditEntry.user_id == User.id)
        .where(AuditEntry.subject == subject)
        .order_by(AuditEntry.at.desc(), AuditEntry.id.desc())
    )
    return [(entry, name or "") for entry, name in session.execute(query.limit(most))]


def _conditions(session: Session, wanted: EntryFilter) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = [AuditEntry.sequence.between(1, LAST_SEQUENCE)]
    if wanted.user:
        user_id = session.scalar(select(User.id).where(User.name == wanted.user.lower()))
        conditions.append(AuditEntry.user_id == (user_id or 0))
    if wanted.action:
        conditions.append(AuditEntry.action == wanted.action)
    if wanted.subject:
        conditions.append(AuditEntry.subject.startswith(wanted.subject, autoescape=True))
    if wanted.begin:
        conditions.append(AuditEntry.at >= wanted.begin)
    if wanted.end:
        conditions.append(AuditEntry.at < wanted.end)
    if wanted.before is not None:
        conditions.append(AuditEntry.sequence < wanted.before)
    return conditions
