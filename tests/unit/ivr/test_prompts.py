"""What is put together from prompts, and what happens where one is missing."""

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotline.cases import case_number
from hotline.cases.cases import CaseState
from hotline.enquiries.enquiries import CaseStatus
from ivr import prompts
from ivr.prompts import Prompts
from tests.dialogues.scripted import TEXTS

STATES = sorted({"received", "no_content", "duplicate", "nuisance", *CaseState} - {CaseState.WITHDRAWN})


@pytest.fixture
def sounds(tmp_path: Path) -> Path:
    for name in ("zh/goodbye", "zh/units/0112", "en/goodbye"):
        file = tmp_path / f"{name}.wav"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.touch()
    return tmp_path


def test_a_number_is_spoken_in_its_groups() -> None:
    spoken = [key.removeprefix("digit-") for key in prompts.number("2600000012")]
    assert spoken == [*"260", "silence-600", *"0000", "silence-600", *"012"]


@given(running=st.integers(1, case_number.LAST_RUNNING))
def test_every_digit_of_a_number_is_spoken(running: int) -> None:
    number = case_number.make(2026, running)
    if number:
        assert "".join(key[-1] for key in prompts.number(number) if key.startswith("digit-")) == number


@pytest.mark.parametrize(
    ("language", "keys"),
    [("zh", ["year-2026", "month-11", "day-3"]), ("en", ["month-11", "day-3", "year-2026"])],
)
def test_a_date_in_the_order_of_the_language(language: str, keys: list[str]) -> None:
    assert prompts.day(date(2026, 11, 3), language) == keys


@given(on=st.dates(date(2025, 1, 1), date(2036, 12, 31)), language=st.sampled_from(["zh", "en"]))
def test_every_date_can_be_spoken(on: date, language: str) -> None:
    assert all(f"{language}/{key}" in TEXTS for key in prompts.day(on, language))


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_state_has_a_sentence_and_a_sound(state: str, language: str) -> None:
    keys = prompts.status(CaseStatus("2600000012", state, date(2026, 11, 3)), language, Prompts())
    assert len(Prompts().sounds(language, keys)) == len(keys)


def test_the_unit_in_charge_is_named_where_its_name_has_been_spoken(sounds: Path) -> None:
    case = CaseStatus("2600000012", "accepted", date(2026, 11, 3), unit_code="0112", due_on=date(2026, 12, 1))
    spoken = prompts.status(case, "zh", Prompts(sounds))
    assert spoken[-10:] == [
        *("case-unit", "units/0112"),
        *("case-received-on", "year-2026", "month-11", "day-3"),
        *("case-due-on", "year-2026", "month-12", "day-1"),
    ]
    assert "case-unit-unnamed" in prompts.status(case, "en", Prompts(sounds))


def test_a_missing_sound_is_left_out_and_logged(sounds: Path, caplog: pytest.LogCaptureFixture) -> None:
    assert Prompts(sounds).sounds("zh", ["lost", "goodbye"]) == [f"{sounds}/zh/goodbye"]
    assert "no sound file for lost in zh" in caplog.text


def test_a_unit_s_name_spoken_after_the_start_is_found(sounds: Path) -> None:
    known = Prompts(sounds)
    assert not known.has("zh", "units/9901")
    (sounds / "zh" / "units" / "9901.wav").touch()
    assert known.has("zh", "units/9901")
