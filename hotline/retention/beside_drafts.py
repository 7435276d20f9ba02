"""What somebody has begun to type and never sent: it goes with what it was begun for.

A telephone number in it is kept no longer than any other: a draft of a form with a field for one goes by
either period, whichever is over first.
"""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, select, true
from sqlalchemy.orm import Session

from hotline.drafts import OF_CALL, OF_RECORDING, WITH_NUMBER, FormDraft
from hotline.recordings.recordings import Recording
from hotline.retention import beside_calls, gathering, rule
from hotline.retention.erasure import Erasure


def _all(session: Session, before: datetime) -> Sequence[str]:
    return _older(session, before, true())


def _with_number(session: Session, before: datetime) -> Sequence[str]:
    return _older(session, before, FormDraft.form.in_(WITH_NUMBER))


def _older(session: Session, before: datetime, such: ColumnElement[bool]) -> Sequence[str]:
    old = select(FormDraft.id).where(FormDraft.saved_at <= before, such).order_by(FormDraft.saved_at)
    return [str(each) for each in session.scalars(old)]


def _settled_at(session: Session, key: str, now: datetime) -> datetime | None:
    """Not before its recording or call is settled; of the other forms, from when somebody typed last."""
    draft = session.get(FormDraft, int(key))
    if draft is None:
        return None
    begin: datetime | None = draft.saved_at
    if draft.form in OF_RECORDING and (recording := session.get(Recording, draft.subject)):
        begin = rule.settled_at(gathering.facts(session, recording), now)
    elif draft.form in OF_CALL:
        begin = beside_calls.settled_at(session, draft.subject, now)
    return max(begin, draft.saved_at) if begin else None


def _delete(session: Session, key: str, _now: datetime) -> None:
    session.delete(session.get_one(FormDraft, int(key)))


DRAFTS = Erasure("transcripts", "draft", _all, _settled_at, _delete)
WITH_NUMBERS = Erasure("numbers", "draft", _with_number, _settled_at, _delete)
