"""Case numbers: every wrong and every swapped key is noticed."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from hotline.cases import case_number, numbering
from hotline.cases.origins import Origin
from hotline.database import Database

runnings = st.integers(1, case_number.LAST_RUNNING)
numbers = (
    st.builds(case_number.make, st.integers(2025, 2099), runnings)
    .filter(lambda number: number is not None)
    .map(str)
)


@given(numbers, st.integers(0, 9), st.integers(1, 9))
def test_any_one_wrong_key_is_noticed(number: str, place: int, shift: int) -> None:
    wrong = str((int(number[place]) + shift) % 10)
    assert case_number.is_valid(number)
    assert not case_number.is_valid(number[:place] + wrong + number[place + 1 :])


@given(numbers, st.integers(0, 9), st.integers(0, 9))
def test_any_two_swapped_keys_are_noticed(number: str, one: int, other: int) -> None:
    digits = list(number)
    digits[one], digits[other] = digits[other], digits[one]
    assert case_number.is_valid("".join(digits)) == (number[one] == number[other])


@pytest.mark.parametrize(
    "number", ["", "260000001", "26000000123", "26000000X2", "２６００００００１２", "26 0000012"]
)
def test_what_is_not_ten_digits_is_refused(number: str) -> None:
    assert not case_number.is_valid(number)


def test_running_numbers_with_the_check_character_x_are_never_allotted() -> None:
    made = [case_number.make(2026, running) for running in range(1, 200)]
    assert None in made
    assert all(number.isdigit() for number in made if number)


def test_spoken_groups() -> None:
    assert case_number.groups("2600000012") == ("260", "0000", "012")
    assert case_number.spaced("2600000012") == "260 0000 012"


def allot(session: Session, year: int) -> str:
    return numbering.allot(session, year, Origin.CALL, "1795400000.5", datetime(2026, 11, 23, 3, tzinfo=UTC))


def test_fifty_at_once_get_fifty_numbers(either_db: Database) -> None:
    def one(_: int) -> str:
        with either_db.writing() as session:
            return allot(session, 2026)

    with either_db.writing() as session:
        allot(session, 2026)
    with ThreadPoolExecutor(50) as pool:
        found = list(pool.map(one, range(50)))
    assert len(set(found)) == 50
    assert all(case_number.is_valid(number) for number in found)


def test_the_very_first_numbers_of_a_year_at_once(either_db: Database) -> None:
    def one(_: int) -> str:
        with either_db.writing() as session:
            return allot(session, 2027)

    with ThreadPoolExecutor(20) as pool:
        assert len(set(pool.map(one, range(20)))) == 20


def test_each_year_counts_for_itself(db: Database) -> None:
    with db.writing() as session:
        firsts = [allot(session, year) for year in (2026, 2027, 2026)]
    assert [number[:2] for number in firsts] == ["26", "27", "26"]
    assert int(firsts[1][2:9]) <= 3
