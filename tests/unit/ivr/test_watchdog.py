"""The watch-dog, over real processes that beat, freeze and die."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from itertools import repeat
from pathlib import Path

import pytest

from hotline import heartbeat
from hotline.settings_file import Settings
from ivr import watchdog
from ivr.watchdog import SEATS, SERVER, WatchDog, WatchedProcess

BEATING = (
    "import sys, threading; from pathlib import Path; from hotline import heartbeat;"
    "heartbeat.start(Path(sys.argv[1]), sys.argv[3]); print('beats', flush=True); threading.Event().wait()"
)


def beating(state_dir: Path, command: str, part: str = "agi") -> Iterator[subprocess.Popen[bytes]]:
    process = subprocess.Popen(
        [sys.executable, "-c", BEATING, str(state_dir / "run"), command, part], stdout=subprocess.PIPE
    )
    assert process.stdout and process.stdout.readline() == b"beats\n"
    yield process
    process.kill()
    process.wait()


@pytest.fixture
def server(tmp_path: Path) -> Iterator[subprocess.Popen[bytes]]:
    yield from beating(tmp_path, "serve-agi")


@pytest.fixture
def other_program(tmp_path: Path) -> Iterator[subprocess.Popen[bytes]]:
    yield from beating(tmp_path, "something-else")


def looks(state_dir: Path, beats: Iterator[int], watched: WatchedProcess = SERVER) -> None:
    """A watch-dog that looks until ``beats`` ends; each beat is when the server touched its file last."""
    dog, settings = WatchDog(watched), Settings(state_dir=state_dir)
    file = heartbeat.file_of(settings.run_dir, watched.part)
    for beat in beats:
        os.utime(file, ns=(beat, beat))
        dog.look(settings)


def test_a_server_without_a_beat_is_killed(server: subprocess.Popen[bytes], tmp_path: Path) -> None:
    server.send_signal(signal.SIGSTOP)
    looks(tmp_path, repeat(7, SERVER.looks + 1))
    assert server.wait(10) == -signal.SIGKILL


def test_a_service_of_the_seats_without_a_beat_is_killed_later(tmp_path: Path) -> None:
    for service in beating(tmp_path, "serve-seats", "seats"):
        service.send_signal(signal.SIGSTOP)
        looks(tmp_path, repeat(7, SEATS.looks), SEATS)
        assert service.poll() is None
        looks(tmp_path, repeat(7, SEATS.looks + 1), SEATS)
        assert service.wait(10) == -signal.SIGKILL


def test_both_are_watched() -> None:
    assert [dog.watched for dog in watchdog.WATCHDOGS] == [SERVER, SEATS]


def test_a_server_that_beats_now_and_then_lives(server: subprocess.Popen[bytes], tmp_path: Path) -> None:
    looks(tmp_path, (1 + look // SERVER.looks for look in range(SERVER.looks * 4)))
    with pytest.raises(subprocess.TimeoutExpired):
        server.wait(0.5)


def test_the_clock_going_back_kills_nobody(server: subprocess.Popen[bytes], tmp_path: Path) -> None:
    looks(tmp_path, (1_000_000 - look for look in range(SERVER.looks * 4)))
    with pytest.raises(subprocess.TimeoutExpired):
        server.wait(0.5)


def test_only_the_server_is_killed(other_program: subprocess.Popen[bytes], tmp_path: Path) -> None:
    assert not watchdog.kill_frozen(heartbeat.file_of(tmp_path / "run", "agi"), SERVER.command)
    with pytest.raises(subprocess.TimeoutExpired):
        other_program.wait(0.5)


def test_the_named_server_is_killed_once(server: subprocess.Popen[bytes], tmp_path: Path) -> None:
    file = heartbeat.file_of(tmp_path / "run", "agi")
    assert watchdog.kill_frozen(file, SERVER.command)
    server.wait(10)
    assert not watchdog.kill_frozen(file, SERVER.command)


@pytest.mark.parametrize("text", ["", "no number", "-1", "0", "99999999999", "1"])
def test_nonsense_in_the_file_harms_nobody(text: str, tmp_path: Path) -> None:
    file = tmp_path / "agi.heartbeat"
    file.write_text(text)
    assert not watchdog.kill_frozen(file, SERVER.command)


def test_a_missing_heartbeat_harms_nobody(tmp_path: Path) -> None:
    assert not watchdog.kill_frozen(tmp_path / "agi.heartbeat", SERVER.command)
    assert watchdog.beat_of(tmp_path / "agi.heartbeat") == 0


def test_a_lost_heartbeat_file_comes_back(server: subprocess.Popen[bytes], tmp_path: Path) -> None:
    file = heartbeat.file_of(tmp_path / "run", "agi")
    file.unlink()
    for _ in range(100):
        if file.exists():
            break
        time.sleep(0.1)
    assert heartbeat.pid(file) == server.pid


def test_age_and_pid(tmp_path: Path) -> None:
    file = heartbeat.file_of(tmp_path / "run", "agi")
    assert heartbeat.age(file) is None
    assert heartbeat.pid(file) is None
    heartbeat.announce(file)
    os.utime(file, (0, 0))
    age = heartbeat.age(file)
    assert age is not None and age > 1_000_000
    assert heartbeat.pid(file) == os.getpid()
