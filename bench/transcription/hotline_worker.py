"""A hotline of its own with recordings in it, and the real worker to transcribe them."""

import ctypes
import os
import signal
import subprocess
import sys
import time
import wave
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from itertools import count
from pathlib import Path

from sqlalchemy import func, select

from bench.transcription import line, processes
from bench.transcription.corpus import Utterance
from hotline import database, settings_file
from hotline.intake import intake
from hotline.recordings import spool
from hotline.recordings.recordings import Recording, TranscriptionState
from transcription import queue

_PATIENCE_SECONDS = 600.0
_STOP_SECONDS = 10.0
_PR_SET_PDEATHSIG = 1
_libc = ctypes.CDLL(None)
_numbers = count(1)


def new_hotline(state_dir: Path, model: str) -> None:
    """Make ``state_dir`` the hotline of this process, with a worker that uses ``model``."""
    os.environ |= {"HOTLINE_STATE_DIR": str(state_dir), "HOTLINE_TRANSCRIPTION__MODEL": model}
    settings = settings_file.current()
    for folder in (settings.spool_dir, settings.store_dir, settings.run_dir):
        folder.mkdir(parents=True)
    database.upgrade(settings)


@contextmanager
def running(workers: int) -> Iterator[int]:
    """The real worker with so many processes; gives the id of the first process, their parent.

    It ends with this block, and also when the bench is killed.
    """
    environment = os.environ | {"HOTLINE_TRANSCRIPTION__WORKERS": str(workers)}
    command = [str(Path(sys.executable).with_name("hotline")), "worker"]
    process = subprocess.Popen(
        command, env=environment, stdout=2, start_new_session=True, preexec_fn=_told_of_our_death
    )
    try:
        yield process.pid
    finally:
        _end(process)


def _told_of_our_death() -> None:
    """Linux sends the worker SIGTERM when the bench dies, however it dies; it then ends its processes."""
    _libc.prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)


def _end(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    with suppress(subprocess.TimeoutExpired):
        process.wait(_STOP_SECONDS)
    with suppress(ProcessLookupError):  # nobody of the group is left
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def take_in(speech: Sequence[Utterance]) -> None:
    """Recordings of the speech, as the telephone leaves them."""
    settings = settings_file.current()
    for number, utterance in zip(_numbers, speech, strict=False):
        heard = line.through(utterance.wideband)
        call = f"{1763885000 + number}.{number}"
        with wave.open(str(spool.part_path(settings.spool_dir, call, 0)), "wb") as file:
            file.setparams((1, 2, heard.rate, 0, "NONE", "not compressed"))
            file.writeframes(heard.samples.tobytes())
        intake.take_in(call, settings, database.current())


def transcribe_all() -> float:
    """Send everything that waits to the worker; returns the seconds until the last one is done.

    Raises TimeoutError.
    """
    started = time.perf_counter()
    unfinished = Recording.transcription.in_([TranscriptionState.PENDING, TranscriptionState.RUNNING])
    while time.perf_counter() < started + _PATIENCE_SECONDS:
        queue.send_due(settings_file.current(), database.current(), datetime.now(UTC))  # as the clock does
        for _ in range(40):
            with database.current().reading() as session:
                if not session.scalar(select(func.count()).where(unfinished)):
                    return time.perf_counter() - started
            time.sleep(0.05)
    raise TimeoutError(f"not everything was transcribed in {_PATIENCE_SECONDS:.0f} s")


def cpu_seconds(parent: int) -> float:
    """Processor seconds of the worker's processes so far."""
    return sum(processes.cpu_seconds(pid) for pid in (parent, *processes.children(parent)))
