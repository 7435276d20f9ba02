"""Calls without a recording – given up, refused, served, or answered and not recorded – and callbacks."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, Select, exists, or_, select, union
from sqlalchemy.orm import Session, lazyload

from hotline.callbacks.callbacks import Callback, CallbackState
from hotline.calls.calls import CallRecord
from hotline.cases import numbering
from hotline.cases.cases import Case, is_of_call
from hotline.recordings.recordings import Recording, RecordingKind, TranscriptionState
from hotline.registration.call_forms import CallForm
from hotline.registration.consultations import Consultation
from hotline.retention import call_rows, gathering, rule
from hotline.retention.erasure import Erasure
from hotline.retention.rule import RetentionFacts
from hotline.withheld_numbers import WithheldNumber


def _older(
    session: Session,
    before: datetime,
    call: ColumnElement[bool],
    form: ColumnElement[bool],
    asked: ColumnElement[bool],
    *further: Select[str, datetime],
) -> Sequence[str]:
    """The calls of which one of these is there, and that have no recording: with one, they go with it.

    ``further``: calls and times of something else.
    """
    found = union(
        select(CallRecord.call_id, CallRecord.arrived_at.label("at")).where(call),
        select(CallForm.call_id, CallForm.saved_at).where(form),
        select(Consultation.call_id, Consultation.at).where(asked),
        *further,
    ).subquery()
    recorded = exists().where(Recording.call_id == found.c.call_id)
    old = select(found.c.call_id).where(found.c.at <= before, ~recorded).order_by(found.c.at)
    return list(dict.fromkeys(session.scalars(old)))


def _numbers(session: Session, before: datetime) -> Sequence[str]:
    apart = select(WithheldNumber.call_id, WithheldNumber.kept_at)  # some have no call: their log was lost
    shown = CallRecord.caller != ""
    return _older(session, before, shown, CallForm.caller != "", call_rows.asked_by(), apart)


def _forms(session: Session, before: datetime) -> Sequence[str]:
    nothing = CallRecord.call_id.is_(None)
    return _older(session, before, nothing, call_rows.typed_in(), call_rows.answered())


def settled_at(session: Session, call_id: str, now: datetime) -> datetime | None:
    """From when the months of a call are counted; of one with a recording, by all that belongs to that."""
    recording = session.scalars(
        select(Recording).where(Recording.call_id == call_id).options(lazyload("*"))
    ).first()
    if recording is not None:
        return rule.settled_at(gathering.facts(session, recording), now)
    call, form = session.get(CallRecord, call_id), session.get(CallForm, call_id)
    apart = session.get(WithheldNumber, call_id)
    asked = session.scalars(select(Consultation).where(Consultation.call_id == call_id)).first()
    callbacks = session.scalars(select(Callback).where(Callback.call_id == call_id)).all()
    begins = [call and call.arrived_at, form and form.saved_at, asked and asked.at, apart and apart.kept_at]
    cases = session.scalars(
        select(Case).where(
            or_(is_of_call(call_id), numbering.led_to(session, [each.case_number for each in callbacks]))
        )
    ).all()
    numbers = [each.number for each in cases] + [each.case_number for each in callbacks]
    is_open = form is not None and form.finished_at is None
    facts = RetentionFacts(
        RecordingKind.CALL,
        max((each for each in begins if each), default=now),
        TranscriptionState.NO_SPEECH,
        cases=gathering.case_facts(cases),
        form_open=is_open or any(each.state == CallbackState.OPEN for each in callbacks),
        form_ended_at=form.finished_at if form else None,
        legal_hold=gathering.is_on_legal_hold(session, None, numbers),
    )
    return rule.settled_at(facts, now)


def _erase_number(session: Session, call_id: str, now: datetime) -> None:
    call_rows.erase_number(session, call_id, now)


def _erase_text(session: Session, call_id: str, now: datetime) -> None:
    call_rows.erase_text(session, call_id)
    call_rows.erase_words(session, [f"call {call_id}"], ("withdraw",), now)


NUMBERS = Erasure("numbers", "call", _numbers, settled_at, _erase_number)
FORMS = Erasure("transcripts", "call", _forms, settled_at, _erase_text)


def _callbacks(session: Session, before: datetime) -> Sequence[str]:
    old = select(Callback.id).where(call_rows.over(), Callback.asked_at <= before).order_by(Callback.asked_at)
    return [str(each) for each in session.scalars(old)]


def callback_settled_at(session: Session, key: str, now: datetime) -> datetime | None:
    """From when the months of a callback are counted; None while somebody has to be called."""
    found = session.get(Callback, int(key))
    if found is None or not found.number or found.state == CallbackState.OPEN:
        return None
    cases = session.scalars(select(Case).where(numbering.led_to(session, [found.case_number]))).all()
    facts = RetentionFacts(
        RecordingKind.CALL,
        found.ended_at or found.asked_at,
        TranscriptionState.NO_SPEECH,
        cases=gathering.case_facts(cases),
        legal_hold=gathering.is_on_legal_hold(session, None, [found.case_number]),
    )
    return rule.settled_at(facts, now)


def _erase_callback(session: Session, key: str, _now: datetime) -> None:
    session.get_one(Callback, int(key)).number = ""


CALLBACKS = Erasure("numbers", "callback", _callbacks, callback_settled_at, _erase_callback)
