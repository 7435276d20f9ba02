"""Allotting case numbers: one counter a year, raised and committed with the recording it belongs to."""

from sqlalchemy import update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Mapped, Session, mapped_column

from hotline.cases import case_number
from hotline.mapping import Base


class Counter(Base):
    """The last running number of a year."""

    __tablename__ = "case_number_counters"

    year: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    last: Mapped[int]


SKIPPED_AFTER_RESTORE = 10_000
"""More than are given out between two backups; some nine million a year are left."""


def allot(session: Session, year: int) -> str:
    """The next case number of a year. It is a number only once the transaction is committed.

    The UPDATE locks the counter's row (SQLite: the database), so that no two transactions see one number.
    """
    while True:
        number = case_number.make(year, _raise(session, year))
        if number is not None:
            return number


def _raise(session: Session, year: int) -> int:
    raised = update(Counter).where(Counter.year == year).values(last=Counter.last + 1).returning(Counter.last)
    last = session.execute(raised).scalar_one_or_none()
    if last is not None:
        return last
    try:
        with session.begin_nested():
            session.add(Counter(year=year, last=1))
    except IntegrityError:  # another call began the year in this very moment
        return _raise(session, year)
    return 1


def skip_ahead(session: Session) -> None:
    """After a restore: leave out the numbers that may have been spoken since the backup."""
    session.execute(update(Counter).values(last=Counter.last + SKIPPED_AFTER_RESTORE))
