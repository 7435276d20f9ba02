"""Callbacks: a caller who would rather be called back than wait keeps the place in the queue.

A callback is open until the citizen and a seat have talked, until it was tried as often as the settings say,
or until a supervisor cancels it. How it is tried: ``hotline.callbacks.callback_attempts``.
"""

import re
from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from zoneinfo import ZoneInfo

from sqlalchemy import ForeignKey, String, and_, or_, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from hotline import audit, withheld_numbers
from hotline.cases import numbering
from hotline.cases.origins import Origin
from hotline.mapping import Base, one_at_a_time
from hotline.telephone_numbers import ways_to_write

CALLBACK_PREFIX = "callback-"
"""The identifiers of our own calls begin with this, those of citizens' calls do not.

Then comes the case number of the callback. It never comes again, not even after a restore (``numbering``):
Asterisk's log may know more callbacks than the database.
"""
ABROAD_PREFIX = "00"
"""The international prefix of China (电信网编号计划, 2017); calls abroad are what toll fraud is after."""


class CallbackState(StrEnum):
    """How far a callback is."""

    OPEN = "open"
    DONE = "done"
    """The citizen and a seat have talked."""
    FAILED = "failed"
    """Three attempts, and nobody answered."""
    CANCELLED = "cancelled"


class Callback(Base):
    """One callback. ``joined_at`` is the place it keeps: when the call it came from joined the queue.

    ``number`` is where it is called, empty for a caller who withholds it (``hotline.withheld_numbers``);
    ``open_number`` the same while it is open, so that there is one at most.
    ``call_id``: of the call it was asked for in; ``case_number``: told to the caller, to ask for the outcome.
    ``by_id``: the supervisor who asked for it, from the list of abandoned calls.
    ``attempt``: the identifier of our own call that waits for a seat or is in progress, since ``attempt_at``;
    ``attempt_seen``: Asterisk has said that it is there.
    """

    __tablename__ = "callbacks"

    id: Mapped[int] = mapped_column(primary_key=True)
    call_id: Mapped[str] = mapped_column(String(100), index=True)
    case_number: Mapped[str] = mapped_column(String(10), unique=True)
    number: Mapped[str] = mapped_column(String(32), index=True)
    open_number: Mapped[str | None] = mapped_column(String(32), unique=True)
    language: Mapped[str] = mapped_column(String(2))
    joined_at: Mapped[datetime]
    asked_at: Mapped[datetime]
    by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    state: Mapped[CallbackState] = mapped_column(String(9), index=True, default=CallbackState.OPEN)
    attempts: Mapped[int] = mapped_column(default=0)
    next_attempt_at: Mapped[datetime]
    attempt: Mapped[str] = mapped_column(String(100), index=True, default="")
    attempt_at: Mapped[datetime | None]
    attempt_seen: Mapped[bool] = mapped_column(default=False)
    last_outcome: Mapped[str] = mapped_column(String(40), default="")
    seat: Mapped[str] = mapped_column(String(8), default="")
    ended_at: Mapped[datetime | None]


def number_to_call(caller: str, pattern: str) -> str:
    """What is dialled to reach a caller: digits that ``callback.numbers`` allows, or nothing.

    Never a number abroad, whatever the setting says: anybody can forge a caller's number. Of the ways to
    write a number it is the shortest, so that a telephone has one open callback at most.
    """
    if not (caller.isascii() and caller.removeprefix("+").isdigit()):
        return ""
    digits = [each for each in ways_to_write(caller) if each.isascii() and each.isdigit()]
    written = [each for each in digits if not each.startswith(ABROAD_PREFIX)]
    return min((each for each in written if re.fullmatch(pattern, each)), key=len, default="")


def is_ours(call_id: str) -> bool:
    """Whether a call was placed by us to call somebody back."""
    return call_id.startswith(CALLBACK_PREFIX)


def request(
    session: Session,
    number: str,
    call_id: str,
    language: str,
    joined_at: datetime,
    now: datetime,
    timezone: str,
    by_id: int | None = None,
    *,
    is_withheld: bool = False,
) -> Callback:
    """Ask for a callback, or return the one that is open for this number.

    ``is_withheld``: the number stands apart and not on the row.

    It is there once the transaction is committed, and its case number may be told then.
    """
    one_at_a_time(session, f"callback {number}")
    if already := open_for(session, number):
        return already
    year = now.astimezone(ZoneInfo(timezone)).year
    case_number = numbering.allot(session, year, Origin.CALLBACK, call_id, now)
    asked = Callback(call_id=call_id, case_number=case_number, language=language, asked_at=now, by_id=by_id)
    asked.joined_at, asked.next_attempt_at = min(joined_at, now), now
    _keep_number(session, asked, number, is_withheld)
    session.add(asked)
    session.flush()
    if by_id:
        audit.note(session, now, by_id, "ask for", f"callback {asked.id}")
    return asked


def _keep_number(session: Session, asked: Callback, number: str, is_withheld: bool) -> None:
    """Where it is to be called, on the row or apart from it."""
    asked.number = asked.open_number = number
    if is_withheld:
        asked.number, asked.open_number = "", in_place_of(asked.case_number)
        withheld_numbers.keep(session, asked.call_id, number, asked.asked_at)


def open_for(session: Session, number: str) -> Callback | None:
    """The open callback of a number, withheld or not."""
    calls = withheld_numbers.calls_of(ways_to_write(number))
    apart = and_(Callback.open_number.is_not(None), Callback.number == "", Callback.call_id.in_(calls))
    return session.scalars(select(Callback).where(or_(Callback.open_number == number, apart))).first()


def in_place_of(case_number: str) -> str:
    """``open_number`` of a callback whose number stands apart."""
    return f"withheld {case_number}"


def dialled(session: Session, callback: Callback, pattern: str) -> str:
    """What is dialled to call back; empty where the number was deleted. Never for a page or a list."""
    return callback.number or number_to_call(withheld_numbers.number_of(session, callback.call_id), pattern)


def language(session: Session, call_id: str, number: str) -> str:
    """The language in which this call, or else this number, asked for a callback before; Chinese if none."""
    of_number = and_(Callback.number == number, Callback.number != "")
    earlier = select(Callback.language).where(or_(Callback.call_id == call_id, of_number))
    last = earlier.order_by(Callback.call_id != call_id, Callback.id.desc()).limit(1)
    return session.scalars(last).first() or "zh"


def by_number(session: Session, case_number: str) -> Callback | None:
    """The callback for which this case number was told."""
    return session.scalars(select(Callback).where(Callback.case_number == case_number)).first()


def of_attempt(session: Session, call_id: str) -> Callback | None:
    """The callback that one of our own calls is, or was, an attempt of."""
    case_number = tried_by(call_id)
    return by_number(session, case_number) if case_number else None


def tried_by(call_id: str) -> str:
    """The case number of the callback that one of our own calls is an attempt of; empty for other calls."""
    ours = re.fullmatch(rf"{CALLBACK_PREFIX}(\d+)-\d+", call_id, re.ASCII)
    return ours[1] if ours else ""


def newest(session: Session, most: int = 100, *, only_open: bool = False) -> Sequence[Callback]:
    """Callbacks for a list: the open ones by their place in the queue, or all, the newest first."""
    if only_open:
        is_open = Callback.state == CallbackState.OPEN
        return session.scalars(select(Callback).where(is_open).order_by(Callback.joined_at).limit(most)).all()
    return session.scalars(select(Callback).order_by(Callback.id.desc()).limit(most)).all()


def cancel(session: Session, callback_id: int, now: datetime, by_id: int | None = None) -> bool:
    """Call nobody back; whether there was something to cancel. A call that already rings goes on."""
    callback = session.get(Callback, callback_id, with_for_update=True)
    if callback is None or callback.state != CallbackState.OPEN:
        return False
    callback.state, callback.open_number, callback.ended_at = CallbackState.CANCELLED, None, now
    audit.note(session, now, by_id, "cancel", f"callback {callback_id}")
    return True
