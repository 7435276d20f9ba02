"""``hotline start``: everything at once, kept alive, and gone at the end."""

import os
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from queue import Queue

import pytest

from hotline import heartbeat
from hotline.running import ready
from hotline.running.processes import HOTLINE
from hotline.settings_file import PROJECT
from tests.kit.instance import HotlineInstance

PATIENCE = 90.0


class Running:
    """A ``hotline start`` in the foreground of nobody, and the lines it prints."""

    def __init__(self, instance: HotlineInstance) -> None:
        self.instance = instance
        self.lines: Queue[str] = Queue()
        self.process = subprocess.Popen(
            [HOTLINE, "start"], env=instance.environment, cwd=PROJECT, stdout=subprocess.PIPE, text=True
        )
        threading.Thread(target=self.read, daemon=True).start()

    def read(self) -> None:
        assert self.process.stdout
        for line in self.process.stdout:
            self.lines.put(line)

    def prints(self, beginning: str) -> list[str]:
        """All lines until one begins so, that one included."""
        seen: list[str] = []
        while not seen or not seen[-1].startswith(beginning):
            seen.append(self.lines.get(timeout=PATIENCE))
        return seen

    def ends(self, number: signal.Signals) -> int:
        self.process.send_signal(number)
        return self.process.wait(PATIENCE)


@pytest.fixture
def stopped_hotline(tmp_path_factory: pytest.TempPathFactory) -> Iterator[HotlineInstance]:
    """An instance of which nothing runs yet; what a test leaves running is ended."""
    instance = HotlineInstance(tmp_path_factory.mktemp("whole"), {})
    yield instance
    for pid in processes_of(instance):
        os.kill(pid, signal.SIGKILL)


def processes_of(instance: HotlineInstance) -> list[int]:
    """Every living process with this instance's state directory in its environment."""
    mark = f"HOTLINE_STATE_DIR={instance.state_dir}".encode()
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if mark in (process / "environ").read_bytes().split(b"\0"):
                found.append(int(process.name))
        except OSError:  # it ended, or it is another user's
            continue
    return found


def test_everything_starts_and_ends(stopped_hotline: HotlineInstance) -> None:
    running = Running(stopped_hotline)
    printed = running.prints("ready:")
    assert f"sip:2391555@127.0.0.1:{stopped_hotline.sip_port}" in printed[-1]
    assert [line for line in printed if line.startswith("administrator:")]

    second = subprocess.run(
        [HOTLINE, "start"], env=stopped_hotline.environment, cwd=PROJECT, capture_output=True, text=True
    )
    assert second.returncode == 1
    assert f"process {running.process.pid}" in second.stderr
    assert len(second.stderr.splitlines()) == 1

    assert running.ends(signal.SIGINT) == 0
    assert processes_of(stopped_hotline) == []


def test_what_is_killed_starts_again_and_nothing_outlives_the_start(stopped_hotline: HotlineInstance) -> None:
    running = Running(stopped_hotline)
    running.prints("ready:")
    heart = heartbeat.file_of(stopped_hotline.settings.run_dir, "agi")
    killed = heartbeat.pid(heart)
    assert killed
    os.kill(killed, signal.SIGKILL)
    assert comes_true(lambda: heartbeat.pid(heart) != killed)
    assert ready.wait(stopped_hotline.settings, PATIENCE) == []

    running.ends(signal.SIGKILL)
    assert comes_true(lambda: processes_of(stopped_hotline) == [])


def comes_true(condition: Callable[[], bool]) -> bool:
    give_up = time.monotonic() + PATIENCE
    while not condition() and time.monotonic() < give_up:
        time.sleep(0.1)
    return condition()
