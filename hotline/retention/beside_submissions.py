"""Letters, visits and appointments that are no case: what was written, and who it was.

Those that are a case, or belong to one, are kept as the case is; those without an outcome wait for it.
"""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session

from hotline.retention import call_rows, gathering
from hotline.retention.erasure import Erasure
from hotline.submissions.submissions import Particular, Submission, SubmissionOutcome

_HAS_WORDS = or_(Submission.summary != "", Submission.ground != "")
_SPEAKERS = str(Particular.REPRESENTATIVES)
_HAS_PERSON = or_(
    Submission.petitioner != "",
    Submission.telephone != "",
    Submission.address != "",
    Submission.particulars[_SPEAKERS].as_string() != "",
)


def _older(session: Session, before: datetime, has: ColumnElement[bool]) -> Sequence[str]:
    is_none = (Submission.outcome == SubmissionOutcome.NO_CASE, Submission.decided_at <= before)
    return session.scalars(
        select(Submission.number).where(*is_none, has).order_by(Submission.decided_at)
    ).all()


def _with_words(session: Session, before: datetime) -> Sequence[str]:
    return _older(session, before, _HAS_WORDS)


def _with_person(session: Session, before: datetime) -> Sequence[str]:
    return _older(session, before, _HAS_PERSON)


def _settled_at(session: Session, key: str, _now: datetime) -> datetime | None:
    found = session.get(Submission, key)
    if found is None or found.outcome != SubmissionOutcome.NO_CASE:
        return None
    return None if gathering.is_on_legal_hold(session, None, [key]) else found.decided_at


def _erase_words(session: Session, key: str, now: datetime) -> None:
    found = session.get_one(Submission, key)
    found.summary = found.ground = ""
    found.particulars = {}
    call_rows.erase_words(session, [f"submission {key}"], ("undo",), now)


def _erase_person(session: Session, key: str, _now: datetime) -> None:
    found = session.get_one(Submission, key)
    found.petitioner = found.telephone = found.address = ""
    found.particulars = {name: text for name, text in found.particulars.items() if name != _SPEAKERS}


WORDS = Erasure("transcripts", "submission", _with_words, _settled_at, _erase_words)
PEOPLE = Erasure("numbers", "submission", _with_person, _settled_at, _erase_person)
