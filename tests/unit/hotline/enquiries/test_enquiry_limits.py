"""Who asks for the state of cases too often: alone, with other numbers, without one, and by counting up."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from hotline.cases import case_number
from hotline.database import Database
from hotline.enquiries import enquiries
from hotline.enquiries.enquiries import RUN_ALLOWED, UNKNOWN, WITH_NUMBER, CaseStatus, TooManyEnquiries

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
CHINA = "Asia/Shanghai"
ALL = [number for running in range(1, 4000) if (number := case_number.make(26, running))]
FIRST_RUN = [number for number in ALL if number.startswith("2600000")]
APART = ALL[::50]
"""Never more than two of a run."""
GIVEN = frozenset(ALL)
WRONG = "2699999999"
WAYS = ("13900001234", "+8613900001234", "8613900001234", "013900001234", "008613900001234", "13900001234*")
WITHHELD = ("", "anonymous", "*", "12", "9" * 20)


@pytest.fixture(autouse=True)
def cases(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Every number up to 4000 is a case: only the counting is tested."""

    def look_up(_: object, number: str, __: str) -> CaseStatus | None:
        return CaseStatus(number, "received", NOW.date()) if number in GIVEN else None

    monkeypatch.setattr(enquiries, "look_up", look_up)
    yield


def ask(db: Database, number: str, caller: str, minutes: float = 0.0) -> bool:
    """Whether the caller was told."""
    with db.writing() as session:
        return enquiries.ask(session, number, caller, NOW + timedelta(minutes=minutes), CHINA) is not None


def is_unusual(db: Database, minutes: float = 0.0) -> bool:
    with db.reading() as session:
        return enquiries.is_unusual(session, NOW + timedelta(minutes=minutes))


def forged(call: int) -> str:
    return f"139{call:08d}"


def told(db: Database, numbers: list[str], caller: object = forged) -> int:
    """How many of the numbers are told, each to another caller where ``caller`` is a function."""
    count = 0
    for call, number in enumerate(numbers):
        try:
            count += ask(db, number, caller(call) if callable(caller) else str(caller))
        except TooManyEnquiries:
            continue
    return count


def test_one_number_has_one_quota_however_it_is_written(either_db: Database) -> None:
    for call in range(enquiries.WRONG_ALLOWED):
        assert not ask(either_db, WRONG, WAYS[call % len(WAYS)])
    for way in WAYS:
        with pytest.raises(TooManyEnquiries, match="one caller"):
            ask(either_db, WRONG, way)
    assert ask(either_db, APART[0], "13900005678")


@pytest.mark.thorough
@pytest.mark.parametrize("caller", WITHHELD)
def test_wrong_numbers_without_a_number_shut_nobody_out(either_db: Database, caller: str) -> None:
    for _ in range(UNKNOWN.wrong):
        assert not ask(either_db, WRONG, caller)
    for other in WITHHELD:
        assert ask(either_db, APART[1], other)
        with pytest.raises(TooManyEnquiries, match="wrong numbers"):
            ask(either_db, WRONG, other)
    assert ask(either_db, APART[2], "13900001234")
    assert not ask(either_db, WRONG, "13900001234")
    assert is_unusual(either_db)


@pytest.mark.parametrize("caller", [forged, ""])
def test_nobody_counts_up_far(either_db: Database, caller: object) -> None:
    assert told(either_db, FIRST_RUN, caller) == RUN_ALLOWED
    assert is_unusual(either_db)
    assert ask(either_db, FIRST_RUN[0], "" if caller == "" else "13800001234")  # was told before
    assert ask(either_db, APART[-1], "" if caller == "" else "13800001234")
    with pytest.raises(TooManyEnquiries, match="follow each other"):
        ask(either_db, FIRST_RUN[-1], "" if caller == "" else "13800001234")


def test_who_withholds_the_number_does_not_use_up_what_is_for_others(either_db: Database) -> None:
    assert told(either_db, APART, "") == UNKNOWN.told
    with pytest.raises(TooManyEnquiries, match="told to all"):
        ask(either_db, APART[-1], "")
    assert ask(either_db, APART[-1], "13900001234")
    assert told(either_db, FIRST_RUN, "") == 0
    assert ask(either_db, FIRST_RUN[-1], "13900001234")


def test_another_number_for_each_call_is_bounded_in_all_and_for_minutes(either_db: Database) -> None:
    asked = APART + ALL[25::50]
    assert told(either_db, asked) == min(len(asked), WITH_NUMBER.told)
    with pytest.raises(TooManyEnquiries, match="told to all"):
        ask(either_db, ALL[10], "13700000000", minutes=9)
    assert is_unusual(either_db, minutes=9)
    assert ask(either_db, ALL[10], "13700000000", minutes=11)


def test_usual_enquiries_are_no_alarm(either_db: Database) -> None:
    assert told(either_db, APART[:40]) == 40
    for call in range(enquiries.WRONG_ALLOWED):
        assert not ask(either_db, WRONG, "13900001234")
        assert not ask(either_db, WRONG, forged(call))
    assert not is_unusual(either_db)
    for caller in ("13900001235", "13900001236"):
        for _ in range(enquiries.WRONG_ALLOWED):
            assert not ask(either_db, WRONG, caller)
    assert is_unusual(either_db)


def test_the_alarm_ends_with_the_hour(either_db: Database) -> None:
    assert told(either_db, FIRST_RUN) == RUN_ALLOWED
    assert is_unusual(either_db, minutes=59)
    assert not is_unusual(either_db, minutes=61)


@pytest.mark.parametrize("number", ["%", "_", "26%", "", "9" * 11, "2600000%01"])
def test_what_is_no_case_number_is_counted_as_wrong(either_db: Database, number: str) -> None:
    assert not ask(either_db, number, "")
