"""``hotline call``: what it prints, and its exit code."""

import json
import subprocess
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from hotline.database import Database
from hotline.processes import HOTLINE
from tests.asterisk import cases
from tests.asterisk.conversations import STREET_LIGHT, recordings_from
from tests.asterisk.instance import HotlineInstance, free_port

OWN_NUMBER = "13877776666"


def call(hotline: HotlineInstance, *options: str) -> subprocess.CompletedProcess[str]:
    command = [HOTLINE, "call", "--caller", OWN_NUMBER, *options]
    return subprocess.run(command, env=hotline.environment, capture_output=True, text=True, timeout=150)


@pytest.mark.timeout(200)
def test_a_message_and_an_enquiry(shared_hotline: HotlineInstance, speech: Path) -> None:
    number = cases.take_in(shared_hotline, Database(shared_hotline.settings.database_url), "asked-for")
    with ThreadPoolExecutor() as callers:
        leaving = callers.submit(call, shared_hotline, "--wav", str(speech))
        asking = callers.submit(call, shared_hotline, "--keys", f"2,{number}#", "--json")
    left, asked = leaving.result(), asking.result()
    assert left.returncode == 0, left.stderr
    [recording] = recordings_from(shared_hotline, OWN_NUMBER)
    assert left.stdout.count(f"heard the digits {' '.join(recording.case_number)}") == 2
    assert asked.returncode == 0, asked.stderr
    told = json.loads(asked.stdout)
    assert told["case_number"] == number
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
