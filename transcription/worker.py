"""The Celery worker. The row is the job: a message carries only the recording's identifier.

Processes are forked after Vosk has loaded its model, so they share its memory; a Kaldi error ends one of
them, whose job is due again when its lease has run out. Whisper's threads do not survive a fork, so each
process loads it itself.
"""

import logging
import os
import time
import warnings

from billiard import active_children  # type: ignore[import-untyped]
from celery import Celery
from celery.platforms import SecurityWarning
from celery.signals import worker_init, worker_process_init, worker_shutting_down
from sqlalchemy import update

from hotline import database, heartbeat, settings
from hotline.database import Database
from hotline.recordings import Recording, Transcription
from hotline.settings import Settings
from transcription import choice, job
from transcription.draft import Engine
from transcription.models import ModelError

log = logging.getLogger(__name__)

_NICE = 10
_LOOK_SECONDS = 10.0
_engine: Engine | None = None

app = Celery("transcription")
app.conf.update(
    task_acks_late=True,
    task_reject_on_worker_lost=False,  # the lease brings the job back, and counts the attempt
    task_ignore_result=True,
    task_default_queue="transcription",
    worker_prefetch_multiplier=4,  # with 1 the broker is asked again, and waited for, between two jobs
    worker_proc_alive_timeout=120.0,  # Whisper loads its model in the process
    worker_hijack_root_logger=False,
    worker_redirect_stdouts=False,
    worker_enable_remote_control=False,
    worker_send_task_events=False,
    broker_connection_retry_on_startup=True,
    worker_cancel_long_running_tasks_on_connection_loss=False,
)


@app.task(name="transcription.transcribe")  # type: ignore[untyped-decorator]
def transcribe(recording_id: str) -> None:
    """Transcribe one recording."""
    if _engine is None:
        raise RuntimeError("no engine in this process")
    job.transcribe(recording_id, _engine, settings.current(), database.current())


def serve(chosen: Settings) -> None:
    """Run the worker until it is told to stop. Without a model it waits for one."""
    os.nice(_NICE)
    app.conf.broker_url = chosen.broker_url
    warnings.simplefilter("ignore", SecurityWarning)  # about pickle, which is not accepted here
    heartbeat.start(chosen.run_dir, "worker")
    log.info("%s", _wait_for_model(chosen).line)
    app.worker_main(
        [
            "--quiet",
            "worker",
            f"--concurrency={chosen.transcription.workers}",
            "--pool=prefork",
            "--loglevel=WARNING",
            "--without-gossip",
            "--without-mingle",
            "--without-heartbeat",
        ]
    )


def _wait_for_model(chosen: Settings) -> choice.Choice:
    said = ""
    while True:
        try:
            return choice.choose(chosen.transcription, chosen.models_dir)
        except ModelError as error:
            if str(error) != said:
                said = str(error)
                log.warning("%s (recordings wait until then)", said)
            time.sleep(_LOOK_SECONDS)


@worker_init.connect  # type: ignore[untyped-decorator]
def _before_forking(**_: object) -> None:
    chosen = settings.current()
    _send_afresh(database.current())
    if choice.choose(chosen.transcription, chosen.models_dir).model.engine == "vosk":
        _load(chosen)


@worker_process_init.connect  # type: ignore[untyped-decorator]
def _after_forking(**_: object) -> None:
    database.current().engine.dispose(close=False)  # connections are not shared with the parent
    if _engine is None:
        _load(settings.current())


def _load(chosen: Settings) -> None:
    global _engine
    threads = max(1, (os.cpu_count() or 1) // chosen.transcription.workers)
    model = choice.choose(chosen.transcription, chosen.models_dir).model
    _engine = choice.load(model, chosen.models_dir, threads)


def _send_afresh(db: Database) -> None:
    """Forget what the broker still holds, and let the queue send all that waits: the rows are the jobs."""
    app.control.purge()
    with db.writing() as session:
        unfinished = Recording.transcription.in_([Transcription.PENDING, Transcription.RUNNING])
        session.execute(update(Recording).where(unfinished).values(queued_at=None))


@worker_shutting_down.connect  # type: ignore[untyped-decorator]
def _stop_at_once(**_: object) -> None:
    """Celery would wait for the running jobs; one cut short is due again when its lease has run out."""
    for child in active_children():
        child.terminate()
    os._exit(0)
