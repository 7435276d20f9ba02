"""What the rule asks, gathered from the rows; and which recordings something is still there of."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, exists, literal, or_, select, tuple_, update
from sqlalchemy.orm import Session, lazyload

from hotline.cases import numbering
from hotline.cases.cases import Case, is_of_call
from hotline.evidence.findings import EvidenceFinding
from hotline.recordings import spool
from hotline.recordings.recordings import Recording, RecordingKind, RecordingPart, ScreeningOutcome
from hotline.recordings.transcripts import Transcript
from hotline.registration import screening
from hotline.registration.call_forms import CallForm
from hotline.registration.screening import Decision
from hotline.retention import call_rows, rule
from hotline.retention.deletions import Deletion, LegalHold, Retained
from hotline.retention.rule import CaseFacts, RetentionFacts
from hotline.sections import Retention

RECORDINGS_A_QUERY = 500


@dataclass(frozen=True)
class DueDeletion:
    """Something of a recording that is to be deleted, and from when its months were counted."""

    what: Retained
    recording_id: str
    case_number: str
    received_at: datetime
    settled_at: datetime


def months(of: Retention, period: str) -> int:
    """How long this is kept; 0: for ever."""
    return int(getattr(of, f"{period}_months"))


def note_closed(session: Session, now: datetime) -> None:
    """Write down when a case was first seen closed or withdrawn, and forget it where it runs again."""
    is_over = Case.state.in_(rule.ENDED_STATES)
    session.execute(update(Case).where(is_over, Case.closed_at.is_(None)).values(closed_at=now))
    session.execute(update(Case).where(~is_over, Case.closed_at.is_not(None)).values(closed_at=None))


def due(session: Session, of: Retention, what: Retained, now: datetime) -> Iterator[DueDeletion]:
    """What is to be deleted now, the oldest first; of sound what differs is no part of it."""
    return _due_of(session, of, what, _is_there(what), now)


def cannot_go(session: Session, of: Retention, now: datetime) -> Iterator[DueDeletion]:
    """Recordings whose sound is due, and stays because something differs: people have to see to it."""
    return _due_of(session, of, Retained.SOUND, _has_part(_differs()), now)


def _due_of(
    session: Session, of: Retention, what: Retained, is_meant: ColumnElement[bool], now: datetime
) -> Iterator[DueDeletion]:
    kept_for = months(of, what)
    if not kept_for:
        return
    last: tuple[datetime, str] | None = None
    decided = or_(
        Recording.kind == RecordingKind.CALL, Recording.outcome.is_not(None)
    )  # the rule asks for more
    there = select(Recording).where(is_meant, decided).options(lazyload("*"))
    while True:
        place = tuple_(Recording.received_at, Recording.id)
        query = there.where(place > tuple_(*last)) if last else there
        some = session.scalars(
            query.order_by(Recording.received_at, Recording.id).limit(RECORDINGS_A_QUERY)
        ).all()
        for each in some:
            found = facts(session, each)
            begin = rule.settled_at(found, now)
            if begin and rule.is_due(found, kept_for, now):
                yield DueDeletion(what, each.id, each.case_number, each.received_at, begin)
        if len(some) < RECORDINGS_A_QUERY or rule.later(some[-1].received_at, kept_for) > now:
            return
        last = (some[-1].received_at, some[-1].id)
        session.expunge_all()


def _is_there(what: Retained) -> ColumnElement[bool]:
    """The condition for recordings of which this is not deleted yet."""
    if what is Retained.SOUND:
        return _has_part(~_differs())
    if what is Retained.TRANSCRIPTS:
        heard = exists().where(Transcript.recording_id == Recording.id)
        typed = or_(Decision.entry.is_not(None), Decision.undone_reason.not_in(("", screening.FURTHER_PART)))
        decided = exists().where(Decision.recording_id == Recording.id, typed)
        return or_(Recording.first_words != "", heard, decided, call_rows.has_text(Recording.call_id))
    part = exists().where(
        RecordingPart.recording_id == Recording.id, RecordingPart.source.regexp_match(spool.WITH_CALLER)
    )
    return or_(Recording.caller != "", part, call_rows.has_number(Recording.call_id))


def _has_part(such: ColumnElement[bool]) -> ColumnElement[bool]:
    """The condition for recordings with a part whose sound is not deleted yet, and is such."""
    done = exists().where(Deletion.part_id == RecordingPart.id, Deletion.done_at.is_not(None))
    return exists().where(RecordingPart.recording_id == Recording.id, ~done, such)


def _differs() -> ColumnElement[bool]:
    """The condition for parts whose file is missing, or is not what was once kept."""
    subject = literal("part ") + RecordingPart.id
    return exists().where(EvidenceFinding.subject == subject, EvidenceFinding.over_at.is_(None))


def facts(session: Session, recording: Recording) -> RetentionFacts:
    """What the rule asks of a recording, as it is now."""
    decision = screening.in_force(session, recording.id)
    repeats = decision.duplicate_of if decision else None
    original = select(Recording).where(Recording.case_number == repeats).options(lazyload("*"))
    first = session.scalars(original).first() if repeats else None
    form = session.get(CallForm, recording.call_id)
    numbers = [recording.case_number, *filter(None, [repeats])]
    cases = _cases(session, recording, numbers)
    return RetentionFacts(
        recording.kind,
        recording.received_at,
        recording.transcription,
        recording.outcome,
        decision.at if decision else None,
        recording.held_until if recording.held_by_id else None,
        case_facts(cases),
        original_waits=recording.outcome == ScreeningOutcome.DUPLICATE
        and (first is None or first.outcome is None),
        form_open=form is not None and form.finished_at is None,
        form_ended_at=form.finished_at if form else None,
        legal_hold=is_on_legal_hold(session, recording.id, [*numbers, *(each.number for each in cases)]),
    )


def case_facts(cases: Sequence[Case]) -> tuple[CaseFacts, ...]:
    """What the rule asks of cases."""
    return tuple(CaseFacts(each.state, each.closed_at) for each in cases)


def _cases(session: Session, recording: Recording, numbers: Sequence[str]) -> Sequence[Case]:
    own = is_of_call(recording.call_id)
    return session.scalars(select(Case).where(or_(numbering.led_to(session, numbers), own))).all()


def is_on_legal_hold(session: Session, recording_id: str | None, numbers: Sequence[str]) -> bool:
    """Whether a hold is in force about a recording or about one of these case numbers."""
    in_force = select(LegalHold.id).where(
        LegalHold.released_at.is_(None), legal_hold_about(recording_id, numbers)
    )
    return session.scalar(in_force.limit(1)) is not None


def legal_hold_about(recording_id: str | None, numbers: Sequence[str]) -> ColumnElement[bool]:
    """The condition for holds about a recording, where there is one, or about one of these case numbers."""
    of_case = LegalHold.case_number.in_(numbers)
    return or_(LegalHold.recording_id == recording_id, of_case) if recording_id else of_case
