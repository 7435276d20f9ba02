"""Wrong passwords of seats' telephones: which account was tried from where, kept for a day."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from itertools import islice

from sqlalchemy import String, delete, func, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from hotline.mapping import Base

GUESSES_KEPT = timedelta(days=1)
MOST_GUESSES_KEPT = 1000
"""So many of a day are kept, the first ones; more say nothing new."""
UNUSUAL_GUESSES = 20
"""An agent's telephone is refused a few times a day: its sitting has ended, and it does not know yet."""


class TelephoneGuess(Base):
    """One wrong answer to a challenge. ``account``: of the telephone, empty for none of ours."""

    __tablename__ = "telephone_guesses"

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(index=True)
    account: Mapped[str] = mapped_column(String(20))
    address: Mapped[str] = mapped_column(String(45))


def by_address(session: Session, now: datetime) -> dict[str, int]:
    """Address → how many came from there within the day."""
    query = select(TelephoneGuess.address, func.count()).group_by(TelephoneGuess.address)
    return {row[0]: row[1] for row in session.execute(query.where(TelephoneGuess.at >= now - GUESSES_KEPT))}


def is_unusual(session: Session, now: datetime) -> bool:
    """Whether somebody tries passwords."""
    return sum(by_address(session, now).values()) >= UNUSUAL_GUESSES


def note(session: Session, now: datetime, guesses: Iterable[tuple[str, str]]) -> None:
    """Count some, each an account and an address; in a writing transaction."""
    session.execute(delete(TelephoneGuess).where(TelephoneGuess.at < now - GUESSES_KEPT))
    room = MOST_GUESSES_KEPT - (session.scalar(select(func.count(TelephoneGuess.id))) or 0)
    for account, address in islice(guesses, max(0, room)):
        session.add(TelephoneGuess(at=now, account=account[:20], address=address[:45]))
