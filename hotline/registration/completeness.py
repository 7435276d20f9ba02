"""Completeness: what reached the office and has come to no outcome yet, and since when.

Messages that nobody has screened, forms of calls that an agent began and did not finish, and letters, visits
and appointments without a decision.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from hotline.cases.origins import Origin
from hotline.recordings.recordings import Recording, RecordingKind, TranscriptionState
from hotline.registration.call_forms import CallForm
from hotline.submissions import listing
from hotline.submissions.listing import Waiting


@dataclass(frozen=True)
class Unsettled:
    """What waits, by where it is settled."""

    messages: Waiting
    forms: Waiting
    by_hand: Mapping[Origin, Waiting]

    @property
    def count(self) -> int:
        """How many in all: 0 is the 100 per cent that the office promises."""
        return sum(each.count for each in (self.messages, self.forms, *self.by_hand.values()))


def unsettled(session: Session) -> Unsettled:
    """Everything that waits."""
    return Unsettled(_messages(session), _forms(session), listing.waiting(session))


def _messages(session: Session) -> Waiting:
    waits = (
        Recording.outcome.is_(None),
        Recording.transcription.in_(list(TranscriptionState)),  # with it, an index answers
        Recording.kind == RecordingKind.MESSAGE,
    )
    count, oldest = session.execute(select(func.count(), func.min(Recording.received_at)).where(*waits)).one()
    return Waiting(count, oldest)


def _forms(session: Session) -> Waiting:
    begun = (CallForm.finished_at.is_(None), CallForm.version > 0)
    count, oldest = session.execute(select(func.count(), func.min(CallForm.saved_at)).where(*begun)).one()
    return Waiting(count, oldest)
