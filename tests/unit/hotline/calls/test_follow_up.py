"""What a caller has got since an abandoned call, however the telephone company writes the number."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from hotline import withheld_numbers
from hotline.callbacks import callbacks
from hotline.callbacks.callbacks import CallbackState
from hotline.calls import abandoned_calls
from hotline.calls.abandoned_calls import AbandonedFilter
from hotline.calls.calls import CallEnding, CallRecord
from hotline.calls.follow_up import FollowUp, Settled
from hotline.database import Database
from hotline.recordings.recordings import Recording, RecordingKind

NOW = datetime(2026, 11, 23, 3, tzinfo=UTC)
AGO = timedelta(hours=1)
WAYS = ("13904710001", "013904710001", "+8613904710001")


def call(session: Session, call_id: str, caller: str, at: datetime, *, answered: bool = False) -> None:
    moment = at if answered else None
    ending = CallEnding.ANSWERED if answered else CallEnding.ABANDONED
    session.add(
        CallRecord(
            call_id=call_id, caller=caller, arrived_at=at, answered_at=moment, ended_at=at, ending=ending
        )
    )


def answer(session: Session, caller: str) -> None:
    call(session, "2.1", caller, NOW - AGO / 2, answered=True)


def message(session: Session, caller: str) -> None:
    recording(session, caller, "2.2", RecordingKind.MESSAGE)


def recording(session: Session, caller: str, call_id: str, kind: RecordingKind) -> None:
    session.add(
        Recording(
            id="1" * 32,
            call_id=call_id,
            case_number="2026000001",
            caller=caller,
            language="zh",
            received_at=NOW - AGO / 2,
            changed_at=NOW,
            seconds=5,
            kind=kind,
        )
    )


def callback(session: Session, caller: str) -> callbacks.Callback:
    at = NOW - AGO / 2
    return callbacks.request(session, caller, "", "zh", at, at, "Asia/Shanghai")


def called_back(session: Session, caller: str) -> None:
    """They have talked: the callback, our call to him and its recording say so."""
    done = callback(session, caller)
    done.state, done.open_number, done.ended_at = CallbackState.DONE, None, NOW - AGO / 2
    ours = f"callback-{done.case_number}-1"
    call(session, ours, done.number, NOW - AGO / 2, answered=True)
    recording(session, caller, ours, RecordingKind.CALL)


def lost(session: Session, caller: str) -> None:
    """They have talked, and the seat was gone in the middle of it: the callback is open again."""
    called_back(session, caller)
    again = session.scalars(select(callbacks.Callback)).one()
    again.state, again.open_number, again.ended_at = CallbackState.OPEN, again.number, None


def in_vain(session: Session, caller: str) -> None:
    """The sound of a seat that has called him back in vain."""
    recording(session, caller, "callback-2600000012-1", RecordingKind.CALL)


@pytest.mark.parametrize(("first", "later"), list(zip(WAYS, (*WAYS[1:], WAYS[0]), strict=True)))
@pytest.mark.parametrize(
    ("something", "settled"),
    [
        (answer, Settled.ANSWERED),
        (message, Settled.MESSAGE),
        (called_back, Settled.CALLED_BACK),
        (callback, Settled.BEING_CALLED),
        (lost, Settled.BEING_CALLED),
        (in_vain, Settled.OPEN),
    ],
)
def test_a_number_is_followed_however_it_is_written(
    db: Database, something: Callable[[Session, str], object], settled: Settled, first: str, later: str
) -> None:
    with db.writing() as session:
        call(session, "1.1", first, NOW - AGO)
        call(session, "1.2", "", NOW - AGO)
        call(session, "1.3", "13904710002", NOW - AGO)
        something(session, later)
    every = AbandonedFilter(NOW - 2 * AGO, NOW, only_to_do=False)
    with db.reading() as session:
        found = {each.call.call_id: each.settled for each in abandoned_calls.find(session, every, NOW)}
    assert found == {"1.1": settled, "1.2": Settled.OPEN, "1.3": Settled.OPEN}


def promised(session: Session, call_id: str, caller: str, at: datetime, number: str = "") -> None:
    """A call in which its caller asks to be called back, or hears that his place is kept."""
    call(session, call_id, caller, at)
    session.get_one(CallRecord, call_id).ending = CallEnding.CALLBACK
    if number:
        apart = not caller
        callbacks.request(session, number, call_id, "zh", at, at, "Asia/Shanghai", is_withheld=apart)


@pytest.mark.parametrize(("state", "settled"), [("open", None), ("done", None), ("failed", Settled.OPEN)])
@pytest.mark.parametrize("shown", ["neither", "first", "second"])
def test_a_promise_to_who_withholds_the_number_is_kept_with_the_one_callback_there_is(
    either_db: Database, state: str, settled: Settled | None, shown: str
) -> None:
    """The number is written in different ways, and one of the calls may show it."""
    with either_db.writing() as session:
        withheld_numbers.keep(session, "1.1", WAYS[2], NOW - AGO)
        withheld_numbers.keep(session, "1.2", WAYS[1], NOW - AGO / 2)
        withheld_numbers.keep(session, "1.3", "13904710002", NOW - AGO / 2)
        promised(session, "1.1", WAYS[0] if shown == "first" else "", NOW - AGO, WAYS[0])
        promised(session, "1.2", WAYS[1] if shown == "second" else "", NOW - AGO / 2, WAYS[0])
        promised(session, "1.3", "", NOW - AGO)  # somebody else, whose callback is not known
        call(session, "1.4", "", NOW - AGO)
        [asked] = session.scalars(select(callbacks.Callback))
        asked.state = CallbackState(state)
        if state != "open":
            asked.open_number, asked.ended_at = None, NOW - AGO / 4
    with either_db.reading() as session:
        found = abandoned_calls.find(session, AbandonedFilter(NOW - 2 * AGO, NOW), NOW)
        of_both = {"1.1": settled, "1.2": settled} if settled else {}
        others = {"1.3": Settled.OPEN, "1.4": Settled.OPEN}
        assert {each.call.call_id: each.settled for each in found} == of_both | others


@pytest.mark.parametrize(
    ("state", "settled"),
    [
        (CallbackState.OPEN, None),
        (CallbackState.DONE, None),
        (CallbackState.FAILED, Settled.OPEN),
        (CallbackState.CANCELLED, Settled.OPEN),
        (None, Settled.OPEN),  # what a backup did not know yet
    ],
)
def test_a_promise_that_is_not_kept_is_on_the_list(
    either_db: Database, state: CallbackState | None, settled: Settled | None
) -> None:
    """For the call it was asked for in, and for another one of the same caller that met it open."""
    with either_db.writing() as session:
        promised(session, "1.1", "+8613904710001", NOW - AGO, WAYS[0])
        promised(session, "1.2", WAYS[1], NOW - AGO / 2, WAYS[0])
        promised(session, "1.3", "13904710002", NOW - AGO, "13904710002")  # waits
        asked = session.scalars(select(callbacks.Callback).where(callbacks.Callback.call_id == "1.1")).one()
        if state is None:
            session.delete(asked)
        elif state != CallbackState.OPEN:
            asked.state, asked.open_number, asked.ended_at = state, None, NOW - AGO / 4
        if state == CallbackState.DONE:
            call(session, "2.1", WAYS[2], NOW - AGO / 5, answered=True)  # and has called about something else
    for only_to_do in (True, False):
        wanted = AbandonedFilter(NOW - 2 * AGO, NOW, only_to_do)
        with either_db.reading() as session:
            found = {each.call.call_id: each.settled for each in abandoned_calls.find(session, wanted, NOW)}
        assert found == ({"1.1": settled, "1.2": settled} if settled else {})


def test_a_promise_that_was_not_kept_is_followed_up_like_any_call(either_db: Database) -> None:
    with either_db.writing() as session:
        promised(session, "1.1", WAYS[0], NOW - AGO, WAYS[0])
        callbacks.cancel(session, session.scalars(select(callbacks.Callback.id)).one(), NOW - AGO / 4)
        answer(session, WAYS[1])
    with either_db.reading() as session:
        [found] = abandoned_calls.find(session, AbandonedFilter(NOW - 2 * AGO, NOW, only_to_do=False), NOW)
        assert found.settled == Settled.ANSWERED
        assert not abandoned_calls.find(session, AbandonedFilter(NOW - 2 * AGO, NOW), NOW)


def test_promises_that_are_kept_are_not_followed_up(db: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    """Most are: a page of the list is not to cost more for each of them."""
    asked_about: list[int] = []

    class Counted(FollowUp):
        def __init__(self, session: Session, calls: Sequence[CallRecord]) -> None:
            asked_about.append(len(calls))
            super().__init__(session, calls)

    monkeypatch.setattr(abandoned_calls, "FollowUp", Counted)
    with db.writing() as session:
        call(session, "1.1", WAYS[0], NOW - AGO)
        for number in range(20, 60):
            promised(session, f"1.{number}", f"139047100{number}", NOW - AGO / 2, f"139047100{number}")
    with db.reading() as session:
        assert len(abandoned_calls.find(session, AbandonedFilter(NOW - 2 * AGO, NOW), NOW)) == 1
    assert sum(asked_about) == 1


def test_pages_are_full_however_much_is_settled(db: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(abandoned_calls, "CALLS_A_QUERY", 3)
    with db.writing() as session:
        for number in range(20):
            call(session, f"1.{number:02}", f"139047100{number:02}", NOW - AGO + timedelta(seconds=number))
            if number % 4:
                call(session, f"2.{number:02}", f"0139047100{number:02}", NOW - AGO / 2, answered=True)
    with db.reading() as session:
        first = abandoned_calls.find(session, AbandonedFilter(NOW - 2 * AGO, NOW), NOW, 3)
        wanted = AbandonedFilter(NOW - 2 * AGO, NOW, before=first[-1].call.call_id)
        second = abandoned_calls.find(session, wanted, NOW, 3)
    assert [each.call.call_id for each in (*first, *second)] == ["1.16", "1.12", "1.08", "1.04", "1.00"]
