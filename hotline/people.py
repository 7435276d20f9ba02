"""People who work in the office: users, roles, their passwords."""

import secrets
from enum import StrEnum

from sqlalchemy import String, func, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from hotline import hashing, password_strength, sign_ins
from hotline.mapping import Base

MIN_PASSWORD = 10


class Role(StrEnum):
    """What a user may do; each role may also do what stands before it."""

    WALLBOARD = "wallboard"
    """A screen on the wall: sees how the line is doing and nothing else, and is not signed out by idling."""
    CLERK = "clerk"
    SUPERVISOR = "supervisor"
    ADMINISTRATOR = "administrator"

    def includes(self, other: "Role") -> bool:
        """Whether who has this role may do what the other one may."""
        order = list(Role)
        return order.index(self) >= order.index(other)


class PeopleError(Exception):
    """What was asked of a user account cannot be done; the message says what to do instead."""


class User(Base):
    """Someone who can sign in."""

    __tablename__ = "users"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(40), unique=True)
    full_name: Mapped[str] = mapped_column(String(80))
    password_hash: Mapped[str] = mapped_column(String(200))
    role: Mapped[Role] = mapped_column(String(20))
    language: Mapped[str] = mapped_column(String(2), default="")
    """Of the pages; empty as long as none was chosen, and then the browser's."""
    active: Mapped[bool] = mapped_column(default=True)
    must_change: Mapped[bool] = mapped_column(default=False)
    """The password was made for the user, who has to choose another one first of all."""

    def may(self, role: Role) -> bool:
        """Whether the user has this role or a higher one."""
        return Role(self.role).includes(role)


class Hashed(str):
    """What is kept of a password that was found good enough."""


class WeakPassword(PeopleError):
    """The password is easy to guess."""


def add(
    session: Session, name: str, full_name: str, role: Role, password: str, must_change: bool = False
) -> User:
    """Create a user. Raises PeopleError for a taken or empty name or a password that is not good enough."""
    name = name.strip().lower()
    if not name or len(name) > 40:
        raise PeopleError("a user name has 1 to 40 characters")
    if session.scalars(select(User.id).where(User.name == name)).first() is not None:
        raise PeopleError(f"there is already a user {name}; choose another name")
    user = User(name=name, full_name=full_name.strip() or name, role=role, must_change=must_change)
    user.password_hash = hashed(password, name, full_name)
    session.add(user)
    session.flush()
    return user


def hashed(password: str, *own_words: str) -> Hashed:
    """What is kept of a password; for requests of pages before their transaction: it may take seconds.

    Raises PeopleError for one that is too short, WeakPassword for one that is guessed with the user's own
    words, hashing.Busy.
    """
    if isinstance(password, Hashed):
        return password
    if not MIN_PASSWORD <= len(password) <= hashing.LONGEST:
        raise PeopleError(f"a password has at least {MIN_PASSWORD} characters, and at most {hashing.LONGEST}")
    if password_strength.is_guessable(password, own_words):
        raise WeakPassword(
            "this password is easy to guess; take three or four words that have nothing in common"
        )
    return Hashed(hashing.make(password))


def set_password(session: Session, user: User, password: str, must_change: bool = False) -> None:
    """Give a user a new password; all sessions of the user end. Raises PeopleError as ``hashed`` does."""
    user.password_hash, user.must_change = hashed(password, user.name, user.full_name), must_change
    sign_ins.end_all(session, user.id)


def generate_password() -> str:
    """A password for printing once: easy to type, about 95 bits."""
    return "-".join(secrets.token_hex(2) for _ in range(6))


def ensure_administrator(session: Session) -> str | None:
    """Create the user ``admin`` in an empty database; the generated password, or None if users exist."""
    if session.scalar(select(func.count(User.id))):
        return None
    password = generate_password()
    add(session, "admin", "管理员", Role.ADMINISTRATOR, password, must_change=True)
    return password
