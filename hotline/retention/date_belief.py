"""Whether the machine's date is believed: what a wrong one makes due is gone for good.

The audit trail tells the days there were, in its order; where nobody else notes anything, the clock does.
A date is believed once the trail has gone on under it for a day, without a leap. So a clock that is set years
ahead deletes nothing that day, and an office that was switched off for long goes on by itself the day after.
"""

from datetime import datetime, timedelta

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from hotline import audit
from hotline.audit import AuditEntry
from hotline.evidence import sealing

DAY = timedelta(days=1)
LARGEST_LEAP = timedelta(days=2)
"""From the last entry before today's to now; more is not believed."""
QUIET = timedelta(hours=12)


def note_day(session: Session, now: datetime) -> None:
    """Note in a quiet office, twice a day, that the clock runs."""
    newest = session.scalar(_newest_first(session).limit(1))
    if newest is None or abs(now - newest) > QUIET:
        audit.note(session, now, None, "run the clock", "retention")


def is_believed(session: Session, now: datetime) -> bool:
    """Whether the trail has gone on under this date for a day."""
    before = day_before(session, now)
    return before is not None and timedelta(0) < now - before <= LARGEST_LEAP


def day_before(session: Session, now: datetime) -> datetime | None:
    """When the newest entry was noted that is not within a day of now: before, or under a date to come."""
    today = AuditEntry.at.between(now - DAY, now + DAY)
    return session.scalar(_newest_first(session).where(~today).limit(1))


def doubt(session: Session, now: datetime) -> tuple[str, str] | None:
    """What is wrong with this date, and what to do; None where it is believed, or the trail is new."""
    before = day_before(session, now)
    if before is None or is_believed(session, now):
        return None
    return (
        f"the clock says {now:%Y-%m-%d}, the audit trail before says {before:%Y-%m-%d}: "
        "nothing is deleted until a day has passed under the new date",
        "if it is wrong, set the clock right (timedatectl); if it is right, wait, or: hotline retention run",
    )


def _newest_first(session: Session) -> Select[datetime]:
    """Times of entries up to the last that is ours, whatever somebody has written behind it."""
    last, _ = sealing.head(session)
    return select(AuditEntry.at).where(AuditEntry.sequence <= last).order_by(AuditEntry.sequence.desc())
