"""The rule: from when the time of keeping is counted, and when it is over. Pure functions over values.

Everything is kept while a case runs, a message is undecided, or anybody works on it. In doubt it is kept.
"""

from calendar import monthrange
from dataclasses import dataclass
from datetime import datetime, timedelta

from hotline.cases.cases import CaseState
from hotline.recordings.recordings import RecordingKind, ScreeningOutcome, TranscriptionState

ENDED_STATES = (CaseState.CLOSED, CaseState.WITHDRAWN)
"""The states in which a case does not run any more."""


@dataclass(frozen=True)
class CaseFacts:
    """A case that a recording belongs to; ``closed_at`` is None until its end was noted."""

    state: CaseState
    closed_at: datetime | None


@dataclass(frozen=True)
class RetentionFacts:
    """What the rule asks of a recording.

    ``cases``: its own, and the one it repeats. ``original_waits``: it repeats a message nobody has decided.
    ``form_open``: what was typed beside the call is not finished, or it has to be called back;
    ``form_ended_at``: when the form was finished.
    """

    kind: RecordingKind
    received_at: datetime
    transcription: TranscriptionState
    outcome: ScreeningOutcome | None = None
    decided_at: datetime | None = None
    held_until: datetime | None = None
    cases: tuple[CaseFacts, ...] = ()
    original_waits: bool = False
    form_open: bool = False
    form_ended_at: datetime | None = None
    legal_hold: bool = False


def settled_at(facts: RetentionFacts, now: datetime) -> datetime | None:
    """From when the months are counted: the latest of decision and closing; None while it must be kept."""
    if _is_worked_on(facts, now) or _is_open(facts):
        return None
    ends = (
        facts.received_at,
        facts.decided_at,
        facts.form_ended_at,
        *(each.closed_at for each in facts.cases),
    )
    return max(each for each in ends if each)


def _is_worked_on(facts: RetentionFacts, now: datetime) -> bool:
    held = facts.held_until is not None and facts.held_until >= now
    return (
        facts.legal_hold
        or held
        or facts.transcription in (TranscriptionState.PENDING, TranscriptionState.RUNNING)
    )


def _is_open(facts: RetentionFacts) -> bool:
    """Nobody has decided, or its case runs. A call is decided by its form, where there is one."""
    undecided = facts.kind == RecordingKind.MESSAGE and facts.outcome is None
    lost = (
        facts.outcome == ScreeningOutcome.REGISTERED and not facts.cases
    )  # registered, and its case is not found
    runs = any(each.state not in ENDED_STATES or each.closed_at is None for each in facts.cases)
    return undecided or lost or runs or facts.form_open or facts.original_waits


def is_due(facts: RetentionFacts, months: int, now: datetime) -> bool:
    """Whether something of a recording is to be deleted that is kept for ``months``; 0: for ever."""
    begin = settled_at(facts, now)
    return months > 0 and begin is not None and later(begin, months) <= now


def earlier(at: datetime, months: int) -> datetime:
    """A day before which everything is that is so many months old; some of it may be a few days younger."""
    return at - months * timedelta(days=28)


def later(at: datetime, months: int) -> datetime:
    """The same day so many months later, or the last one of a shorter month."""
    years, month = divmod(at.month - 1 + months, 12)
    year = at.year + years
    return at.replace(year=year, month=month + 1, day=min(at.day, monthrange(year, month + 1)[1]))
