"""The second factor: a code of six digits that the user's telephone shows (TOTP, RFC 6238), or a recovery
code.

The secrets lie in the database as they are: docs/decisions/0015 says why.
"""

import hmac
import secrets
import unicodedata
from datetime import datetime, timedelta

import pyotp
from sqlalchemy import ForeignKey, String, delete, func, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from hotline.grants import Granted
from hotline.mapping import Base, one_at_a_time
from hotline.people import OF_A_UNIT, Role, User
from hotline.sections import Web
from hotline.sign_ins import hash_of

DEMANDED_OF = frozenset({Role.SUPERVISOR, Role.ADMINISTRATOR, Role.LEADER}) | OF_A_UNIT
"""Where the office demands one at all."""
STEP_SECONDS = 30
DRIFT = 1
"""The telephone's clock may be so many steps away from ours."""
WRONG_A_DAY = 10
"""Wrong codes of a user within a day; then only recovery codes help until it is over. Three codes in a
million are right at a time: whoever knows the password has to guess for decades."""
DAY = timedelta(days=1)
OFFERED = timedelta(minutes=15)
"""So long a secret that is shown may be confirmed."""
RECOVERY_CODES = 10
RECOVERY_DIGITS = 20
"""66 bits: nobody guesses them, and no slow hash is needed. Digits, for a telephone's number pad."""


class SecondFactor(Base):
    """A user's second factor. ``secret`` is empty until the first one was confirmed by a code."""

    __tablename__ = "second_factors"

    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), primary_key=True, autoincrement=False)
    secret: Mapped[str] = mapped_column(String(64), default="")
    since: Mapped[datetime | None]
    offered: Mapped[str] = mapped_column(String(64), default="")
    """A secret that is shown to the user and has not been confirmed."""
    offered_at: Mapped[datetime | None]
    last_step: Mapped[int] = mapped_column(default=0)
    """The time step of the last code that was right: neither it nor one before it is right again."""
    wrong: Mapped[int] = mapped_column(default=0)
    wrong_since: Mapped[datetime | None]


class RecoveryCode(Base):
    """For the day when the telephone is lost: works once."""

    __tablename__ = "recovery_codes"

    code_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    used_at: Mapped[datetime | None]


class TooManyCodes(Exception):
    """Too many codes of this user were wrong today; only recovery codes are looked at."""


def demanded(web: Web, user: Granted) -> bool:
    """Whether this office wants one from this user."""
    return web.demand_second_factor and any(grant.role in DEMANDED_OF for grant in user.grants)


def on_since(session: Session, user_id: int) -> datetime | None:
    """Since when the user has one."""
    mine = select(SecondFactor.since).where(SecondFactor.user_id == user_id, SecondFactor.secret != "")
    return session.scalar(mine)


def who_have_one(session: Session) -> set[int]:
    """The ids of all users who have one."""
    return set(session.scalars(select(SecondFactor.user_id).where(SecondFactor.secret != "")))


def offer(session: Session, user_id: int, now: datetime) -> str:
    """Make a secret to be shown to the user; it is worth nothing until ``confirm``."""
    mine = session.get(SecondFactor, user_id)
    if mine is None:
        mine = SecondFactor(user_id=user_id)
        session.add(mine)
    mine.offered, mine.offered_at = pyotp.random_base32(), now
    return mine.offered


def is_offered(session: Session, user_id: int, now: datetime) -> str:
    """The secret that is being shown to the user; empty when there is none any more."""
    mine = session.get(SecondFactor, user_id)
    fresh = mine is not None and mine.offered_at is not None and mine.offered_at >= now - OFFERED
    return mine.offered if mine is not None and fresh else ""


def confirm(session: Session, user_id: int, code: str, now: datetime) -> list[str] | None:
    """The telephone shows codes of the offered secret: it is the second factor from now on.

    Returns the recovery codes, None for a wrong code.
    """
    one_at_a_time(session, f"second factor {user_id}")
    secret = is_offered(session, user_id, now)
    step = _step_of(secret, cleaned(code), now) if secret else None
    if step is None:
        return None
    mine = session.get_one(SecondFactor, user_id)
    mine.secret, mine.since, mine.last_step = secret, now, step
    mine.offered, mine.offered_at, mine.wrong = "", None, 0
    return new_recovery_codes(session, user_id)


def new_recovery_codes(session: Session, user_id: int) -> list[str]:
    """Ten new codes, to be shown once; those before are worth nothing any more."""
    session.execute(delete(RecoveryCode).where(RecoveryCode.user_id == user_id))
    codes = [f"{secrets.randbelow(10**RECOVERY_DIGITS):0{RECOVERY_DIGITS}}" for _ in range(RECOVERY_CODES)]
    session.add_all(RecoveryCode(code_hash=hash_of(code), user_id=user_id) for code in codes)
    return ["-".join(code[at : at + 5] for at in range(0, RECOVERY_DIGITS, 5)) for code in codes]


def codes_left(session: Session, user_id: int) -> int:
    """How many recovery codes the user has not used."""
    mine = (RecoveryCode.user_id == user_id, RecoveryCode.used_at.is_(None))
    return session.scalar(select(func.count()).select_from(RecoveryCode).where(*mine)) or 0


def check(session: Session, user_id: int, code: str, now: datetime) -> str:
    """What the user gave: ``code``, ``recovery code``, or empty for a wrong one, which is counted.

    In a writing transaction, which has to be committed whatever comes of it. Raises TooManyCodes.
    """
    one_at_a_time(session, f"second factor {user_id}")
    mine, typed = session.get(SecondFactor, user_id), cleaned(code)
    if mine is None or not mine.secret:
        return ""
    if (
        len(typed) > 6
    ):  # not counted: nobody guesses one, and who tries must not shut the telephone's codes out
        return "recovery code" if _use(session, user_id, typed, now) else ""
    if _wrong_today(mine, now) >= WRONG_A_DAY:
        raise TooManyCodes
    step = _step_of(mine.secret, typed, now)
    if step is None or step <= mine.last_step:
        return _count(mine, now)
    mine.last_step = step
    return "code"


def remove(session: Session, user_id: int) -> bool:
    """Take the second factor and its recovery codes away; False where there was none."""
    session.execute(delete(RecoveryCode).where(RecoveryCode.user_id == user_id))
    had = on_since(session, user_id) is not None
    session.execute(delete(SecondFactor).where(SecondFactor.user_id == user_id))
    return had


def uri(secret: str, user: User, office: str) -> str:
    """What the square that a telephone photographs says."""
    return pyotp.TOTP(secret).provisioning_uri(name=user.name, issuer_name=office)


def cleaned(code: str) -> str:
    """A code as it is compared: however an input method or a piece of paper writes it."""
    plain = unicodedata.normalize("NFKC", code[:64])
    return "".join(each for each in plain if each.isascii() and each.isalnum())


def _step_of(secret: str, code: str, now: datetime) -> int | None:
    """The time step whose code this is, now or next to now."""
    present = int(now.timestamp()) // STEP_SECONDS
    right = [
        step
        for step in range(present - DRIFT, present + DRIFT + 1)
        if hmac.compare_digest(pyotp.TOTP(secret).generate_otp(step), code)
    ]
    return max(right, default=None)


def _use(session: Session, user_id: int, code: str, now: datetime) -> bool:
    mine = (RecoveryCode.user_id == user_id, RecoveryCode.code_hash == hash_of(code))
    unused = update(RecoveryCode).where(*mine, RecoveryCode.used_at.is_(None)).values(used_at=now)
    return bool(session.execute(unused.returning(RecoveryCode.code_hash)).all())


def _wrong_today(mine: SecondFactor, now: datetime) -> int:
    is_today = mine.wrong_since is not None and abs(now - mine.wrong_since) < DAY  # clocks are put back, too
    return mine.wrong if is_today else 0


def _count(mine: SecondFactor, now: datetime) -> str:
    if _wrong_today(mine, now) == 0:
        mine.wrong, mine.wrong_since = 0, now
    mine.wrong += 1
    return ""
