"""``hotline.running.supervise`` with real processes: started again, ended together, never left behind."""

import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from hotline.running import instance_lock, supervise
from hotline.settings_file import Settings

PATIENCE = 20.0
Keep = Callable[..., subprocess.Popen[bytes]]


@pytest.fixture
def kept(tmp_path: Path) -> Iterator[Keep]:
    """Keeps a shell script running, with options for ``hotline.running.supervise``."""
    running: list[subprocess.Popen[bytes]] = []

    def run(script: str, *options: str) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", "hotline.running.supervise", *options, "--", "sh", "-c", script]
        running.append(subprocess.Popen(command, cwd=tmp_path))
        return running[-1]

    yield run
    for process in running:
        process.terminate()
        process.wait(PATIENCE)


def lines(file: Path, count: int) -> list[str]:
    """The lines of a file once there are ``count``."""
    give_up = time.monotonic() + PATIENCE
    while time.monotonic() < give_up:
        found = file.read_text().splitlines() if file.exists() else []
        if len(found) >= count:
            return found
        time.sleep(0.02)
    raise AssertionError(f"{file} never had {count} lines")


def all_end(pids: list[str]) -> bool:
    """Whether every process ends; the kernel may take a moment after the signal."""
    give_up = time.monotonic() + PATIENCE
    while any(map(is_alive, pids)) and time.monotonic() < give_up:
        time.sleep(0.02)
    return not any(map(is_alive, pids))


def is_alive(pid: str) -> bool:
    """Whether a process runs; one that has ended and waits to be collected does not."""
    status = Path("/proc", pid, "stat")
    return status.exists() and status.read_text().rsplit(")", 1)[1].split()[0] != "Z"


def test_a_command_that_ends_is_started_again(kept: Keep, tmp_path: Path) -> None:
    kept("echo started >> log")
    assert set(lines(tmp_path / "log", 3)) == {"started"}


def test_a_command_that_is_killed_is_started_again(kept: Keep, tmp_path: Path) -> None:
    kept("echo $$ >> log; kill -KILL $$")
    first, second = lines(tmp_path / "log", 2)[:2]
    assert first != second


def test_stopping_ends_the_command_and_its_children(kept: Keep, tmp_path: Path) -> None:
    keeper = kept("sleep 600 & echo $! >> log; echo $$ >> log; wait")
    pids = lines(tmp_path / "log", 2)
    keeper.terminate()
    assert keeper.wait(PATIENCE) == 0
    assert all_end(pids)


def test_a_stubborn_command_is_killed(kept: Keep, tmp_path: Path) -> None:
    keeper = kept("trap '' TERM; sleep 600 & echo $! >> log; echo $$ >> log; while :; do wait; done")
    pids = lines(tmp_path / "log", 2)
    keeper.terminate()
    assert keeper.wait(supervise.GRACE_SECONDS + PATIENCE) == 0
    assert all_end(pids)


def test_children_do_not_outlive_a_command_that_ended(kept: Keep, tmp_path: Path) -> None:
    kept("sleep 600 & echo $! >> log")
    first, _ = lines(tmp_path / "log", 2)[:2]
    assert all_end([first])


HOLD = (
    "import sys, time; from pathlib import Path\n"
    "from hotline.running import instance_lock; from hotline.settings_file import Settings\n"
    "with instance_lock.locked(Settings(state_dir=Path(sys.argv[1]))):\n"
    "    print('held', flush=True); time.sleep(600)"
)


def test_it_stops_when_the_owner_of_the_instance_dies(kept: Keep, tmp_path: Path) -> None:
    owner = subprocess.Popen([sys.executable, "-c", HOLD, str(tmp_path)], stdout=subprocess.PIPE)
    assert owner.stdout and owner.stdout.readline() == b"held\n"
    lock = instance_lock.lock_file(Settings(state_dir=tmp_path))
    keeper = kept("echo $$ >> log; exec sleep 600", "--owner", str(lock))
    [pid] = lines(tmp_path / "log", 1)
    with pytest.raises(subprocess.TimeoutExpired):
        keeper.wait(0.5)
    owner.send_signal(signal.SIGKILL)
    owner.wait()
    assert keeper.wait(PATIENCE) == 0
    assert all_end([pid])


@pytest.mark.parametrize(
    ("last", "lived", "pause"),
    [(0.2, 0.0, 0.4), (4.0, 1.0, 5.0), (5.0, 29.0, 5.0), (5.0, 30.0, 0.2)],
)
def test_the_pause_grows_with_short_lives_only(last: float, lived: float, pause: float) -> None:
    assert supervise.next_pause(last, lived) == pytest.approx(pause)
