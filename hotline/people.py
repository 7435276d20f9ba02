"""People who work in the office: users, roles, their passwords."""

import secrets
from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import String, func, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from hotline import hashing, password_strength, sign_ins
from hotline.cases.units import Unit
from hotline.mapping import Base
from hotline.refusals import Reason, Refused

LONGEST_NAME = 40
MIN_PASSWORD = 10


class Role(StrEnum):
    """What somebody is here; what each may do is the table ``hotline.who_may``."""

    WALLBOARD = "wallboard"
    """A screen on the wall: sees how the line is doing and nothing else, and is not signed out by idling."""
    CLERK = "clerk"
    SUPERVISOR = "supervisor"
    ADMINISTRATOR = "administrator"
    UNIT_OFFICER = "unit officer"
    """Handles the cases of one unit and of the units below it."""
    UNIT_HEAD = "unit head"
    """The same, and extends the time for handling."""
    LEADER = "leader"
    """Reads the register of cases, and changes nothing."""


OF_A_UNIT = frozenset({Role.UNIT_OFFICER, Role.UNIT_HEAD})
"""Roles that are given in a unit; all others are in the whole office."""


@dataclass(frozen=True)
class Grant:
    """A role that somebody was given: in a unit, by its code; where that is empty in the whole office."""

    role: Role
    unit: str = ""


class CannotAddUser(Reason):
    """Why a name is no new user's."""

    NAME_LENGTH = "a user name has 1 to {most} characters", "用户名须为 1 至 {most} 个字符。"
    NO_UNIT = (
        "Choose the unit for which the user works.",
        "请选择该用户所在的单位。",
        "name the unit with --unit, by its code: hotline units list",
    )
    NAME_TAKEN = (
        "There is already such a user. Choose another name.",
        "已有这个用户名，请换一个。",
        "there is already a user {name}; choose another name",
    )


class CannotUsePassword(Reason):
    """Why a password is not good enough."""

    LENGTH = (
        "a password has at least {least} characters, and at most {most}",
        "密码至少 {least} 个字符，最多 {most} 个字符。",
    )
    EASY_TO_GUESS = (
        "This password is easy to guess. Take three or four words that have nothing to do with each other, "
        "with you or with the office; digits or signs at the end of one word do not help.",
        "这个密码太容易被猜到。请用三四个彼此无关、与您本人和单位也无关的词组成密码，例如几个词的拼音连写；"
        "只在一个词后面加数字或符号没有用。",
        "this password is easy to guess; take three or four words that have nothing in common",
    )


class User(Base):
    """Someone who can sign in."""

    __tablename__ = "users"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(LONGEST_NAME), unique=True)
    full_name: Mapped[str] = mapped_column(String(80))
    password_hash: Mapped[str] = mapped_column(String(200))
    role: Mapped[Role] = mapped_column(String(20))
    language: Mapped[str] = mapped_column(String(2), default="")
    """Of the pages; empty as long as none was chosen, and then the browser's."""
    active: Mapped[bool] = mapped_column(default=True)
    unit_code: Mapped[str | None] = mapped_column(String(20))
    """The unit of a role that is given in one; empty for all others."""
    must_change: Mapped[bool] = mapped_column(default=False)
    """The password was made for the user, who has to choose another one first of all."""

    @property
    def grants(self) -> tuple[Grant, ...]:
        """What the user was given: one role, in the office or in a unit; none while that is missing."""
        role = Role(self.role)
        if role in OF_A_UNIT:
            return (Grant(role, self.unit_code),) if self.unit_code else ()
        return (Grant(role),)


def by_name(session: Session, name: str) -> User | None:
    """The user of this name, as it is kept: in small letters."""
    return session.scalars(select(User).where(User.name == name)).first()


def everyone(session: Session) -> list[User]:
    """All users by their names, those who may sign in before the others."""
    return list(session.scalars(select(User).order_by(User.active.desc(), User.name)))


def full_names(session: Session, user_ids: Collection[int]) -> dict[int, str]:
    """User → what a page calls that user, for those of them that there are."""
    names = select(User.id, User.full_name).where(User.id.in_(user_ids))
    return dict(session.execute(names).all())


class PasswordHash(str):
    """What is kept of a password that was found good enough."""


def add(
    session: Session,
    name: str,
    full_name: str,
    role: Role,
    password: str,
    must_change: bool = False,
    unit_code: str = "",
) -> User:
    """Create a user. Raises Refused for what is wrong with the name, the unit or the password."""
    name = name.strip().lower()
    if not name or len(name) > LONGEST_NAME:
        raise Refused("name", CannotAddUser.NAME_LENGTH, most=LONGEST_NAME)
    if session.scalars(select(User.id).where(User.name == name)).first() is not None:
        raise Refused("name", CannotAddUser.NAME_TAKEN, name=name)
    user = User(name=name, full_name=full_name.strip() or name, must_change=must_change)
    give_role(session, user, role, unit_code)
    user.password_hash = hashed(password, name, full_name)
    session.add(user)
    session.flush()
    return user


def give_role(session: Session, user: User, role: Role, unit_code: str = "") -> None:
    """Give a user a role, and for one of a unit that unit. Raises Refused without a unit that is in force."""
    if role in OF_A_UNIT:
        unit = session.get(Unit, unit_code)
        if unit is None or not unit.active:
            raise Refused("unit_code", CannotAddUser.NO_UNIT)
    user.role, user.unit_code = role, unit_code if role in OF_A_UNIT else None


def hashed(password: str, *own_words: str) -> PasswordHash:
    """What is kept of a password; for requests of pages before their transaction: it may take seconds.

    Raises Refused for one that is too short or guessed with the user's own words, hashing.HashingBusy.
    """
    if isinstance(password, PasswordHash):
        return password
    if not MIN_PASSWORD <= len(password) <= hashing.LONGEST_PASSWORD:
        raise Refused("password", CannotUsePassword.LENGTH, least=MIN_PASSWORD, most=hashing.LONGEST_PASSWORD)
    if password_strength.is_guessable(password, own_words):
        raise Refused("password", CannotUsePassword.EASY_TO_GUESS)
    return PasswordHash(hashing.make(password))


def set_password(session: Session, user: User, password: str, must_change: bool = False) -> None:
    """Give a user a new password; all sessions of the user end. Raises Refused as ``hashed`` does."""
    user.password_hash, user.must_change = hashed(password, user.name, user.full_name), must_change
    sign_ins.end_all(session, user.id)


def generate_password() -> str:
    """A password for printing once: easy to type, about 95 bits, and one of those that are good enough."""
    while True:  # one of digits alone is not, and comes now and then
        password = "-".join(secrets.token_hex(2) for _ in range(6))
        if not password_strength.is_guessable(password):
            return password


def ensure_administrator(session: Session) -> str | None:
    """Create the user ``admin`` in an empty database; the generated password, or None if users exist."""
    if session.scalar(select(func.count(User.id))):
        return None
    password = generate_password()
    add(session, "admin", "管理员", Role.ADMINISTRATOR, password, must_change=True)
    return password
