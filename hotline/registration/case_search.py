"""Cases that agents registered in calls, found by number, caller or name, for whoever is asked about one.

What was left as a message is found by its recording (``hotline.registration.desk_queue``).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, or_, select, union
from sqlalchemy.orm import Session

from hotline.cases import case_number
from hotline.cases.cases import Case, is_of_call
from hotline.cases.origins import Origin
from hotline.recordings.recordings import Recording, RecordingKind
from hotline.registration import told_numbers
from hotline.registration.call_forms import CallForm
from hotline.registration.desk_queue import number_in
from hotline.telephone_numbers import ways_to_write

MOST_FOUND = 20
"""What can be looked through; more digits or words find less."""
WHOLE_NUMBER_DIGITS = 10
"""From so many digits on, what is searched for is taken for a whole number."""


@dataclass(frozen=True)
class FoundCase:
    """A case and where to read on: its call's recording, where there is one (else empty)."""

    case: Case
    recording_id: str


def find(session: Session, search: str, among: ColumnElement[bool]) -> Sequence[FoundCase]:
    """The newest cases of calls whose number begins so, whose caller contains it, or in which it was written.

    Of cases that are not ``among`` those that whoever asks may open, a whole number finds one, as a citizen
    tells it who asks at another seat. A part of one, or a name, would tell of everybody's.
    """
    search = search.strip()
    if not search:
        return ()
    number = number_in(search)
    if len(number) >= WHOLE_NUMBER_DIGITS:
        among = or_(among, Case.number.in_(union(*_of_whole_number(number))))
    query = (
        select(Case, Recording.id)
        .outerjoin(Recording, is_of_call(Recording.call_id))
        .where(Case.number.in_(matching(search)), among)
        .where(or_(Recording.id.is_(None), Recording.kind == RecordingKind.CALL))
        .order_by(Case.registered_at.desc())
        .limit(MOST_FOUND)
    )
    return [FoundCase(case, recording_id or "") for case, recording_id in session.execute(query)]


def matching(search: str) -> Any:
    """The numbers of cases whose number begins so, whose caller contains it, or in which it was written."""
    number = number_in(search)
    return _by_number(number) if number else _numbers(_written(search))


def calls_of(session: Session, search: str) -> Sequence[str]:
    """The calls that have exactly this case number, by their case or recording; none for anything else."""
    found = told_numbers.lead(session, number_in(search.strip()))
    calls = set()
    if found and found.recording:
        calls.add(found.recording.call_id)
    if found and found.case and found.case.origin == Origin.CALL:
        calls.add(found.case.origin_id)
    return list(calls)


def _by_number(number: str) -> Any:
    """Each of the queries is answered by an index, but for a few digits of a telephone's number."""
    length = case_number.LENGTH
    begins = Case.number.between(number.ljust(length, "0"), number.ljust(length, "9"))  # LIKE uses no index
    if len(number) >= WHOLE_NUMBER_DIGITS:
        return union(_numbers(begins), *_of_whole_number(number))
    telephone, caller = (_contains(each, number) for each in (Case.telephone, CallForm.caller))
    return union(_numbers(begins), _numbers(telephone), _of_callers(caller))


def _of_whole_number(number: str) -> tuple[Select[str], ...]:
    """That of a case, of a petitioner or of a caller."""
    written = ways_to_write(number)
    is_of = (Case.number == number, Case.telephone.in_(written))
    return *map(_numbers, is_of), _of_callers(CallForm.caller.in_(written))


def _numbers(which: ColumnElement[bool]) -> Select[str]:
    return select(Case.number).where(which)


def _of_callers(which: ColumnElement[bool]) -> Select[str]:
    return select(Case.number).join(CallForm, is_of_call(CallForm.call_id)).where(which)


def _written(text: str) -> ColumnElement[bool]:
    return or_(*(_contains(each, text) for each in (Case.petitioner, Case.address, Case.summary)))


def _contains(column: Any, text: str) -> ColumnElement[bool]:
    found: ColumnElement[bool] = column.contains(text, autoescape=True)
    return found
