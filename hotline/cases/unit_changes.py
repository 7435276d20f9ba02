"""What has become of units: each act with the day from which it counts. Rows are never changed or deleted."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, String, func, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from hotline.cases.units import Unit
from hotline.mapping import Base


class UnitAct(StrEnum):
    """What is done with a unit."""

    ADD = "add"
    RENAME = "rename"
    MOVE = "move"
    """It gets another unit above it."""
    MERGE = "merge"
    """It ends, and another unit is its successor."""
    ABOLISH = "abolish"
    """It ends without a successor."""
    RESTORE = "restore"
    """One that had ended is in force again."""


class UnitChange(Base):
    """One act. ``before`` and ``after`` are names where it was renamed, else codes of units.

    ``by_id`` is None on the command line: the audit trail says who that was.
    """

    __tablename__ = "unit_changes"

    id: Mapped[int] = mapped_column(primary_key=True)
    unit_code: Mapped[str] = mapped_column(ForeignKey("units.code"), index=True)
    what: Mapped[UnitAct] = mapped_column(String(12))
    before: Mapped[str] = mapped_column(String(200), default="")
    after: Mapped[str] = mapped_column(String(200), default="")
    day: Mapped[date]
    by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    at: Mapped[datetime]


@dataclass(frozen=True)
class Doing:
    """From which day an act counts, and who does it when. ``today``: the day where the office is."""

    day: date
    today: date
    now: datetime
    by_id: int | None = None


def record(
    session: Session, unit: Unit, what: UnitAct, doing: Doing, before: str = "", after: str = ""
) -> None:
    """Add an act; it belongs to the transaction that does it."""
    session.add(
        UnitChange(
            unit_code=unit.code,
            what=what,
            before=before,
            after=after,
            day=doing.day,
            by_id=doing.by_id,
            at=doing.now,
        )
    )


def of_unit(session: Session, code: str) -> Sequence[UnitChange]:
    """What has become of a unit, the newest first; also what other units have become by it."""
    its_own = (UnitChange.unit_code == code) | (
        (UnitChange.what == UnitAct.MERGE) & (UnitChange.after == code)
    )
    newest_first = (UnitChange.day.desc(), UnitChange.id.desc())
    return session.scalars(select(UnitChange).where(its_own).order_by(*newest_first)).all()


def last_day(session: Session, code: str) -> date | None:
    """From which day the last act with a unit counts."""
    return session.scalar(select(func.max(UnitChange.day)).where(UnitChange.unit_code == code))
