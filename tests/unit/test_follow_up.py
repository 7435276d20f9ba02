"""What a caller has got since an abandoned call, however the telephone company writes the number."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from hotline import abandoned_calls, callbacks
from hotline.abandoned_calls import Wanted
from hotline.callbacks import CallbackState
from hotline.calls import Ending, SeatCall
from hotline.database import Database
from hotline.follow_up import Settled
from hotline.recordings import Kind, Recording

NOW = datetime(2026, 11, 23, 3, tzinfo=UTC)
AGO = timedelta(hours=1)
WAYS = ("13904710001", "013904710001", "+8613904710001")


def call(session: Session, call_id: str, caller: str, at: datetime, *, answered: bool = False) -> None:
    moment = at if answered else None
    ending = Ending.ANSWERED if answered else Ending.ABANDONED
    session.add(
        SeatCall(
            call_id=call_id, caller=caller, arrived_at=at, answered_at=moment, ended_at=at, ending=ending
        )
    )


def answer(session: Session, caller: str) -> None:
    call(session, "2.1", caller, NOW - AGO / 2, answered=True)


def message(session: Session, caller: str) -> None:
    session.add(
        Recording(
            id="1" * 32,
            call_id="2.2",
            case_number="2026000001",
            caller=caller,
            language="zh",
            received_at=NOW - AGO / 2,
            changed_at=NOW,
            seconds=5,
            kind=Kind.MESSAGE,
        )
    )


def callback(session: Session, caller: str) -> callbacks.Callback:
    at = NOW - AGO / 2
    return callbacks.request(session, caller, "", "zh", at, at, "Asia/Shanghai")


def called_back(session: Session, caller: str) -> None:
    done = callback(session, caller)
    done.state, done.open_number = CallbackState.DONE, None


@pytest.mark.parametrize(("first", "later"), list(zip(WAYS, (*WAYS[1:], WAYS[0]), strict=True)))
@pytest.mark.parametrize(
    ("something", "settled"),
    [
        (answer, Settled.ANSWERED),
        (message, Settled.MESSAGE),
        (called_back, Settled.CALLED_BACK),
        (callback, Settled.BEING_CALLED),
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
    every = Wanted(NOW - 2 * AGO, NOW, only_to_do=False)
    with db.reading() as session:
        found = {each.call.call_id: each.settled for each in abandoned_calls.find(session, every, NOW)}
    assert found == {"1.1": settled, "1.2": Settled.OPEN, "1.3": Settled.OPEN}


def test_pages_are_full_however_much_is_settled(db: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(abandoned_calls, "AT_ONCE", 3)
    with db.writing() as session:
        for number in range(20):
            call(session, f"1.{number:02}", f"139047100{number:02}", NOW - AGO + timedelta(seconds=number))
            if number % 4:
                call(session, f"2.{number:02}", f"0139047100{number:02}", NOW - AGO / 2, answered=True)
    with db.reading() as session:
        first = abandoned_calls.find(session, Wanted(NOW - 2 * AGO, NOW), NOW, 3)
        wanted = Wanted(NOW - 2 * AGO, NOW, before=first[-1].call.call_id)
        second = abandoned_calls.find(session, wanted, NOW, 3)
    assert [each.call.call_id for each in (*first, *second)] == ["1.16", "1.12", "1.08", "1.04", "1.00"]
