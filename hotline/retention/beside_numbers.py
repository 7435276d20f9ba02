"""What the office has written about a number: notes for whoever answers it, and blocks."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from sqlalchemy import or_, select, union
from sqlalchemy.orm import Session

from hotline.callbacks.callbacks import Callback
from hotline.callers.caller_notes import CallerNote
from hotline.callers.nuisance import Block
from hotline.calls.calls import CallRecord
from hotline.cases.cases import Case
from hotline.recordings.recordings import Recording, RecordingKind, TranscriptionState
from hotline.registration.call_forms import CallForm
from hotline.registration.consultations import Consultation
from hotline.retention import beside_calls, call_rows, gathering, rule
from hotline.retention.erasure import Erasure
from hotline.retention.rule import RetentionFacts
from hotline.telephone_numbers import ways_to_write

MOST_CALLS_OF_A_NUMBER = 200
"""A number with more calls keeps its note until fewer are left."""


def _notes(session: Session, before: datetime) -> Sequence[str]:
    old = select(CallerNote.id).where(CallerNote.at <= before).order_by(CallerNote.at)
    return [str(each) for each in session.scalars(old)]


def _note_settled_at(session: Session, key: str, now: datetime) -> datetime | None:
    """A note is kept as long as any call, message or callback of its number, and while a case of it runs."""
    note = session.get(CallerNote, int(key))
    if note is None:
        return None
    numbers = ways_to_write(note.caller)
    begin = max(note.at, note.taken_back_at or note.at)
    begins = [*_of_calls(session, numbers, now), _settled_at(session, numbers, begin, now)]
    found = [each for each in begins if each]
    return max(found) if len(found) == len(begins) else None


def _of_calls(session: Session, numbers: Sequence[str], now: datetime) -> Iterator[datetime | None]:
    """From when the months of each call and each callback of a number are counted."""
    calls = union(
        select(Recording.call_id).where(Recording.caller.in_(numbers)),
        select(CallRecord.call_id).where(CallRecord.caller.in_(numbers)),
        select(CallForm.call_id).where(CallForm.caller.in_(numbers)),
        select(Consultation.call_id).where(Consultation.caller.in_(numbers)),
    )
    found = session.scalars(select(calls.subquery()).limit(MOST_CALLS_OF_A_NUMBER + 1)).all()
    if len(found) > MOST_CALLS_OF_A_NUMBER:
        yield None
        return
    for call_id in found:
        yield beside_calls.settled_at(session, call_id, now)
    for callback in session.scalars(
        select(Callback.id).where(Callback.number.in_(numbers)).limit(MOST_CALLS_OF_A_NUMBER)
    ):
        yield beside_calls.callback_settled_at(session, str(callback), now)


def _settled_at(session: Session, numbers: Sequence[str], begin: datetime, now: datetime) -> datetime | None:
    """The later of this and the closing of the cases that name the number."""
    cases = session.scalars(select(Case).where(Case.telephone.in_(numbers))).all()
    held = gathering.is_on_legal_hold(session, None, [each.number for each in cases])
    facts = RetentionFacts(
        RecordingKind.CALL,
        begin,
        TranscriptionState.NO_SPEECH,
        cases=gathering.case_facts(cases),
        legal_hold=held,
    )
    return rule.settled_at(facts, now)


def _delete_note(session: Session, key: str, now: datetime) -> None:
    session.delete(session.get_one(CallerNote, int(key)))
    call_rows.erase_words(session, [f"caller note {key}"], ("add note", "take back note"), now)


NOTES = Erasure("numbers", "caller note", _notes, _note_settled_at, _delete_note)


def _blocks(session: Session, before: datetime) -> Sequence[str]:
    is_over = or_(Block.ends_at <= before, Block.lifted_at <= before)
    return [str(each) for each in session.scalars(select(Block.id).where(is_over).order_by(Block.ends_at))]


def _block_settled_at(session: Session, key: str, now: datetime) -> datetime | None:
    block = session.get(Block, int(key))
    if block is None:
        return None
    ended = min(block.ends_at, block.lifted_at or block.ends_at)
    return _settled_at(session, ways_to_write(block.digits), ended, now) if ended <= now else None


def _delete_block(session: Session, key: str, now: datetime) -> None:
    session.delete(session.get_one(Block, int(key)))
    call_rows.erase_words(session, [f"block {key}"], ("block", "lift block"), now)


BLOCKS = Erasure("numbers", "block", _blocks, _block_settled_at, _delete_block)
