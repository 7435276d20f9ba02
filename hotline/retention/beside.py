"""What is kept of callers beside recordings: when it is over, and how it goes.

Calls without a recording, their forms, callbacks, notes about a number, blocked numbers, messages to seats,
letters and visits that are no case, what was searched for, and what was typed and never sent. Each goes by a
period there is: what was written by that of transcripts, who it was by that of numbers.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy.orm import Session

from hotline import audit
from hotline.database import Database
from hotline.evidence import recorded
from hotline.mapping import one_at_a_time
from hotline.retention import (
    beside_calls,
    beside_drafts,
    beside_numbers,
    beside_people,
    beside_submissions,
    gathering,
    rule,
)
from hotline.retention.deletions import BY_RETENTION
from hotline.sections import Retention


class PersonalData(StrEnum):
    """Kinds of things that are no part of a recording."""

    CALLS = "calls"
    """Numbers and names of calls without a recording."""
    FORMS = "forms"
    """What was typed in such a call."""
    CALLBACKS = "callbacks"
    NOTES = "notes"
    BLOCKS = "blocks"
    MESSAGES = "messages"
    SUBMISSIONS = "submissions"
    """What was written in letters, visits and appointments that are no case."""
    SUBMITTERS = "submitters"
    """Who came with them."""
    SEARCHES = "searches"
    NUMBER_DRAFTS = "number_drafts"
    """What was typed in a form with a field for a telephone number and never sent."""
    DRAFTS = "drafts"
    """The same in any form."""


_ERASURES = {
    PersonalData.CALLS: beside_calls.NUMBERS,
    PersonalData.FORMS: beside_calls.FORMS,
    PersonalData.CALLBACKS: beside_calls.CALLBACKS,
    PersonalData.NOTES: beside_numbers.NOTES,
    PersonalData.BLOCKS: beside_numbers.BLOCKS,
    PersonalData.MESSAGES: beside_people.MESSAGES,
    PersonalData.SUBMISSIONS: beside_submissions.WORDS,
    PersonalData.SUBMITTERS: beside_submissions.PEOPLE,
    PersonalData.SEARCHES: beside_people.SEARCHES,
    PersonalData.NUMBER_DRAFTS: beside_drafts.WITH_NUMBERS,
    PersonalData.DRAFTS: beside_drafts.DRAFTS,
}


@dataclass(frozen=True)
class DuePersonalData:
    """One of them that is to be deleted, and from when its months were counted."""

    kind: PersonalData
    key: str
    settled_at: datetime

    @property
    def subject(self) -> str:
        """As the audit trail names it."""
        return f"{_ERASURES[self.kind].subject} {self.key}"


def months(of: Retention, kind: PersonalData) -> int:
    """How long this is kept; 0: for ever."""
    return gathering.months(of, _ERASURES[kind].period)


def due(session: Session, of: Retention, kind: PersonalData, now: datetime) -> Iterator[DuePersonalData]:
    """What of a kind is to be deleted now, the oldest first."""
    kept_for, way = months(of, kind), _ERASURES[kind]
    if not kept_for:
        return
    for key in way.older(session, rule.earlier(now, kept_for)):
        begin = way.settled_at(session, key, now)
        if begin and rule.later(begin, kept_for) <= now:
            yield DuePersonalData(kind, key, begin)


def delete(of: Retention, db: Database, each: DuePersonalData, now: datetime) -> bool:
    """Delete one; False where it is kept after all, or somebody else has deleted it."""
    way, kept_for = _ERASURES[each.kind], months(of, each.kind)
    with db.writing() as session:
        one_at_a_time(session, "retention")
        begin = way.settled_at(session, each.key, now)
        if not begin or rule.later(begin, kept_for) > now:
            return False
        way.erase(session, each.key, now)
        why = f"{each.kind}{BY_RETENTION}{kept_for} months"
        audit.note(session, now, None, recorded.DELETE, each.subject, why)
    return True
