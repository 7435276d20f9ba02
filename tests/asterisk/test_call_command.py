"""``hotline call``: what it prints, and its exit code."""

import json
import subprocess

import pytest

from tests.asterisk.night import COMMAND_NUMBER, begin_command
from tests.kit.conversations import STREET_LIGHT, recording_from
from tests.kit.instance import HotlineInstance, free_port

END_SECONDS = 100

pytestmark = pytest.mark.timeout(240)  # whichever comes first waits for the whole night


@pytest.mark.usefixtures("night")
def test_a_message(night_hotline: HotlineInstance, commands: dict[str, "subprocess.Popen[str]"]) -> None:
    told, problem = commands["leave"].communicate(timeout=END_SECONDS)
    assert commands["leave"].returncode == 0, problem
    recording = recording_from(night_hotline, COMMAND_NUMBER)
    assert f"heard the digits {' '.join(recording.case_number)}" in told
    assert "The hotline hung up after" in told


@pytest.mark.usefixtures("night")
def test_an_enquiry(case_numbers: dict[str, str], commands: dict[str, "subprocess.Popen[str]"]) -> None:
    told, problem = commands["ask"].communicate(timeout=END_SECONDS)
    assert commands["ask"].returncode == 0, problem
    record = json.loads(told)
    assert "case-state-accepted" in [heard["key"] for heard in record["heard"]]


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (["--number", "110"], "the number dialled is not the hotline's"),
        (["--port", str(free_port())], "nobody answers on that port"),
        (["--keys", "1x"], "x is no key of a telephone"),
        (["--caller", "${EXTEN}"], "--caller takes digits only"),
        (["--wav", __file__], "cannot be spoken: this is no WAV file"),
    ],
)
def test_what_goes_wrong_is_one_sentence(
    options: list[str], sentence: str, night_hotline: HotlineInstance
) -> None:
    command = begin_command(night_hotline, "--wav", str(STREET_LIGHT), *options)
    _, problem = command.communicate(timeout=END_SECONDS)
    assert command.returncode != 0
    assert sentence in problem
    assert "Traceback" not in problem
