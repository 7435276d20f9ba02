"""The transcription is killed, and given poison: it costs time, never a recording, and holds up nothing."""

import os
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest
from sqlalchemy import func, select, update

from hotline.database import Database
from hotline.intake import intake
from hotline.recordings import spool
from hotline.recordings.recordings import Recording, TranscriptionState
from hotline.recordings.transcripts import Transcript
from tests.kit import speech
from tests.kit.instance import HotlineInstance, signal_group
from transcription import health, models
from transcription.audio import Audio

PATIENCE_SECONDS = 90
SETTINGS = {"HOTLINE_TRANSCRIPTION__MODEL": models.KOREAN.name, "HOTLINE_MESSAGE__MAX_SECONDS": "30"}


@pytest.fixture
def hotline(tmp_path: Path) -> Iterator[HotlineInstance]:
    """A hotline that transcribes messages of up to 4 × 30 s; nobody can call it."""
    speech.engine(models.KOREAN.name)
    instance = HotlineInstance(tmp_path / "state", SETTINGS)
    for folder in (instance.settings.spool_dir, instance.settings.store_dir):
        folder.mkdir(parents=True)
    try:
        yield instance
    finally:
        instance.stop()


@pytest.fixture
def db(hotline: HotlineInstance) -> Database:
    return Database(hotline.settings.database_url)


def take_in(hotline: HotlineInstance, db: Database, name: int, content: bytes | Audio) -> str:
    """Bytes or sound in the spool become a recording; gives its id."""
    call = f"{1763885000 + name}.{name}"
    path = spool.part_path(hotline.settings.spool_dir, call, 0)
    if isinstance(content, bytes):
        path.write_bytes(content)
    else:
        speech.write(path, content)
    taken = intake.take_in(call, hotline.settings, db)
    assert taken
    return taken.recording_id


def row(db: Database, recording_id: str) -> Recording:
    with db.reading() as session:
        recording = session.get_one(Recording, recording_id)
        session.expunge_all()
    return recording


def wait_until(hotline: HotlineInstance, reached: Callable[[], bool]) -> None:
    give_up = time.monotonic() + PATIENCE_SECONDS
    while not reached():
        assert time.monotonic() < give_up, [hotline.output(part) for part in hotline.processes]
        time.sleep(0.05)


def let_the_lease_run_out(db: Database) -> None:
    """What some minutes would do."""
    with db.writing() as session:
        past = datetime.now(UTC) - timedelta(seconds=1)
        running = update(Recording).where(Recording.transcription == TranscriptionState.RUNNING)
        session.execute(running.values(lease_until=past, queued_at=past - timedelta(minutes=1)))


def test_two_kills_cost_two_attempts_and_no_recording(hotline: HotlineInstance, db: Database) -> None:
    recording_id = take_in(hotline, db, 1, speech.korean())
    hotline.start("worker", "clock")

    def is_running(attempt: int) -> Callable[[], bool]:
        return lambda: (row(db, recording_id).state, row(db, recording_id).attempts) == ("running", attempt)

    wait_until(hotline, is_running(1))
    (child,) = children(hotline.processes["worker"].pid)
    os.kill(child, signal.SIGSEGV)  # as an error in Kaldi ends a process
    assert hotline.processes["worker"].poll() is None
    let_the_lease_run_out(db)

    wait_until(hotline, is_running(2))
    signal_group(hotline.processes["worker"], signal.SIGKILL)
    hotline.processes["worker"].wait()
    let_the_lease_run_out(db)

    hotline.start("worker")
    wait_until(hotline, lambda: row(db, recording_id).state == "transcribed")
    assert row(db, recording_id).attempts == 3
    with db.reading() as session:
        assert session.scalar(select(func.count()).select_from(Transcript)) == 1


def test_poison_ends_as_failed_and_holds_up_nobody(hotline: HotlineInstance, db: Database) -> None:
    whole = speech.write(hotline.settings.spool_dir.parent / "whole.wav", speech.hiss(3, 1000)).read_bytes()
    poison = {
        take_in(hotline, db, 1, b""): "no WAV file (0 bytes)",
        take_in(hotline, db, 2, whole[:30]): "no WAV file (30 bytes)",
        take_in(hotline, db, 3, b"ID3\3" + bytes(5000)): "no WAV file (5004 bytes)",
        take_in(hotline, db, 4, whole[:20] + b"\x31\0" + whole[22:]): "codec 0x0031",
        take_in(hotline, db, 5, speech.hiss(150, 1000)): "2 minutes long, at most 2",
    }
    message = take_in(hotline, db, 6, speech.korean())
    hotline.start("worker", "clock")
    wait_until(hotline, lambda: row(db, message).state == "transcribed")
    wait_until(hotline, lambda: all(row(db, each).state == "failed" for each in poison))
    for recording_id, reason in poison.items():
        failed = row(db, recording_id)
        assert failed.failure.startswith(reason)
        assert failed.attempts == 3
    assert row(db, message).attempts == 1


def test_without_a_model_the_worker_lives_and_says_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "models").mkdir()
    hotline = HotlineInstance(tmp_path / "state", {"HOTLINE_MODELS_DIR": str(tmp_path / "models")})
    try:
        hotline.start("worker")
        said = "run: hotline models fetch auto (recordings wait until then)"
        wait_until(hotline, lambda: said in hotline.output("worker"))
        assert hotline.processes["worker"].poll() is None
    finally:
        hotline.stop()


def children(pid: int) -> list[int]:
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def test_an_orderly_stop_costs_neither_an_attempt_nor_a_lease(hotline: HotlineInstance, db: Database) -> None:
    long = speech.korean()
    recording_id = take_in(hotline, db, 1, Audio(np.tile(long.samples, 5), long.rate))
    hotline.start("worker", "clock")
    wait_until(hotline, lambda: row(db, recording_id).state == "running")
    signal_group(hotline.processes["worker"], signal.SIGTERM)  # as Ctrl-C does, or the start's own end
    assert hotline.processes["worker"].wait(PATIENCE_SECONDS) == 0
    stopped = row(db, recording_id)
    assert (stopped.state, stopped.attempts, stopped.attempts_allowed) == ("pending", 1, 4)
    hotline.start("worker")
    wait_until(hotline, lambda: row(db, recording_id).state == "transcribed")
    assert row(db, recording_id).attempts == 2


@pytest.mark.parametrize("model", [models.MANDARIN, models.WHISPER], ids=["before", "after forking"])
def test_a_damaged_model_ends_the_worker_with_one_sentence(tmp_path: Path, model: models.Model) -> None:
    for file in ("am/final.mdl", "conf/model.conf", "graph/HCLr.fst", "config.json", "tokenizer.json"):
        for path in (tmp_path / model.name / file, tmp_path / model.name / "model.bin"):
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(b"damaged")
    (tmp_path / model.name / "vocabulary.json").write_bytes(b"damaged")
    extra = {"HOTLINE_MODELS_DIR": str(tmp_path), "HOTLINE_TRANSCRIPTION__MODEL": model.name}
    hotline = HotlineInstance(tmp_path / "state", extra)
    try:
        with suppress(AssertionError):  # it may end before it was seen alive
            hotline.start("worker")
        assert hotline.processes["worker"].wait(PATIENCE_SECONDS) == 1
        assert f"{model.name} cannot be loaded" in hotline.output("worker")
        assert "Traceback" not in hotline.output("worker")
        (finding,) = health.speech(hotline.settings)
        assert not finding.ok
    finally:
        hotline.stop()
