"""Nuisance calls: numbers and prefixes that are blocked for a time, and how often a number may have a seat.

How often is the office's own choice: ``[nuisance]`` in the settings. Many people may be behind one number, a
factory's or that of a whole trunk: such a limit costs a caller the seat, and never the message.
"""

import re
from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import ForeignKey, String, func, or_, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from hotline import audit
from hotline.calls.calls import CallRecord
from hotline.mapping import Base, one_at_a_time
from hotline.refusals import Reason, Refused
from hotline.sections import Nuisance
from hotline.telephone_numbers import normal, ways_to_write

HOUR = timedelta(hours=1)
LONGEST_BLOCK = timedelta(days=366)
SHORTEST_OF_MOBILES = 7
BEYOND_AREA_CODE = 4
"""Digits of a prefix: of a mobile number they say company and city, of a landline one exchange in a city."""
SHORT_AREA_CODES = ("10", "2")
"""Two digits, all others three. Source: numbering plan of China (电信网编号计划, 2017)."""
REASON_LENGTH = 200
_DIGITS = re.compile(r"[0-9]{3,20}")
_MOBILE = re.compile(r"1[3-9]")
_DIALLED_BEFORE = re.compile(r"(?:0{0,2}86)?0?(?=1(?:[03-9]|$)|[2-9]|$)")
_BETWEEN = re.compile(r"[+ ()-]")


class Block(Base):
    """A blocked number, or all that begin with ``digits``, until ``ends_at`` or until it is lifted."""

    __tablename__ = "blocks"

    id: Mapped[int] = mapped_column(primary_key=True)
    digits: Mapped[str] = mapped_column(String(32), index=True)
    is_prefix: Mapped[bool]
    reason: Mapped[str] = mapped_column(String(REASON_LENGTH))
    begins_at: Mapped[datetime]
    ends_at: Mapped[datetime] = mapped_column(index=True)
    by_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    lifted_at: Mapped[datetime | None]
    lifted_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))


class Verdict(StrEnum):
    """What a call does not get."""

    BLOCKED = "blocked"
    """It is not taken. The value stands in the queue log."""
    NO_SEAT = "no seat"
    """The number has had its seats of this hour; the caller may leave a message."""


class CannotBlock(Reason):
    """Why a number is not blocked, or a block not lifted."""

    NOT_A_NUMBER = (
        "Enter a telephone number, or the digits with which it begins.",
        "请输入电话号码，或号码开头的几位数字。",
    )
    SHORT_PREFIX = (
        "Enter a longer prefix: seven digits of a mobile number, or four after the area code.",
        "号段太短，会误拦过多来电：手机号至少输入前七位，固定电话在区号之后至少再输入四位。",
    )
    NO_REASON = "Give a reason, at most {most} characters.", "请填写原因，最多 {most} 字。"
    WRONG_END = (
        "Choose an end in the future, at most a year from now.",
        "请选择将来的结束时间，最长一年。",
    )
    BLOCKED_ALREADY = (
        "This number is blocked already: lift that block first.",
        "该号码已拦截，请先解除。",
    )
    NOT_BLOCKED = "This number is not blocked any more.", "该号码已不在拦截名单中。"


def verdict(
    caller: str, blocks: Collection[Block], last_hour: int, limits: Nuisance, withheld: str = ""
) -> Verdict | None:
    """What a call does not get; None: it gets all. How often is not asked of a caller without a number.

    ``blocks`` are those in force; ``last_hour``: calls from this number that came to the seats within the
    last hour, without this one; ``withheld``: the number of a caller who shows none: withholding it is no
    way round a block. How many of them are there at once, the dialplan counts.
    """
    ways = ways_to_write(caller or withheld)
    if any(
        way.startswith(each.digits) if each.is_prefix else way == each.digits
        for each in blocks
        for way in ways
    ):
        return Verdict.BLOCKED
    return Verdict.NO_SEAT if normal(caller) and last_hour >= limits.calls_per_hour else None


def blocks_in_force(session: Session, now: datetime) -> Sequence[Block]:
    """Every block that is neither over nor lifted, the one that ends first before the others."""
    query = select(Block).where(Block.begins_at <= now, Block.ends_at > now, Block.lifted_at.is_(None))
    return session.scalars(query.order_by(Block.ends_at, Block.id)).all()


def blocks_over(session: Session, now: datetime, most: int) -> Sequence[Block]:
    """The newest blocks that have ended or were lifted."""
    query = select(Block).where(or_(Block.ends_at <= now, Block.lifted_at.is_not(None)))
    return session.scalars(query.order_by(Block.id.desc()).limit(most)).all()


def calls_within_hour(session: Session, caller: str, call_id: str, now: datetime) -> int:
    """Calls from this number that came to the seats within the last hour, without the one of this identifier.

    No others count, messages least of all: whoever tries again too early does not wait the longer for it, and
    behind a number that calls all the time somebody gets through.
    """
    same = CallRecord.caller.in_(ways_to_write(caller))
    at_seats = select(func.count()).where(same, CallRecord.offered_at > now - HOUR)
    return session.scalar(at_seats.where(CallRecord.call_id != call_id)) or 0


def block(
    session: Session, digits: str, is_prefix: bool, reason: str, until: datetime, by_id: int, now: datetime
) -> Block:
    """Refuse calls from a number, or from all that begin so. Raises Refused."""
    number, why = _BETWEEN.sub("", digits), reason.strip()
    _check(number, is_prefix, why, until, now)
    one_at_a_time(session, "block")
    same = [each for each in blocks_in_force(session, now) if each.is_prefix == is_prefix]
    if any(each.digits in ways_to_write(number) for each in same):
        raise Refused("digits", CannotBlock.BLOCKED_ALREADY)
    added = Block(digits=number, is_prefix=is_prefix, reason=why, begins_at=now, ends_at=until, by_id=by_id)
    session.add(added)
    session.flush()
    shortened = audit.shortened(number)
    detail = f"{shortened}, until {until:%Y-%m-%d %H:%M %Z}: {why}"
    audit.note(session, now, by_id, "block", f"block {added.id}", detail)
    return added


def _check(number: str, is_prefix: bool, why: str, until: datetime, now: datetime) -> None:
    if not _DIGITS.fullmatch(number):
        raise Refused("digits", CannotBlock.NOT_A_NUMBER)
    if is_prefix and _shuts_out_too_many(number):
        raise Refused("digits", CannotBlock.SHORT_PREFIX)
    if not why or len(why) > REASON_LENGTH:
        raise Refused("reason", CannotBlock.NO_REASON, most=REASON_LENGTH)
    if not now < until <= now + LONGEST_BLOCK:
        raise Refused("days", CannotBlock.WRONG_END)


def _shuts_out_too_many(prefix: str) -> bool:
    """Measured without the digits that only say that another city or this country is dialled."""
    code = _DIALLED_BEFORE.match(prefix)
    dialled = prefix[: code.end()] if code else ""
    plain = prefix.removeprefix(dialled)
    if _MOBILE.match(plain):
        return len(plain) < SHORTEST_OF_MOBILES
    area_code = (2 if plain.startswith(SHORT_AREA_CODES) else 3) if dialled else 0
    return len(plain) < area_code + BEYOND_AREA_CODE


def lift(session: Session, block_id: int, by_id: int, now: datetime) -> None:
    """Take calls from a blocked number again. Raises Refused."""
    in_force = (Block.id == block_id, Block.lifted_at.is_(None), Block.ends_at > now)
    lifting = update(Block).where(*in_force).values(lifted_at=now, lifted_by_id=by_id)
    lifted = session.execute(lifting.returning(Block.digits)).first()
    if lifted is None:
        raise Refused("", CannotBlock.NOT_BLOCKED)
    audit.note(session, now, by_id, "lift block", f"block {block_id}", audit.shortened(lifted.digits))
