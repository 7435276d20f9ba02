"""Every address of the pages by ``who_may.txt``, and an office in which each has a subject."""

from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from hotline import people, withheld_numbers
from hotline.callbacks import callbacks
from hotline.callers import nuisance
from hotline.callers.caller_notes import CallerNote
from hotline.calls.calls import CallEnding, CallRecord
from hotline.cases.moves import Move
from hotline.handling.case_documents import CaseDocument
from hotline.intake import intake
from hotline.people import Role, User
from hotline.recordings.recordings import Recording
from hotline.recordings.transcripts import Segment, Transcript
from hotline.registration.call_forms import CallForm, FormKind
from tests.kit import desk_sample, documents, seats_sample
from tests.kit.wav import write_tone
from tests.web import case_room
from tests.web.office import Office

TABLE = Path(__file__).with_name("who_may.txt")
CALLS = {"own": "1795400001.3", "other": "1795400002.3", "mixed": "1795400003.3"}
ABANDONED = "1795400004.3"
OTHERS = {
    "order": "pause",
    "seat": "seat01",
    "act": "listen",
    "filename": "desk.css",
    "code": "0110",
    "channel": "letter",
}
MOVES = {"own": Move.DISPATCH, "other": Move.DISPATCH, "above": Move.OBJECT}
"""What is tried with a case; with all others: to reply."""


@dataclass(frozen=True)
class AddressRow:
    """An address with its subject, and what each visitor is answered."""

    method: str
    endpoint: str
    subject: str
    answers: tuple[str, ...]


def lines() -> list[AddressRow]:
    """The table, without its head and its remarks."""
    found = []
    for row in TABLE.read_text(encoding="utf-8").splitlines():
        if row and row[0] not in "# ":
            method, endpoint, subject, *answers = row.split()
            found.append(AddressRow(method, endpoint, subject, tuple(answers)))
    return found


@pytest.fixture
def subjects(office: Office) -> dict[str, str]:
    """Name of a subject → identifier of its recording; the office is in the middle of a morning."""
    with office.db.writing() as session:
        people.add(session, "wall", "大屏", Role.WALLBOARD, desk_sample.PASSWORD)
        people.add(session, "zhaoyun", "赵云", Role.CLERK, desk_sample.PASSWORD)
        people.add(session, "newcomer", "新人", Role.CLERK, desk_sample.PASSWORD, must_change=True)
        users = dict(session.execute(select(User.name, User.id)).all())
        seats_sample.busy(session, office.clock.now)
        for subject, call in CALLS.items():
            withheld_numbers.keep(session, call, "13800001234", office.clock.now)
            by, at = users["liuyang" if subject == "own" else "zhaoyun"], office.clock.now
            answered_by = {"seat": "seat07", "user_id": by}
            session.add(CallRecord(call_id=call, caller="13800001234", arrived_at=at, **answered_by))
            form = {"kind": FormKind.CASE, "fields": {}, "version": 1, "saved_at": at, "result": ""}
            session.add(CallForm(call_id=call, caller="13800001234", **answered_by, **form))
            session.add(CallerNote(caller="13800001234", text="听力不好", by_id=by, at=at))
        gone = {"arrived_at": at, "offered_at": at, "ended_at": at, "ending": CallEnding.ABANDONED}
        session.add(CallRecord(call_id=ABANDONED, caller="13800001234", **gone))
        nuisance.block(session, "13811112222", False, "骚扰", at + timedelta(days=1), users["chenjing"], at)
        callbacks.request(session, "13511112222", "", "zh", at, at, desk_sample.ZONE)
    case_room.staffed(office)
    cases = {f"case {name}": number for name, number in case_room.in_every_hand(office).items()}
    for number in cases.values():
        documents.add(office.settings, office.db, number, users["chenjing"], office.clock.now)
    cases["letter"] = case_room.letter(office)
    scan = documents.add_to_letter(
        office.settings, office.db, cases["letter"], users["chenjing"], office.clock.now
    )
    cases["scan"] = scan
    return {"message": office.ids[0]} | {subject: _taken_in(office, subject) for subject in CALLS} | cases


def _taken_in(office: Office, subject: str) -> str:
    for side in (70, 71):
        write_tone(office.settings.spool_dir / f"{CALLS[subject]}.{side}@seat07+13800001234.wav", 1.0, 440)
    if subject == "mixed":
        write_tone(office.settings.spool_dir / f"{CALLS[subject]}.00.wav", 3.0, 440)
    taken = intake.take_in(CALLS[subject], office.settings, office.db)
    assert taken
    desk_sample.transcribe(office.db, taken.recording_id, ("您好。",), office.clock.now)
    return taken.recording_id


def address(office: Office, line: AddressRow, subjects: dict[str, str]) -> str:
    """The address of a line, with real identifiers."""
    rule = next(
        rule for rule in office.app.url_map.iter_rules(line.endpoint) if line.method in (rule.methods or ())
    )
    given: dict[str, Any] = {
        name: _identifier(office, name, line.subject, subjects) for name in rule.arguments
    }
    with office.app.test_request_context():
        return office.app.url_for(line.endpoint, **given).removeprefix("http://localhost")


def _identifier(office: Office, name: str, subject: str, subjects: dict[str, str]) -> str:
    if name == "form":  # of a note; of the others: test_drafts.py
        return "note"
    if name == "subject":
        return CALLS[subject]
    if name == "move":
        return MOVES.get(subject, Move.REPLY)
    if name in OTHERS:
        return OTHERS[name]
    if name == "call_id":
        return CALLS.get(subject, ABANDONED)
    if name == "document_id" and subject == "-":
        return subjects["scan"]
    recording_id = subjects.get(subject, "")
    with office.db.reading() as session:
        recording = session.get(Recording, recording_id)
        of_recording = Transcript.recording_id == recording_id
        found = {
            "number": subjects.get(f"case {subject}"),
            "submission_number": subjects.get("letter"),
            "recording_id": recording_id,
            "part_id": recording.parts[0].id if recording else "",
            "segment_id": session.scalar(select(Segment.id).join(Transcript).where(of_recording)) or 1,
            "document_id": session.scalar(
                select(CaseDocument.document_id).where(
                    CaseDocument.case_number == subjects.get(f"case {subject}", "")
                )
            ),
            "user_id": session.scalar(select(User.id).where(User.name == "zhaoyun")),
        }
        return str(found.get(name, 1))


@pytest.fixture
def no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    """No exchange is there to obey or to learn a secret; nobody waits for it."""
    monkeypatch.setattr("web.seat.telephone.is_known", lambda *_: True)
    monkeypatch.setattr("web.orders.PATIENCE_SECONDS", 0.0)
