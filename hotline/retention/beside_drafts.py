"""What somebody has begun to type and never sent: it goes with what it was begun for."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from hotline.drafts import OF_CALL, OF_RECORDING, Draft
from hotline.recordings.recordings import Recording
from hotline.retention import beside_calls, gathering, rule
from hotline.retention.way import Way


def _older(session: Session, before: datetime) -> Sequence[str]:
    old = select(Draft.id).where(Draft.saved_at <= before).order_by(Draft.saved_at)
    return [str(each) for each in session.scalars(old)]


def _settled_at(session: Session, key: str, now: datetime) -> datetime | None:
    """Not before its recording or call is settled; of the other forms, from when somebody typed last."""
    draft = session.get(Draft, int(key))
    if draft is None:
        return None
    begin: datetime | None = draft.saved_at
    if draft.form in OF_RECORDING and (recording := session.get(Recording, draft.subject)):
        begin = rule.settled_at(gathering.facts(session, recording), now)
    elif draft.form in OF_CALL:
        begin = beside_calls.settled_at(session, draft.subject, now)
    return max(begin, draft.saved_at) if begin else None


def _delete(session: Session, key: str, _now: datetime) -> None:
    session.delete(session.get_one(Draft, int(key)))


DRAFTS = Way("transcripts", "draft", _older, _settled_at, _delete)
