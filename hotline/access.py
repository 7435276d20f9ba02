"""Whose a recording or a call is: one rule for pages, sound, searches, lists and files.

As a subject for ``hotline.grants.may``, and as conditions, so that lists and searches agree with the pages.
"""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, SQLColumnExpression, and_, exists, false, literal, or_, select, true
from sqlalchemy.orm import Session, aliased

from hotline.calls import talked_seats
from hotline.calls.calls import CallRecord
from hotline.cases.cases import Case
from hotline.cases.origins import Origin
from hotline.grants import By, Granted, Subject, may
from hotline.recordings.recordings import Recording, RecordingKind
from hotline.registration.call_agents import KnownCall
from hotline.registration.call_forms import CallForm
from hotline.seats.seats import Seat
from hotline.who_may import Act


@dataclass(frozen=True)
class _Kept:
    """A recording, a call or the case of one, of which the database tells whose it is."""

    session: Session
    what: Recording | KnownCall | Case

    def belongs_to(self, user_id: int) -> bool:
        if isinstance(self.what, Recording):
            mine = select(Recording.id).where(Recording.id == self.what.id, _own(user_id))
            return self.session.scalar(mine) is not None
        if isinstance(self.what, Case) and self.what.origin != Origin.CALL:
            return self.what.registered_by_id == user_id
        call_id = self.what.origin_id if isinstance(self.what, Case) else self.what.call_id
        return bool(self.session.scalar(select(_took_part(literal(call_id), user_id))))

    def lies_in(self, unit: str) -> bool:
        return False  # no unit opens what was said; its cases: hotline.handling.case_access


def subject(session: Session, what: Recording | KnownCall | Case) -> Subject:
    """What ``hotline.grants.may`` asks about a recording, a call or the case of one."""
    return _Kept(session, what)


def openable(session: Session, user: Granted, recording_ids: Collection[str]) -> set[str]:
    """Those of these recordings that a user may open."""
    return set(session.scalars(select(Recording.id).where(Recording.id.in_(recording_ids), opens(user))))


def opens(user: Granted) -> ColumnElement[bool]:
    """The condition for recordings that a user may open."""
    return _reached(user, _own(user.id))


def opens_cases(user: Granted) -> ColumnElement[bool]:
    """The condition for cases registered in calls that a user may open."""
    of_call = and_(Case.origin == Origin.CALL, _took_part(Case.origin_id, user.id))
    otherwise = and_(Case.origin != Origin.CALL, Case.registered_by_id == user.id)
    return _reached(user, or_(of_call, otherwise))


def _reached(user: Granted, own: ColumnElement[bool]) -> ColumnElement[bool]:
    """All of them, what is the user's own, or none."""
    if may(user, Act.OPEN):
        return true()
    return own if may(user, Act.OPEN, By(user.id)) else false()


def _own(user_id: int) -> ColumnElement[bool]:
    """Whether a recording is a user's own: left for the office, or of a call with the user.

    A message that holds a talk as well, because the caller went on to leave one, is a talk.
    """
    left_for_the_office = and_(Recording.kind == RecordingKind.MESSAGE, Recording.seat == "")
    return or_(left_for_the_office, _took_part(Recording.call_id, user_id))


def _took_part(call_id: SQLColumnExpression[Any], user_id: int) -> ColumnElement[bool]:
    """Whether a call is at the user's seat, was answered there or handed on to it, or became the user's form
    or case."""
    mine = aliased(Case)  # what is asked about may be cases as well
    of_call = and_(mine.origin == Origin.CALL, mine.origin_id == call_id)
    return or_(
        exists().where(CallRecord.call_id == call_id, CallRecord.user_id == user_id),
        exists().where(CallForm.call_id == call_id, CallForm.user_id == user_id),
        exists().where(of_call, mine.registered_by_id == user_id),
        exists().where(Seat.call_id == call_id, Seat.user_id == user_id),
        talked_seats.talked(call_id, user_id),
    )
