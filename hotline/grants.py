"""The one question whether somebody may do something: for pages, templates, rules and the seats' service.

The answer is in the table ``hotline.who_may``. Whose a recording or a call is: ``hotline.access``.
"""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Protocol

from sqlalchemy import ColumnElement

from hotline.people import Grant, User
from hotline.who_may import WHO_MAY, Act, Reach


class Subject(Protocol):
    """What an act is done to, as far as grants ask."""

    def belongs_to(self, user_id: int) -> bool:
        """Whether it is the user's own, as the row of the act has it."""

    def lies_in(self, unit: str) -> bool:
        """Whether it is the business of the unit of this code."""


@dataclass(frozen=True)
class By:
    """What one user did or wrote: ``By(decision.by_id)``."""

    user_id: int | None

    def belongs_to(self, user_id: int) -> bool:
        return self.user_id == user_id

    def lies_in(self, unit: str) -> bool:
        return False


class Granted(Protocol):
    """A user, as a row or as who is signed in."""

    @property
    def id(self) -> int: ...

    @property
    def grants(self) -> Collection[Grant]: ...


def may(user: Granted, act: Act, subject: Subject | None = None) -> bool:
    """Whether a user may do this to a subject; without one: whatever it is done to."""
    return any(_allows(grant, user.id, act, subject) for grant in user.grants)


def may_somewhere(user: Granted, act: Act) -> bool:
    """Whether there may be anything that a user may do this to: for the navigation and whole pages."""
    return any(grant.role in WHO_MAY[act].reach for grant in user.grants)


def _allows(grant: Grant, user_id: int, act: Act, subject: Subject | None) -> bool:
    reach = WHO_MAY[act].reach.get(grant.role)
    if reach is None or (grant.unit and (subject is None or not subject.lies_in(grant.unit))):
        return False
    return reach is Reach.ALL or (subject is not None and subject.belongs_to(user_id))


def those_who_may(act: Act) -> ColumnElement[bool]:
    """The condition for users who may do this, whatever it is done to."""
    roles = [role for role, reach in WHO_MAY[act].reach.items() if reach is Reach.ALL]
    return User.role.in_(roles)
