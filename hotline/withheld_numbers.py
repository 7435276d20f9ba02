"""A number that its caller withholds and the network sends us all the same: kept apart, shown to nobody.

Every other table, list, file and log has no number for such a call. This one is read to call back who has
asked for it, and to show it where a life or a crime is at stake (decision 24).

``<call>.withheld`` in the spool: written by the dialplan as the call comes in, so that no part of ours has to
live for it; the sweep takes it in.
"""

import logging
import re
import time
from collections.abc import Collection
from contextlib import suppress
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Select, String, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from hotline import audit
from hotline.mapping import Base, one_at_a_time
from hotline.refusals import Reason, Refused
from hotline.telephone_numbers import clean_caller

if TYPE_CHECKING:
    from hotline.database import Database

log = logging.getLogger(__name__)

REVEAL = "reveal number"
LONGEST_REASON = 200
BEING_WRITTEN_SECONDS = 60.0
"""An empty file of this age was never finished."""
_CALL = re.compile(r"[A-Za-z0-9][A-Za-z0-9.-]{0,79}")


class WithheldNumber(Base):
    """The number of one call."""

    __tablename__ = "withheld_numbers"

    call_id: Mapped[str] = mapped_column(String(100), primary_key=True)
    number: Mapped[str] = mapped_column(String(32), index=True)
    kept_at: Mapped[datetime]


class RevealGround(StrEnum):
    """Why a number may be shown against its owner's wish (个人信息保护法 第十三条)."""

    LIFE = "life or health in danger"
    CRIME = "a crime is threatened"


class CannotReveal(Reason):
    """Why a number is not shown."""

    NO_GROUND = "choose what is at stake", "请选择紧急情形"
    NO_REASON = (
        "say in 1 to {most} characters why the number is needed",
        "请用 1 至 {most} 字说明为何需要该号码",
    )


def keep(session: Session, call_id: str, number: str, now: datetime) -> None:
    """Keep the number of a call, unless it is known: the sweep and the call itself may both bring it."""
    one_at_a_time(session, f"withheld {call_id}")
    if session.get(WithheldNumber, call_id) is None:
        session.add(WithheldNumber(call_id=call_id, number=clean_caller(number), kept_at=now))


def is_known(session: Session, call_id: str) -> bool:
    """Whether the network has told the number of this call."""
    return session.get(WithheldNumber, call_id) is not None


def number_of(session: Session, call_id: str) -> str:
    """The number, to dial it or to compare it; empty where there is none. Never for a page or a list."""
    found = session.get(WithheldNumber, call_id)
    return found.number if found else ""


def reveal(session: Session, call_id: str, ground: str, reason: str, by_id: int, now: datetime) -> str:
    """The number, to be shown to one person once. Raises Refused without a ground and a reason.

    Who may, ``hotline.who_may`` says.
    """
    why = " ".join(reason.split())
    if ground not in RevealGround._value2member_map_:
        raise Refused("ground", CannotReveal.NO_GROUND)
    if not why or len(why) > LONGEST_REASON:
        raise Refused("reason", CannotReveal.NO_REASON, most=LONGEST_REASON)
    audit.note(session, now, by_id, REVEAL, f"call {call_id}", f"{ground}: {why}")
    return number_of(session, call_id)


def forget(session: Session, call_id: str) -> None:
    """Take the number away; that it was shown stays in the audit trail."""
    if found := session.get(WithheldNumber, call_id):
        session.delete(found)


def calls_of(numbers: Collection[str]) -> Select[str]:
    """The calls of one of these numbers, to be asked for within another question: they may be very many."""
    return select(WithheldNumber.call_id).where(WithheldNumber.number.in_(numbers))


def numbers_of(session: Session, call_ids: Collection[str]) -> dict[str, str]:
    """Call → number, of some hundred calls at most. Never for a page or a list."""
    known = select(WithheldNumber.call_id, WithheldNumber.number).where(WithheldNumber.call_id.in_(call_ids))
    return {row[0]: row[1] for row in session.execute(known)}


def take_in(spool_dir: Path, database: "Database", now: datetime) -> None:
    """Take in what the dialplan has written. One file that fails does not hold up the others."""
    for path in spool_dir.glob("*.withheld"):
        try:
            _take_in_file(path, database, now)
        except Exception:
            log.exception("%s stays in the spool; the next sweep tries again", path.name)


def _take_in_file(path: Path, database: "Database", now: datetime) -> None:
    """A file goes once its row is there, or when it was never finished."""
    with suppress(FileNotFoundError):  # taken in by another in this moment
        number = clean_caller(path.read_text(encoding="ascii", errors="replace"))
        if number and _CALL.fullmatch(path.stem):
            with database.writing() as session:
                keep(session, path.stem, number, now)
        elif time.time() - path.stat().st_mtime < BEING_WRITTEN_SECONDS:
            return
        path.unlink()
