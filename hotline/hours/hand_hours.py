"""Opening and closing the line by hand, with a reason and an end. At most one order is in force."""

from datetime import datetime, timedelta

from sqlalchemy import ForeignKey, String, select
from sqlalchemy.orm import Mapped, Session, aliased, mapped_column

from hotline import audit
from hotline.mapping import Base, one_at_a_time
from hotline.people import User
from hotline.refusals import Reason, Refused

REASON_LENGTH = 200
LONGEST_ORDER = timedelta(days=7)
"""Longer closures belong into the calendar."""


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


class CannotSetHours(Reason):
    """Why the line is not opened, closed or left to the calendar."""

    NO_REASON = "Give a reason, at most {most} characters.", "请填写原因，不超过 {most} 个字。"
    WRONG_END = (
        "Choose an end in the future, at most seven days from now.",
        "请选择将来的结束时间，最长七天。",
    )
    NOTHING_IN_FORCE = "The line follows the calendar already.", "线路本来就按日历开关。"


def in_force(session: Session, now: datetime) -> HandHours | None:
    """The order in force now, if there is one."""
    query = select(HandHours).where(
        HandHours.begins_at <= now, HandHours.ends_at > now, HandHours.lifted_at.is_(None)
    )
    return session.scalars(query.order_by(HandHours.id.desc()).limit(1)).first()


def newest(session: Session, most: int) -> list[tuple[HandHours, str | None, str | None]]:
    """What was ordered by hand, the newest first: the order, who gave it and who lifted it."""
    lifter = aliased(User)
    query = (
        select(HandHours, User.full_name, lifter.full_name)
        .outerjoin(User, HandHours.by_id == User.id)
        .outerjoin(lifter, HandHours.lifted_by_id == lifter.id)
    )
    found = session.execute(query.order_by(HandHours.id.desc()).limit(most))
    return [(order, giver, lifter_name) for order, giver, lifter_name in found]


def check(reason: str, until: datetime, now: datetime) -> None:
    """Whether the line may be opened or closed like that. Raises Refused."""
    if not reason.strip() or len(reason.strip()) > REASON_LENGTH:
        raise Refused("reason", CannotSetHours.NO_REASON, most=REASON_LENGTH)
    if not now < until <= now + LONGEST_ORDER:
        raise Refused("until", CannotSetHours.WRONG_END)


def set_line(
    session: Session, is_open: bool, reason: str, until: datetime, by_id: int | None, now: datetime
) -> HandHours:
    """Open or close the line until ``until``, in place of an earlier order. Raises Refused."""
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
    """Let the line follow the calendar again. Raises Refused."""
    one_at_a_time(session, "hand hours")
    if not _end(session, by_id, now):
        raise Refused("", CannotSetHours.NOTHING_IN_FORCE)
    audit.note(session, now, by_id, "lift line", "line")


def _end(session: Session, by_id: int | None, now: datetime) -> bool:
    found = in_force(session, now)
    if found:
        found.lifted_at, found.lifted_by_id = now, by_id
    return found is not None
