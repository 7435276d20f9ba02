"""From the telephone to the transcript: a message in Mandarin, and what the engine makes of it."""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from hotline.database import Database
from hotline.recordings import transcripts
from hotline.recordings.recordings import Recording
from ivr.softphone.caller import Caller
from ivr.softphone.process import Dial
from tests.kit.conversations import PROMPTS, STREET_LIGHT, go_to_the_tone, recording_from
from tests.kit.instance import HotlineInstance, running
from transcription.accuracy import character_error_rate

SAID = "我姓王住在新城区人民路十五号我们楼下的路灯坏了半个月晚上老人出门很不方便希望尽快派人修好"
MOST_WRONG = 0.25
"""Share of characters: numerals written as digits count as wrong."""

NUMBER = "13812340000"
TRANSCRIBED_WITHIN = 90.0


@pytest.fixture
def hotline(tmp_path: Path) -> Iterator[HotlineInstance]:
    yield from running(tmp_path / "hotline", ("asterisk", "agi", "worker", "clock"), {})


@pytest.mark.timeout(180)
def test_a_spoken_message_is_transcribed(hotline: HotlineInstance, tmp_path: Path) -> None:
    with Caller(Dial(port=hotline.sip_port, own_number=NUMBER), PROMPTS, tmp_path / "heard.wav") as caller:
        caller.is_answered()
        go_to_the_tone(caller)
        caller.speaks(STREET_LIGHT)
        caller.hangs_up()
    text = transcribed(hotline, recording_from(hotline, NUMBER))
    assert character_error_rate(SAID, text) <= MOST_WRONG, text


def transcribed(hotline: HotlineInstance, recording: Recording) -> str:
    database = Database(hotline.settings.database_url)
    give_up = time.monotonic() + TRANSCRIBED_WITHIN
    while time.monotonic() < give_up:
        with database.reading() as session:
            if transcript := transcripts.latest(session, recording.id):
                return transcript.text
        time.sleep(0.5)
    raise AssertionError(f"no transcript after {TRANSCRIBED_WITHIN} s:\n{hotline.output('worker')}")
