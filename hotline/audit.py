"""The audit trail: who opened, played, edited and decided what. Rows are added and never changed.

Each entry holds the hash of the one before (``hotline.evidence``). So no subject names a telephone number,
and a detail only a ``shortened`` one; what people typed may stand in a detail, because ``erase_details``
takes it away and leaves the chain whole.
"""

import os
import pwd
import re
from collections.abc import Sequence
from contextlib import suppress
from contextvars import ContextVar
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import ForeignKey, Index, String, func, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from hotline import hash_chain
from hotline.cases import case_number
from hotline.mapping import Base

ERASED = "erase details"
SHOW_TELEPHONE, REPLACE_TELEPHONE = "show telephone password", "replace telephone password"
ONE_LOOK = timedelta(minutes=10)
"""Within so long the same search by the same user is noted once: a list is looked through in pages."""
IDS_IN_AN_ENTRY = 40
_NOBODY_SIGNED_IN = 0xFFFFFFFF
"""What Linux says of a process that no sign-in began, such as a service."""
_NUMBER = re.compile(r"(?<![0-9A-Za-z-])\+?\d{7,15}(?![0-9A-Za-z])")

origin: ContextVar[str] = ContextVar("origin", default="")
"""Where the acts of this thread come from: a browser's address, or a user of the operating system."""


class AuditEntry(Base):
    """One act. ``subject`` is what it was done to, such as ``recording 5f…`` or ``user li``.

    ``sequence`` to ``hash`` are set as the transaction ends. Without ``salt`` the detail is erased.
    """

    __tablename__ = "audit_entries"
    __table_args__ = (
        Index("ix_audit_entries_subject_at", "subject", "at"),
        Index("ix_audit_entries_action_sequence", "action", "sequence"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(index=True)
    user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"), index=True)
    action: Mapped[str] = mapped_column(String(40))
    subject: Mapped[str] = mapped_column(String(80))
    detail: Mapped[str] = mapped_column(String(500), default="")
    origin: Mapped[str] = mapped_column(String(64), default="", server_default="")
    salt: Mapped[str] = mapped_column(String(32), default="", server_default="")
    sequence: Mapped[int | None] = mapped_column(unique=True, index=True)
    words: Mapped[str] = mapped_column(String(64), default="", server_default="")
    previous: Mapped[str] = mapped_column(String(64), default="", server_default="")
    hash: Mapped[str] = mapped_column(String(64), default="", server_default="")


def note(
    session: Session,
    at: datetime,
    user_id: int | None,
    action: str,
    subject: str,
    detail: str = "",
    salt: str = "",
) -> None:
    """Add an entry, committed together with the act itself and chained at the end of the transaction."""
    entry = AuditEntry(at=at, user_id=user_id, action=action, subject=subject[:80], detail=detail[:500])
    entry.origin, entry.salt = origin.get()[:64], salt or hash_chain.new_salt()
    entry.id = _unused_id(session)
    session.add(entry)
    session.info.setdefault("noted", []).append(entry)


def _unused_id(session: Session) -> Any:
    """The row's identifier, where it isn't the database that finds one.

    PostgreSQL's counter knows nothing of rows that somebody wrote under the next identifiers.
    """
    if session.get_bind().dialect.name != "postgresql":
        return None
    with session.no_autoflush:
        while True:
            following = session.scalar(select(func.nextval("audit_entries_id_seq")))
            if session.scalar(select(AuditEntry.id).where(AuditEntry.id == following)) is None:
                return following


def note_once(
    session: Session,
    at: datetime,
    user_id: int,
    action: str,
    subject: str,
    detail: str = "",
    *,
    within: timedelta,
) -> None:
    """The same, unless this user has done the same to it within so long before."""
    if not noted(session, user_id, action, subject, detail, since=at - within, until=at):
        note(session, at, user_id, action, subject, detail)


def noted(
    session: Session,
    user_id: int,
    action: str,
    subject: str,
    detail: str = "",
    *,
    since: datetime,
    until: datetime,
) -> bool:
    """Whether a user has done this to it between then and now, ``until``.

    What lies ahead was noted before the clock was put back: it hides nothing that is done today.
    """
    lately = select(AuditEntry.id).where(
        AuditEntry.subject == subject[:80],
        AuditEntry.at > since,
        AuditEntry.at <= until,
        AuditEntry.user_id == user_id,
        AuditEntry.action == action,
        AuditEntry.detail == detail[:500],
    )
    return session.scalar(lately.limit(1)) is not None


def erase_details(session: Session, sequences: Sequence[int], at: datetime, user_id: int | None) -> None:
    """Take the details of entries away for good. Their hashes stay, and entries say which were erased."""
    for start in range(0, len(sequences), IDS_IN_AN_ENTRY):
        some = sequences[start : start + IDS_IN_AN_ENTRY]
        session.execute(
            update(AuditEntry).where(AuditEntry.sequence.in_(some)).values(detail="", salt=""),
            execution_options={"synchronize_session": False},
        )
        note(session, at, user_id, ERASED, "audit trail", ",".join(map(str, some)))


def sought(text: str) -> str:
    """What was searched for, as it is noted: a number shortened, a case number or words as they are."""
    number = text.translate({ord(" "): None, ord("-"): None})
    is_number = bool(number) and set(number) <= set("0123456789+*#")
    return shortened(number) if is_number and not case_number.is_valid(number) else text


def os_user() -> str:
    """Who runs this process, and as whom: sudo and su are looked behind. Variables could say anything."""
    numbers = [os.getuid()]
    with suppress(OSError, ValueError):
        signed_in = int(Path("/proc/self/loginuid").read_text())
        if signed_in not in (_NOBODY_SIGNED_IN, os.getuid()):
            numbers.append(signed_in)
    return " of ".join(_name(each) for each in numbers)


def _name(number: int) -> str:
    try:
        return pwd.getpwuid(number).pw_name
    except KeyError:
        return str(number)


def shortened(number: str) -> str:
    """A telephone number of which enough is left to compare it with one that is known: 138****5678."""
    hidden = max(len(number) - 7, len(number) // 2)
    begin = min(3, (len(number) - hidden) // 2)
    return f"{number[:begin]}{'*' * hidden}{number[begin + hidden :]}"


def shown(text: str) -> str:
    """Text as it is shown and exported: telephone numbers that somebody typed are shortened."""
    return _NUMBER.sub(
        lambda found: found[0] if case_number.is_valid(found[0]) else shortened(found[0]), plain(text)
    )


def plain(text: str) -> str:
    """Text on one line: who types line breaks or a terminal's commands into a search forges no entry."""
    return "".join(each if each.isprintable() else " " if each.isspace() else "�" for each in text)
