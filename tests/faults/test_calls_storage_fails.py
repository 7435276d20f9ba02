"""What has been said cannot be written: the database is locked, the disk is full, Asterisk dies."""

import resource
import signal
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from hotline.database import Database
from hotline.intake import sweep
from ivr.softphone.caller import Caller
from ivr.softphone.hearing import longest_silence
from ivr.softphone.process import Dial
from tests.kit.conversations import (
    PATIENCE,
    PROMPTS,
    STREET_LIGHT,
    go_to_the_tone,
    recording_from,
    recordings_from,
    says,
    seconds_said,
    sound_of,
)
from tests.kit.instance import USUAL_PARTS, HotlineInstance, running

NUMBER = "13812340000"
SPOKEN = 3.0
NEARLY = 0.5
LONGEST_SILENCE = 5.0
ASTERISK_BUFFERS = 32768 / 16000
"""Seconds of sound that Asterisk holds back before it writes: a kill -9 takes them along."""


@pytest.fixture
def hotline(tmp_path: Path) -> Iterator[HotlineInstance]:
    for hotline in running(tmp_path / "hotline", USUAL_PARTS, {}):
        recordings_from(hotline, NUMBER)  # the first connection makes the database WAL
        yield hotline


@pytest.fixture
def caller(hotline: HotlineInstance, tmp_path: Path) -> Iterator[Caller]:
    """Somebody who has spoken for some seconds after the tone, and is still being recorded."""
    dial = Dial(port=hotline.sip_port, own_number=NUMBER)
    with Caller(dial, PROMPTS, tmp_path / "heard.wav") as caller:
        caller.is_answered()
        go_to_the_tone(caller)
        caller.begins_to_speak(STREET_LIGHT)
        caller.waits(SPOKEN)
        yield caller


def sweep_later(hotline: HotlineInstance) -> None:
    """The sweep, a minute later."""
    sweep.sweep(hotline.settings, Database(hotline.settings.database_url), lambda: time.time() + 60)


@contextmanager
def locked(hotline: HotlineInstance) -> Iterator[None]:
    """Nobody else can write to the database."""
    file = hotline.settings.database_url.removeprefix("sqlite:///")
    with closing(sqlite3.connect(file, isolation_level=None)) as writer:
        writer.execute("BEGIN IMMEDIATE")
        yield


def test_a_locked_database_gives_the_number_later(hotline: HotlineInstance, caller: Caller) -> None:
    with locked(hotline):
        caller.presses("#")
        caller.begins_to_hear("message-review", timeout=PATIENCE)
        caller.presses("1")
        caller.hears("number-later", timeout=PATIENCE)
        assert caller.is_over() == "hotline"
        spoken = caller.spoken[0].start
        assert longest_silence(caller.audio(), [(spoken, spoken + SPOKEN)]) < LONGEST_SILENCE
        assert not recordings_from(hotline, NUMBER)
    sweep_later(hotline)
    recording = recording_from(hotline, NUMBER)
    [sound] = sound_of(hotline, recording)
    assert says(sound, STREET_LIGHT)


def test_a_disk_that_fills_up_while_recording_is_said(hotline: HotlineInstance, caller: Caller) -> None:
    asterisk = hotline.processes["asterisk"].pid
    _, hard = resource.prlimit(asterisk, resource.RLIMIT_FSIZE)
    resource.prlimit(asterisk, resource.RLIMIT_FSIZE, (49152, hard))  # half of the next block
    caller.hears("cannot-record", timeout=PATIENCE)
    assert caller.is_over() == "hotline"
    [sound] = sound_of(hotline, recording_from(hotline, NUMBER))
    assert says(sound, STREET_LIGHT)


def test_asterisk_killed_while_recording(hotline: HotlineInstance, caller: Caller) -> None:
    caller.waits(SPOKEN)
    hotline.signal("agi", signal.SIGSTOP)  # only the sweep is to be left
    hotline.signal("asterisk", signal.SIGKILL)
    said = caller.now - caller.spoken[0].start
    hotline.processes["asterisk"].wait()
    hotline.signal("agi", signal.SIGKILL)
    hotline.processes["agi"].wait()
    sweep_later(hotline)
    recording = recording_from(hotline, NUMBER)
    [part] = recording.parts
    [sound] = sound_of(hotline, recording)
    assert part.repaired
    assert part.seconds == pytest.approx(len(sound) / 8000, abs=0.01)
    assert says(sound, STREET_LIGHT)
    assert seconds_said(sound, STREET_LIGHT) > said - ASTERISK_BUFFERS - NEARLY
