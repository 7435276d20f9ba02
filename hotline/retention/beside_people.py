"""What people who work here have typed to each other and looked for: of which caller nobody can say."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from hotline import audit
from hotline.audit import AuditEntry
from hotline.retention.erasure import Erasure
from hotline.seats.seat_messages import SeatMessage


def _messages(session: Session, before: datetime) -> Sequence[str]:
    old = select(SeatMessage.id).where(SeatMessage.at <= before).order_by(SeatMessage.at)
    return [str(each) for each in session.scalars(old)]


def _sent_at(session: Session, key: str, _now: datetime) -> datetime | None:
    found = session.get(SeatMessage, int(key))
    return found.at if found else None


def _delete_message(session: Session, key: str, now: datetime) -> None:
    found = session.get_one(SeatMessage, int(key))
    same = (
        AuditEntry.action == "message",
        AuditEntry.subject == f"seat {found.seat}",
        AuditEntry.at == found.at,
    )
    noted = session.scalars(select(AuditEntry.sequence).where(*same, AuditEntry.salt != ""))
    audit.erase_details(session, [each for each in noted if each], now, None)
    session.delete(found)


MESSAGES = Erasure("transcripts", "message", _messages, _sent_at, _delete_message)


def _searches(session: Session, before: datetime) -> Sequence[str]:
    """Entries about searches whose words are there: names, mostly."""
    old = select(AuditEntry.sequence).where(
        AuditEntry.action == "search",
        AuditEntry.at <= before,
        AuditEntry.sequence.is_not(None),
        AuditEntry.salt != "",
    )
    return [str(each) for each in session.scalars(old.order_by(AuditEntry.sequence))]


def _searched_at(session: Session, key: str, _now: datetime) -> datetime | None:
    searched = (AuditEntry.sequence == int(key), AuditEntry.action == "search", AuditEntry.salt != "")
    return session.scalar(select(AuditEntry.at).where(*searched))


def _erase_search(session: Session, key: str, now: datetime) -> None:
    audit.erase_details(session, [int(key)], now, None)


SEARCHES = Erasure("numbers", "entry", _searches, _searched_at, _erase_search)
