"""Holding a recording: one clerk works on it, the others see who; a hold that is not renewed runs out."""

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, CursorResult, and_, or_, select, update
from sqlalchemy.orm import Session

from hotline.people import User
from hotline.recordings.recordings import Recording

HOLD_LASTS = timedelta(seconds=90)


def claim(
    session: Session, recording_id: str, user_id: int, now: datetime, take_over: bool = False, page: str = ""
) -> bool:
    """Hold an undecided recording; False when another clerk has it (unless taken over) or it is decided.

    ``page`` names the opened page that holds it. A conditional UPDATE and its row count: of two clerks at
    one moment, one gets it.
    """
    if _renew(session, recording_id, user_id, now):
        return True
    free = or_(Recording.held_by_id.is_(None), Recording.held_until < now, Recording.held_by_id == user_id)
    claimed = (
        update(Recording)
        .where(Recording.id == recording_id, Recording.outcome.is_(None))
        .values(held_by_id=user_id, held_until=now + HOLD_LASTS, held_page=page, changed_at=now)
    )
    return _changed_one(session.execute(claimed if take_over else claimed.where(free)))


def open_page(session: Session, recording_id: str, user_id: int, now: datetime, page: str) -> bool:
    """Hold a recording for a page just opened: of several pages of one clerk, the newest lets go."""
    if not claim(session, recording_id, user_id, now, page=page):
        return False
    session.execute(update(Recording).where(Recording.id == recording_id).values(held_page=page))
    return True


def _renew(session: Session, recording_id: str, user_id: int, now: datetime) -> bool:
    """A hold renewed is no news for the queue: ``changed_at`` stays, and so does the page that holds."""
    mine = and_(Recording.held_by_id == user_id, Recording.held_until >= now, Recording.outcome.is_(None))
    renewed = update(Recording).where(Recording.id == recording_id, mine).values(held_until=now + HOLD_LASTS)
    return _changed_one(session.execute(renewed))


def release(session: Session, recording_id: str, user_id: int, now: datetime, page: str) -> None:
    """Let go of a recording; nothing happens when somebody else, or another page, has it by now.

    A page that is loaded again claims before the word of the old one, that it was closed, arrives.
    """
    mine = (Recording.id == recording_id, Recording.held_by_id == user_id, Recording.held_page == page)
    free = {"held_by_id": None, "held_until": None, "held_page": None, "changed_at": now}
    session.execute(update(Recording).where(*mine).values(**free))


def held(now: datetime) -> ColumnElement[bool]:
    """The condition for recordings that somebody holds."""
    return and_(Recording.held_by_id.is_not(None), Recording.held_until >= now)


def holder(session: Session, recording: Recording, now: datetime) -> User | None:
    """Who holds a recording."""
    if recording.held_by_id is None or recording.held_until is None or recording.held_until < now:
        return None
    return session.scalars(select(User).where(User.id == recording.held_by_id)).first()


def _changed_one(result: object) -> bool:
    return isinstance(result, CursorResult) and result.rowcount == 1
