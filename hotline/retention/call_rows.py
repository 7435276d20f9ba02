"""What is written beside a call: its number, the form, the consultation it became. Taken away, row by row.

The rows stay, for the figures: when a call came, who answered it, what became of it.
"""

import json
from datetime import datetime

from sqlalchemy import ColumnElement, String, and_, cast, exists, or_, select, update
from sqlalchemy.orm import InstrumentedAttribute, Session

from hotline import audit, drafts, withheld_numbers
from hotline.audit import AuditEntry
from hotline.callbacks.callbacks import Callback, CallbackState
from hotline.calls.calls import CallRecord
from hotline.registration.call_forms import CallForm, cleaned
from hotline.registration.consultations import Consultation
from hotline.withheld_numbers import WithheldNumber

_EMPTY = json.dumps(cleaned({}))
"""The fields of a form, as the database has them, where nothing was typed or all was taken away."""


def typed_in() -> ColumnElement[bool]:
    """The condition for forms in which something is typed."""
    return cast(CallForm.fields, String) != _EMPTY


def answered() -> ColumnElement[bool]:
    """The condition for consultations whose question or answer is there."""
    return or_(Consultation.topic != "", Consultation.answer != "")


def asked_by() -> ColumnElement[bool]:
    """The condition for consultations of which it is known who asked."""
    return or_(Consultation.caller != "", Consultation.name != "")


def over() -> ColumnElement[bool]:
    """The condition for callbacks that are over and whose number is there."""
    return and_(Callback.number != "", Callback.state != CallbackState.OPEN)


def has_text(call_id: InstrumentedAttribute[str]) -> ColumnElement[bool]:
    """Whether something that was typed is kept beside this call."""
    form = exists().where(CallForm.call_id == call_id, typed_in())
    return or_(form, exists().where(Consultation.call_id == call_id, answered()))


def has_number(call_id: InstrumentedAttribute[str]) -> ColumnElement[bool]:
    """Whether it is known who called, besides by the recording."""
    return or_(
        exists().where(CallRecord.call_id == call_id, CallRecord.caller != ""),
        exists().where(CallForm.call_id == call_id, CallForm.caller != ""),
        exists().where(Consultation.call_id == call_id, asked_by()),
        exists().where(Callback.call_id == call_id, over()),
        exists().where(WithheldNumber.call_id == call_id),
    )


def erase_text(session: Session, call_id: str) -> None:
    """Take away what was typed. A case that was registered from it stays, and so does its number."""
    session.execute(update(CallForm).where(CallForm.call_id == call_id).values(fields=cleaned({})))
    session.execute(update(Consultation).where(Consultation.call_id == call_id).values(topic="", answer=""))
    drafts.discard_all(session, drafts.OF_CALL, call_id)


def erase_number(session: Session, call_id: str, now: datetime) -> None:
    """Take away who called; an open callback keeps its number, for it has to be dialled."""
    waits = exists().where(Callback.call_id == call_id, Callback.state == CallbackState.OPEN)
    if not session.scalar(select(waits)):
        withheld_numbers.forget(session, call_id)
    erase_words(session, [f"call {call_id}"], (withheld_numbers.REVEAL,), now)
    session.execute(update(CallRecord).where(CallRecord.call_id == call_id).values(caller=""))
    session.execute(update(CallForm).where(CallForm.call_id == call_id).values(caller=""))
    session.execute(update(Consultation).where(Consultation.call_id == call_id).values(caller="", name=""))
    session.execute(update(Callback).where(Callback.call_id == call_id, over()).values(number=""))


def erase_words(session: Session, subjects: list[str], actions: tuple[str, ...], now: datetime) -> None:
    """Take away what people typed when they did this to these; that they did it stays in the audit trail."""
    typed = select(AuditEntry.sequence).where(
        AuditEntry.subject.in_(subjects),
        AuditEntry.action.in_(actions),
        AuditEntry.sequence.is_not(None),
        AuditEntry.salt != "",
        AuditEntry.detail != "",
    )
    audit.erase_details(session, [each for each in session.scalars(typed) if each], now, None)
