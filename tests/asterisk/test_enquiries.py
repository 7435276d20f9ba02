"""Callers key a number and hear where the case stands; numbers cannot be harvested."""

from concurrent.futures import Future
from datetime import date

import pytest

from hotline.cases.cases import Case
from hotline.database import Database
from hotline.settings_file import PROJECT
from ivr.softphone.caller import Caller
from ivr.softphone.hearing import heard_prompts
from ivr.softphone.sounds import load_prompts
from tests.asterisk.cases import STATES, UNIT
from tests.kit.conversations import PROMPTS
from tests.kit.instance import HotlineInstance

DATE_RECEIVED = ["year-2026", "month-3", "day-9"]
IN_CHARGE = ["case-unit", f"units/{UNIT}"]
UNITS = load_prompts(PROJECT / "sounds", ["zh"], units=True)
WITH_UNIT = [*PROMPTS, *(prompt for prompt in UNITS if prompt.key == f"units/{UNIT}")]

pytestmark = pytest.mark.timeout(240)  # whichever comes first waits for the whole night


@pytest.mark.parametrize("state", STATES)
def test_status_is_heard(
    state: str, night_hotline: HotlineInstance, case_numbers: dict[str, str], night: dict[str, Future[Caller]]
) -> None:
    sounds = heard_prompts(night[state].result().audio(), WITH_UNIT)
    heard = [one.key for one in sounds if not one.key.startswith("silence-")]
    told = heard[heard.index("case-number") :]
    digits = [key.removeprefix("digit-") for key in told if key.startswith("digit-")]
    expected = ["case-number", f"case-state-{state.replace('_', '-')}"]
    case = case_of(night_hotline, case_numbers["registered" if state == "duplicate" else state])
    expected += [*(IN_CHARGE if case else []), "case-received-on", *DATE_RECEIVED]
    if case and state == "accepted":  # before that nothing is due, and after it nothing any more
        assert case.due_on == date(2026, 5, 9)
        expected += ["case-due-on", "year-2026", "month-5", "day-9"]
    assert [key for key in told if not key.startswith("digit-")] == [*expected, "goodbye"]
    assert is_nearly(digits, case_numbers[state])


def is_nearly(digits: list[str], number: str) -> bool:
    """Whether these are the digits of a number in order, of which a busy machine may have torn one."""
    rest = iter(number)
    return len(digits) >= len(number) - 1 and all(digit in rest for digit in digits)


def case_of(night_hotline: HotlineInstance, number: str) -> Case | None:
    with Database(night_hotline.settings.database_url).reading() as session:
        found = session.get(Case, number)
        session.expunge_all()
        return found


def test_a_wrong_digit_is_noticed(night: dict[str, Future[Caller]]) -> None:
    assert night["wrong digit"].result().ended


def test_an_unknown_number_is_said(night: dict[str, Future[Caller]]) -> None:
    assert night["unknown"].result().ended


def test_after_ten_wrong_numbers_an_hour_no_more_are_taken(night: dict[str, Future[Caller]]) -> None:
    heard = [one.key for one in night["harvester"].result().heard()]
    assert "enquiry-too-many" in heard
    assert "case-number" not in heard
