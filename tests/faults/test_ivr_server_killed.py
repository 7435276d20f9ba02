"""The FastAGI server is killed in the middle of a call: the script of the second rung goes on with it."""

import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from sqlalchemy import select

from hotline.database import Database
from hotline.recordings.recordings import Recording
from hotline.settings_file import PROJECT
from ivr.asterisk_secrets import agi_secret
from tests.kit.agi_peer import Exchange
from tests.kit.instance import HotlineInstance

SCRIPT = str(PROJECT / "agi_scripts" / "answer.py")
PATIENT = """
import runpy, sys
from ivr import timed_pool
timed_pool.ANSWER_SECONDS = 60.0
runpy.run_path(sys.argv[1], run_name='__main__')
"""
"""The script, with callers who wait for the database however slow the machine is."""
HOW_IT_ENDED = ["GET", "VARIABLE", "RECORD_STATUS"]
"""What is asked after a recording."""


@pytest.fixture
def hotline(tmp_path: Path) -> Iterator[HotlineInstance]:
    """The server alone: the exchange is played by the test."""
    instance = HotlineInstance(tmp_path / "state", {})
    try:
        instance.start("agi")
        yield instance
    finally:
        instance.stop()


def second_rung(hotline: HotlineInstance, call: Exchange, last: Sequence[str] = ()) -> Exchange:
    """What the dialplan does next: the same channel, a process of its own. The caller leaves at ``last``."""

    def leave(words: list[str]) -> None:
        if words == last:
            again.patience = 0

    command = [sys.executable, "-c", PATIENT, SCRIPT]
    with subprocess.Popen(
        command, env=hotline.environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd="/"
    ) as script:
        said, told = script.stdout, script.stdin
        assert said and told
        again = Exchange(call.keys)
        again.at = leave
        again.variables = call.variables
        again.talk(said.readline, lambda line: (told.write(line), told.flush()))
        told.close()
        script.wait(30)
    return again


def recordings(hotline: HotlineInstance) -> list[Recording]:
    with Database(hotline.settings.database_url).reading() as session:
        return list(session.scalars(select(Recording)))


def kill_at(hotline: HotlineInstance, verb: str, end: str) -> Exchange:
    """A call in which the server dies, at the first command with this verb and end of a file's name."""
    call = Exchange("11", agi_arg_1=agi_secret(hotline.settings))

    def kill(words: list[str]) -> None:
        if words[0] == verb and end in words[2]:
            hotline.processes["agi"].kill()
            hotline.processes["agi"].wait()

    call.at = kill
    return call.call(hotline.settings.agi.port)


@pytest.mark.parametrize(
    ("verb", "end"),
    [("EXEC", ".01.wav,"), ("GET", "message-review"), ("STREAM", "number-is")],
    ids=["while recording", "at the review", "while the number is spoken"],
)
def test_what_was_said_is_kept_and_its_number_told(hotline: HotlineInstance, verb: str, end: str) -> None:
    call = kill_at(hotline, verb, end)
    assert "HOTLINE_DONE" not in call.variables
    again = second_rung(hotline, call)
    assert again.heard[:2] == ["message-kept", "number-is"]
    assert again.variables["HOTLINE_DONE"] == "1"
    kept = recordings(hotline)
    assert [recording.case_number for recording in kept] == [again.number]
    assert [part.seconds for part in kept[0].parts] == [call.speaks]
    assert list(hotline.settings.spool_dir.iterdir()) == []


def test_a_caller_who_has_not_spoken_yet_is_answered_anew(hotline: HotlineInstance) -> None:
    again = second_rung(hotline, kill_at(hotline, "GET", "english-offer"))
    assert again.heard[:3] == ["welcome-closed", "english-offer", "message-ask"]
    assert [recording.case_number for recording in recordings(hotline)] == [again.number]


def test_a_hang_up_in_the_script_keeps_what_was_said(hotline: HotlineInstance) -> None:
    hotline.processes["agi"].kill()
    again = second_rung(hotline, Exchange("11"), last=HOW_IT_ENDED)
    assert again.commands[-1] == HOW_IT_ENDED
    assert len(recordings(hotline)) == 1
