"""Registering a case (登记): what is entered, what is wrong with it, and when the case is due.

The rules are the same for a clerk who registers a recording and an agent who registers in a call.
"""

import unicodedata
from dataclasses import dataclass, replace
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from hotline.cases import deadlines
from hotline.cases.cases import Case, CaseState, Category
from hotline.cases.units import Unit

LONGEST_TELEPHONE = 32


class Refused(Exception):
    """What was entered or decided cannot be kept; ``field`` is the input to mend, the message says how."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field


@dataclass(frozen=True)
class Entry:
    """What is entered to register a case."""

    petitioner: str
    telephone: str
    address: str
    category: Category
    summary: str
    unit_code: str


def checked(session: Session, entry: Entry) -> Entry:
    """The entry without the blanks around it. Raises Refused for what is missing or too long."""
    entry = _tidied(entry)
    if not entry.summary:
        raise Refused("summary", "write in a sentence what the case is about")
    if len(entry.petitioner) > 80 or len(entry.address) > 200:
        raise Refused("petitioner", "a name has at most 80 characters, an address at most 200")
    if len(entry.telephone) > LONGEST_TELEPHONE or not entry.telephone.isprintable():
        raise Refused("telephone", "a telephone number has at most 32 characters, none of them invisible")
    unit = session.get(Unit, entry.unit_code)
    if unit is None or not unit.active:
        raise Refused("unit_code", "choose the responsible unit from the tree")
    return entry


def _tidied(entry: Entry) -> Entry:
    """A telephone number is kept as it was typed, in plain digits."""
    return replace(
        entry,
        petitioner=entry.petitioner.strip(),
        telephone=" ".join(unicodedata.normalize("NFKC", entry.telephone).split()),
        address=entry.address.strip(),
        summary=entry.summary.strip(),
    )


def fill(case: Case, entry: Entry) -> None:
    """Put a checked entry into a case."""
    case.petitioner, case.telephone, case.address = entry.petitioner, entry.telephone, entry.address
    case.category, case.summary, case.unit_code = entry.category, entry.summary, entry.unit_code


def entry_of(case: Case) -> Entry:
    """What a case was registered with."""
    return Entry(
        petitioner=case.petitioner,
        telephone=case.telephone,
        address=case.address,
        category=Category(case.category),
        summary=case.summary,
        unit_code=case.unit_code,
    )


def put_in_force(case: Case, received_at: datetime, by_id: int, now: datetime, timezone: str) -> None:
    """Let a new or withdrawn case begin; the day it is due counts from today in the office's time zone."""
    case.state, case.received_at = CaseState.REGISTERED, received_at
    case.registered_at, case.registered_by_id = now, by_id
    case.due_on = deadlines.due(now.astimezone(ZoneInfo(timezone)).date())


def withdraw(case: Case, field: str) -> None:
    """Take a registration back. Raises Refused, for ``field``, when the unit already handles the case."""
    if case.state not in (CaseState.REGISTERED, CaseState.WITHDRAWN):
        raise Refused(field, "the unit is already handling this case; it can't be undone here")
    case.state = CaseState.WITHDRAWN
