"""Who may do what with a recording or a call: one rule for pages, sound, searches, lists and files.

The table is in ``docs/security.md`` ("Who may see and hear what"); this is the only place that decides it.
A question has three parts: who (a user with a role), an act, and what it is done to.
"""

from collections.abc import Collection
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, SQLColumnExpression, and_, exists, false, literal, or_, select, true
from sqlalchemy.orm import Session

from hotline.calls import talked_seats
from hotline.calls.calls import SeatCall
from hotline.cases.cases import Case
from hotline.people import Role, User
from hotline.recordings.recordings import Kind, Recording
from hotline.registration.call_agents import KnownCall
from hotline.registration.call_forms import CallForm
from hotline.seats.seats import Seat


class Act(StrEnum):
    """What somebody wants to do."""

    OPEN = "open"
    """See, hear, read, correct and decide a recording; see a call's caller and write its form."""
    DOWNLOAD = "download"
    """Take the stored file away."""
    HOLD = "hold"
    """Keep a recording from being deleted, whatever the settings say."""
    READ_NUMBERS = "read numbers"
    """Read whole telephone numbers in lists; on the page of what one may open they are always whole."""
    REVEAL = "reveal"
    """Have a number shown that its caller withholds, for a reason (``hotline.withheld_numbers``)."""


FOR_ALL = {
    Act.OPEN: Role.SUPERVISOR,
    Act.DOWNLOAD: Role.SUPERVISOR,
    Act.HOLD: Role.SUPERVISOR,
    Act.READ_NUMBERS: Role.SUPERVISOR,
    Act.REVEAL: Role.SUPERVISOR,
}
"""The role from which on an act is allowed whatever it is done to: supervisors call back, block and judge."""


def may(session: Session, user: User, act: Act, subject: Recording | KnownCall | Case | None = None) -> bool:
    """Whether a user may do this. ``subject``: a recording, a call or the case of one; None: lists."""
    if user.may(FOR_ALL[act]):
        return True
    if act is not Act.OPEN or subject is None or not user.may(Role.CLERK):
        return False
    if isinstance(subject, Recording):
        return bool(openable(session, user, [subject.id]))
    return bool(session.scalar(select(_took_part(literal(subject.call_id), user.id))))


def openable(session: Session, user: User, recording_ids: Collection[str]) -> set[str]:
    """Those of these recordings that a user may open."""
    return set(session.scalars(select(Recording.id).where(Recording.id.in_(recording_ids), opens(user))))


def opens(user: User) -> ColumnElement[bool]:
    """The condition for recordings that a user may open.

    A message that holds a talk as well, because the caller went on to leave one, is a talk.
    """
    if user.may(FOR_ALL[Act.OPEN]):
        return true()
    if not user.may(Role.CLERK):
        return false()
    left_for_the_office = and_(Recording.kind == Kind.MESSAGE, Recording.seat == "")
    return or_(left_for_the_office, _took_part(Recording.call_id, user.id))


def opens_cases(user: User) -> ColumnElement[bool]:
    """The condition for cases registered in calls that a user may open."""
    return true() if user.may(FOR_ALL[Act.OPEN]) else _took_part(Case.call_id, user.id)


def _took_part(call_id: SQLColumnExpression[Any], user_id: int) -> ColumnElement[bool]:
    """Whether a call is at the user's seat, was answered there or handed on to it, or became the user's form
    or case."""
    return or_(
        exists().where(SeatCall.call_id == call_id, SeatCall.user_id == user_id),
        exists().where(CallForm.call_id == call_id, CallForm.user_id == user_id),
        exists().where(Case.call_id == call_id, Case.registered_by_id == user_id),
        exists().where(Seat.call_id == call_id, Seat.user_id == user_id),
        talked_seats.talked(call_id, user_id),
    )
