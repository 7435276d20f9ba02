"""``hotline call``: what it prints, and its exit code."""

import json
import subprocess

import pytest

from hotline.processes import HOTLINE
from tests.asterisk.conversations import STREET_LIGHT, recordings_from
from tests.asterisk.instance import HotlineInstance, free_port

OWN_NUMBER = "13877776666"


def call(hotline: HotlineInstance, *options: str) -> subprocess.CompletedProcess[str]:
    command = [HOTLINE, "call", "--caller", OWN_NUMBER, *options]
    return subprocess.run(command, env=hotline.environment, capture_output=True, text=True, timeout=150)


@pytest.mark.timeout(200)
def test_a_message_and_its_number_keyed_again(shared_hotline: HotlineInstance) -> None:
    left = call(shared_hotline, "--wav", str(STREET_LIGHT))
    assert left.returncode == 0, left.stderr
    [recording] = recordings_from(shared_hotline, OWN_NUMBER)
    spaced = " ".join(recording.case_number)
    assert left.stdout.count(f"heard the digits {spaced}") == 2
    asked = call(shared_hotline, "--keys", f"2,{recording.case_number}#", "--json")
    assert asked.returncode == 0, asked.stderr
    told = json.loads(asked.stdout)
    assert told["case_number"] == recording.case_number
    assert "case-state-received" in [heard["key"] for heard in told["heard"]]


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (["--number", "110"], "the number dialled is not the hotline's"),
        (["--port", str(free_port())], "nobody answers on that port"),
        (["--keys", "1x"], "x is no key of a telephone"),
        (["--caller", "${EXTEN}"], "--caller takes digits only"),
        (["--wav", __file__], "is no audio file that can be read here"),
    ],
)
def test_what_goes_wrong_is_one_sentence(
    options: list[str], sentence: str, shared_hotline: HotlineInstance
) -> None:
    done = call(shared_hotline, "--wav", str(STREET_LIGHT), *options)
    assert done.returncode != 0
    assert sentence in done.stderr
    assert "Traceback" not in done.stderr
