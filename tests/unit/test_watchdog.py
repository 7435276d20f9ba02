"""The watch-dog, over real processes that beat, freeze and die."""

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from hotline import heartbeat
from ivr import watchdog

BEATING = (
    "import sys, threading; from pathlib import Path; from hotline import heartbeat;"
    "heartbeat.start(Path(sys.argv[1]), 'agi'); print('beats', flush=True); threading.Event().wait()"
)


def beating(run_dir: Path, command: str) -> Iterator[subprocess.Popen[bytes]]:
    process = subprocess.Popen([sys.executable, "-c", BEATING, str(run_dir), command], stdout=subprocess.PIPE)
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


@pytest.fixture
def quick_watchdog(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A watch-dog that looks three times between two beats and gives up after four beats."""
    monkeypatch.setattr(watchdog, "LOOK_SECONDS", heartbeat.BEAT_SECONDS / 3)
    monkeypatch.setattr(watchdog, "LOOKS_WITHOUT_BEAT", 12)
    stopped = threading.Event()
    file = heartbeat.file_of(tmp_path, "agi")
    thread = threading.Thread(target=watchdog.watch, args=(file, stopped))
    thread.start()
    yield file
    stopped.set()
    thread.join()


def test_a_frozen_server_is_killed(server: subprocess.Popen[bytes], quick_watchdog: Path) -> None:
    server.send_signal(signal.SIGSTOP)
    assert server.wait(30) == -signal.SIGKILL


def test_a_beating_server_lives(server: subprocess.Popen[bytes], quick_watchdog: Path) -> None:
    with pytest.raises(subprocess.TimeoutExpired):
        server.wait(heartbeat.BEAT_SECONDS * 8)


def test_only_the_server_is_killed(other_program: subprocess.Popen[bytes], tmp_path: Path) -> None:
    assert not watchdog.kill_frozen(heartbeat.file_of(tmp_path, "agi"))
    assert other_program.poll() is None


def test_the_named_server_is_killed_once(server: subprocess.Popen[bytes], tmp_path: Path) -> None:
    file = heartbeat.file_of(tmp_path, "agi")
    assert watchdog.kill_frozen(file)
    server.wait(10)
    assert not watchdog.kill_frozen(file)


@pytest.mark.parametrize("text", ["", "no number", "-1", "0", "99999999999", "1"])
def test_nonsense_in_the_file_harms_nobody(text: str, tmp_path: Path) -> None:
    file = tmp_path / "agi.heartbeat"
    file.write_text(text)
    assert not watchdog.kill_frozen(file)


def test_a_missing_heartbeat_harms_nobody(tmp_path: Path) -> None:
    assert not watchdog.kill_frozen(tmp_path / "agi.heartbeat")
    assert watchdog.beat_of(tmp_path / "agi.heartbeat") == 0


def test_a_lost_heartbeat_file_comes_back(server: subprocess.Popen[bytes], tmp_path: Path) -> None:
    file = heartbeat.file_of(tmp_path, "agi")
    file.unlink()
    appeared = threading.Event()
    for _ in range(100):
        if file.exists():
            break
        appeared.wait(0.1)
    assert heartbeat.pid(file) == server.pid


def test_age_and_pid(tmp_path: Path) -> None:
    file = heartbeat.file_of(tmp_path, "agi")
    assert heartbeat.age(file) is None
    assert heartbeat.pid(file) is None
    heartbeat.announce(file)
    os.utime(file, (0, 0))
    age = heartbeat.age(file)
    assert age is not None and age > 1_000_000
    assert heartbeat.pid(file) == os.getpid()
