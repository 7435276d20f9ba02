"""What the office knows of a caller by the number alone, for the agent who is being rung (弹屏).

Each part is one query that an index answers and a limit ends: a number with a thousand calls costs what one
with ten does.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session, lazyload

from hotline.callbacks.callbacks import Callback
from hotline.callers import caller_notes
from hotline.callers.caller_notes import CallerNote
from hotline.calls import calls
from hotline.calls.calls import CallRecord, CallResult
from hotline.cases import lights
from hotline.cases.cases import Case, CaseState, is_of_call
from hotline.cases.origins import Origin
from hotline.cases.periods import Light
from hotline.cases.units import Unit
from hotline.people import User
from hotline.recordings import recordings
from hotline.recordings.recordings import Recording
from hotline.registration.call_forms import CallForm
from hotline.registration.consultations import Consultation
from hotline.telephone_numbers import ways_to_write

MOST_OF_A_KIND = 10
"""Of each kind: what an agent can take in while the telephone rings."""


@dataclass(frozen=True)
class KnownCase:
    """A case with its light; None for one that is no longer open."""

    case: Case
    unit: Unit | None
    light: Light | None
    recording_id: str | None


@dataclass(frozen=True)
class EarlierCall:
    """A call, what its caller got from it, and who answered it."""

    call: CallRecord
    result: CallResult
    agent: str
    recording_id: str | None


@dataclass(frozen=True)
class KnownName:
    """What a caller was called last, and where that is written: a case or a consultation, at a time."""

    name: str
    at: datetime
    case_number: str | None


@dataclass(frozen=True)
class CallerHistory:
    """All of it, the newest first. ``caller`` is empty for a withheld number, and so is all else."""

    caller: str
    name: KnownName | None = None
    calls: Sequence[EarlierCall] = ()
    messages: Sequence[Recording] = ()
    cases: Sequence[KnownCase] = ()
    consultations: Sequence[Consultation] = ()
    callbacks: Sequence[Callback] = ()
    notes: Sequence[CallerNote] = ()

    @property
    def is_new(self) -> bool:
        """Whether nothing at all is known of this number."""
        return not (self.calls or self.messages or self.cases or self.consultations or self.notes)

    @property
    def recordings(self) -> set[str]:
        """The recordings of all of it; who may hear which of them, ``hotline.access`` says."""
        of_cases = {each.recording_id for each in self.cases}
        of_calls = {each.recording_id for each in self.calls}
        return {each for each in of_cases | of_calls if each} | {each.id for each in self.messages}


def history_of(
    session: Session, caller: str, now: datetime, timezone: str, besides: str = ""
) -> CallerHistory:
    """What is known of a number. ``besides``: the call that is being shown, no earlier one."""
    numbers = ways_to_write(caller)
    if not numbers:
        return CallerHistory("")
    today = now.astimezone(ZoneInfo(timezone)).date()
    cases, consultations = _cases(session, numbers), _consultations(session, numbers)
    return CallerHistory(
        caller=caller,
        name=_name(cases, consultations),
        calls=_calls(session, numbers, besides, now),
        messages=_messages(session, numbers),
        cases=_known(session, cases, today),
        consultations=consultations,
        callbacks=_callbacks(session, numbers),
        notes=caller_notes.about(session, numbers),
    )


def _known(session: Session, cases: Sequence[Case], today: date) -> list[KnownCase]:
    calls = [each.origin_id for each in cases if each.origin == Origin.CALL]
    recorded = recordings.ids_of_calls(session, calls)
    return [
        KnownCase(
            each,
            session.get(Unit, each.unit_code),
            lights.light_of(each, today),
            recorded.get(each.origin_id),
        )
        for each in cases
    ]


def _cases(session: Session, numbers: tuple[str, ...]) -> Sequence[Case]:
    """Cases with this telephone, or registered from a message or in a call of it; none that was withdrawn."""
    queries = (
        select(Case).where(Case.telephone.in_(numbers)),
        select(Case).join(Recording, is_of_call(Recording.call_id)).where(Recording.caller.in_(numbers)),
        select(Case).join(CallForm, is_of_call(CallForm.call_id)).where(CallForm.caller.in_(numbers)),
    )  # one with OR between them would read every case
    found: dict[str, Case] = {}
    for query in queries:
        newest = query.where(Case.state != CaseState.WITHDRAWN).order_by(Case.registered_at.desc())
        found |= {case.number: case for case in session.scalars(newest.limit(MOST_OF_A_KIND))}
    return sorted(found.values(), key=lambda case: case.registered_at, reverse=True)[:MOST_OF_A_KIND]


def _consultations(session: Session, numbers: tuple[str, ...]) -> Sequence[Consultation]:
    query = select(Consultation).where(Consultation.caller.in_(numbers), Consultation.withdrawn_at.is_(None))
    return session.scalars(query.order_by(Consultation.at.desc()).limit(MOST_OF_A_KIND)).all()


def _name(cases: Sequence[Case], consultations: Sequence[Consultation]) -> KnownName | None:
    """The name given last. A case that somebody registered for another person says so by its number."""
    named = [KnownName(each.petitioner, each.registered_at, each.number) for each in cases if each.petitioner]
    named += [KnownName(each.name, each.at, None) for each in consultations if each.name]
    return max(named, key=lambda name: name.at, default=None)


def _calls(session: Session, numbers: tuple[str, ...], besides: str, now: datetime) -> Sequence[EarlierCall]:
    query = (
        select(CallRecord, calls.result(now), User.full_name, Recording.id)
        .outerjoin(User, CallRecord.user_id == User.id)
        .outerjoin(Recording, Recording.call_id == CallRecord.call_id)
        .where(CallRecord.caller.in_(numbers), CallRecord.call_id != besides)
        .order_by(CallRecord.arrived_at.desc())
        .limit(MOST_OF_A_KIND)
    )
    rows = session.execute(query)
    return [EarlierCall(call, CallResult(got), name or "", recording) for call, got, name, recording in rows]


def _messages(session: Session, numbers: tuple[str, ...]) -> Sequence[Recording]:
    query = (
        select(Recording)
        .where(Recording.caller.in_(numbers), recordings.is_left())
        .order_by(Recording.received_at.desc())
        .limit(MOST_OF_A_KIND)
    )
    return session.scalars(query.options(lazyload(Recording.parts))).all()


def _callbacks(session: Session, numbers: tuple[str, ...]) -> Sequence[Callback]:
    """Those that are still open: one at most for each way the number is written."""
    query = select(Callback).where(Callback.open_number.in_(numbers))
    return session.scalars(query.order_by(Callback.asked_at.desc())).all()
