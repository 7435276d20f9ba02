"""Opening and closing the line by hand, with a reason and an end. At most one order is in force."""

from datetime import datetime, timedelta

from sqlalchemy import ForeignKey, String, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from hotline import audit
from hotline.mapping import Base, one_at_a_time

REASON_LENGTH = 200
LONGEST = timedelta(days=7)
"""Longer closures belong into the calendar: ``extra_holidays`` in ``[hours]``."""


class HandHours(Base):
    """The line is open, or closed, whatever the calendar says, until ``ends_at`` or until it is lifted.

    ``by_id`` is empty for an order from the command line.
    """

    __tablename__ = "hand_hours"

    id: Mapped[int] = mapped_column(primary_key=True)
    is_open: Mapped[bool]
    reason: Mapped[str] = mapped_column(String(REASON_LENGTH))
    begins_at: Mapped[datetime]
    ends_at: Mapped[datetime] = mapped_column(index=True)
    by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    lifted_at: Mapped[datetime | None]
    lifted_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))


class CannotSetHours(ValueError):
    """What was asked for is not possible; the message is one sentence that says what to do."""


class ReasonMissing(CannotSetHours):
    """The line is not opened or closed without a reason."""


class WrongEnd(CannotSetHours):
    """An end in the past, or too far away."""


class NothingInForce(CannotSetHours):
    """The line follows the calendar already."""


def in_force(session: Session, now: datetime) -> HandHours | None:
    """The order in force now, if there is one."""
    query = select(HandHours).where(
        HandHours.begins_at <= now, HandHours.ends_at > now, HandHours.lifted_at.is_(None)
    )
    return session.scalars(query.order_by(HandHours.id.desc()).limit(1)).first()


def check(reason: str, until: datetime, now: datetime) -> None:
    """Whether the line may be opened or closed like that. Raises CannotSetHours."""
    if not reason.strip() or len(reason.strip()) > REASON_LENGTH:
        raise ReasonMissing("Give a reason, at most 200 characters.")
    if not now < until <= now + LONGEST:
        raise WrongEnd("Choose an end in the future, at most seven days from now.")


def set_line(
    session: Session, is_open: bool, reason: str, until: datetime, by_id: int | None, now: datetime
) -> HandHours:
    """Open or close the line until ``until``, in place of an earlier order. Raises CannotSetHours."""
    check(reason, until, now)
    why = reason.strip()
    one_at_a_time(session, "hand hours")
    _end(session, by_id, now)
    order = HandHours(is_open=is_open, reason=why, begins_at=now, ends_at=until, by_id=by_id)
    session.add(order)
    session.flush()
    act = "open line" if is_open else "close line"
    audit.note(session, now, by_id, act, "line", f"until {until:%Y-%m-%d %H:%M %Z}: {why}")
    return order


def lift(session: Session, by_id: int | None, now: datetime) -> None:
    """Let the line follow the calendar again. Raises NothingInForce."""
    one_at_a_time(session, "hand hours")
    if not _end(session, by_id, now):
        raise NothingInForce("The line follows the calendar already.")
    audit.note(session, now, by_id, "lift line", "line")


def _end(session: Session, by_id: int | None, now: datetime) -> bool:
    found = in_force(session, now)
    if found:
        found.lifted_at, found.lifted_by_id = now, by_id
    return found is not None
