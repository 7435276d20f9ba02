"""Case numbers that were given out: who owns them, what each was given for, and what it leads to.

They come from one counter a year, raised and committed with what they are given for. A number that was given
out stands for good: its row is never changed but for the case it comes to lead to, and that only once.
"""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import ColumnElement, ForeignKey, Index, String, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Mapped, Session, mapped_column

from hotline.cases import case_number
from hotline.cases.cases import Case
from hotline.cases.origins import Origin
from hotline.mapping import Base


class NumberCounter(Base):
    """The last running number of a year."""

    __tablename__ = "case_number_counters"

    year: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    last: Mapped[int]


class CaseNumber(Base):
    """A number that was given out; it may be told from ``given_at`` on, once that is committed.

    ``origin`` and ``origin_id``: what it was given for, of a callback the call that asked for it.
    ``leads_to``: the number of its case, once there is one: this one, or another that was told before.
    """

    __tablename__ = "case_numbers"
    __table_args__ = (Index("ix_case_numbers_origin", "origin", "origin_id"),)

    number: Mapped[str] = mapped_column(String(10), primary_key=True)
    origin: Mapped[Origin] = mapped_column(String(12))
    origin_id: Mapped[str] = mapped_column(String(100))
    given_at: Mapped[datetime]
    leads_to: Mapped[str | None] = mapped_column(ForeignKey("cases.number"), index=True)


SKIPPED_AFTER_RESTORE = 10_000
"""More than are given out between two backups; some nine million a year are left."""


def allot(session: Session, year: int, origin: Origin, origin_id: str | None, now: datetime) -> str:
    """Give out the next case number of a year. It is a number only once the transaction is committed.

    ``origin_id``: None where the number itself is what names it.

    The UPDATE locks the counter's row (SQLite: the database), so that no two transactions see one number.
    """
    while True:
        number = case_number.make(year, _raise(session, year))
        if number is not None:
            named = number if origin_id is None else origin_id
            session.add(CaseNumber(number=number, origin=origin, origin_id=named, given_at=now))
            return number


def attach(session: Session, number: str, case: Case) -> None:
    """Let a number lead to a case, for good; all of the case is filled in. Raises ValueError for another."""
    session.add(case)
    session.flush()  # the case first: the number refers to it
    given = session.get_one(CaseNumber, number)
    if given.leads_to not in (None, case.number):
        raise ValueError(f"the number {number} leads to the case {given.leads_to} already")
    given.leads_to = case.number


def find(session: Session, number: str, *, alone: bool = False) -> CaseNumber | None:
    """What is known of a number; None for one that is wrong or was never given out.

    ``alone``: nobody else attaches it before this transaction ends.
    """
    if not case_number.is_valid(number):
        return None
    return session.get(CaseNumber, number, with_for_update=alone or None)


def case_of(session: Session, number: str) -> Case | None:
    """The case a number leads to, also when it was withdrawn."""
    given = find(session, number)
    return session.get(Case, given.leads_to) if given and given.leads_to else None


def led_to(session: Session, numbers: Collection[str]) -> ColumnElement[bool]:
    """The condition for cases that these numbers lead to.

    They are asked for first: beside another condition PostgreSQL would read every case.
    """
    known = select(CaseNumber.leads_to).where(CaseNumber.number.in_(numbers))
    return Case.number.in_([each for each in session.scalars(known) if each])


def _raise(session: Session, year: int) -> int:
    raised = (
        update(NumberCounter)
        .where(NumberCounter.year == year)
        .values(last=NumberCounter.last + 1)
        .returning(NumberCounter.last)
    )
    last = session.execute(raised).scalar_one_or_none()
    if last is not None:
        return last
    try:
        with session.begin_nested():
            session.add(NumberCounter(year=year, last=1))
    except IntegrityError:  # another call began the year in this very moment
        return _raise(session, year)
    return 1


def skip_ahead(session: Session) -> None:
    """After a restore: leave out the numbers that may have been spoken since the backup."""
    session.execute(update(NumberCounter).values(last=NumberCounter.last + SKIPPED_AFTER_RESTORE))
