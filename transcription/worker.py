"""The Celery worker. The row is the job: a message carries only the recording's identifier.

Processes are forked after Vosk has loaded its model, so they share its memory; a Kaldi error ends one of
them, whose job is due again when its lease has run out. Whisper's threads do not survive a fork, so each
process loads it itself. A model that cannot be loaded ends the worker, whichever process noticed it: Celery
would swallow that and fail every job.
"""

import logging
import os
import signal
import time
import warnings
from datetime import UTC, datetime

from billiard import active_children  # type: ignore[import-untyped]
from celery import Celery
from celery.platforms import SecurityWarning
from celery.signals import worker_init, worker_process_init, worker_shutting_down
from celery.worker.state import reserved_requests
from sqlalchemy.exc import SQLAlchemyError

from hotline import database, heartbeat, settings_file
from hotline.database import Database
from hotline.recordings import jobs
from hotline.settings_file import Settings
from transcription import choice, job, loading
from transcription.draft import Engine
from transcription.models import ModelError

log = logging.getLogger(__name__)

_NICE = 10
_LOOK_SECONDS = 10.0
_CANNOT_LOAD = signal.SIGUSR2
"""What a process tells its parent that could not load the model."""
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
    job.transcribe(recording_id, _engine, settings_file.current(), database.current())


def serve(settings: Settings) -> None:
    """Run the worker until it is told to stop. Without a model it waits for one.

    Raises ModelError when there is a model and it cannot be loaded.
    """
    os.nice(_NICE)
    app.conf.broker_url = settings.broker_url
    warnings.simplefilter("ignore", SecurityWarning)  # about pickle, which is not accepted here
    heartbeat.start(settings.run_dir, "worker")
    found = _wait_for_model(settings)
    log.info("%s", found.line)
    if found.model.engine == "vosk":
        _load(found, settings)
    signal.signal(_CANNOT_LOAD, lambda *_: _end(1))
    app.worker_main(
        [
            "--quiet",
            "worker",
            f"--concurrency={settings.transcription.workers}",
            "--pool=prefork",
            "--loglevel=WARNING",
            "--without-gossip",
            "--without-mingle",
            "--without-heartbeat",
        ]
    )


def _wait_for_model(settings: Settings) -> choice.ModelChoice:
    said = ""
    while True:
        try:
            return choice.choose(settings.transcription, settings.models_dir)
        except ModelError as error:
            if str(error) != said:
                said = str(error)
                log.warning("%s (recordings wait until then)", said)
            time.sleep(_LOOK_SECONDS)


@worker_init.connect  # type: ignore[untyped-decorator]
def _before_forking(**_: object) -> None:
    _send_afresh(database.current())


@worker_process_init.connect  # type: ignore[untyped-decorator]
def _after_forking(**_: object) -> None:
    database.current().engine.dispose(close=False)  # connections are not shared with the parent
    if _engine is not None:
        return
    settings = settings_file.current()
    try:
        _load(choice.choose(settings.transcription, settings.models_dir), settings)
    except ModelError as error:
        log.error("%s", error)
        os.kill(os.getppid(), _CANNOT_LOAD)


def _load(found: choice.ModelChoice, settings: Settings) -> None:
    global _engine
    _engine = loading.load(found.model, settings)


def _send_afresh(db: Database) -> None:
    """Forget what the broker still holds, and let the queue send all that waits: the rows are the jobs."""
    app.control.purge()
    with db.writing() as session:
        jobs.unmark_unfinished(session)


@worker_shutting_down.connect  # type: ignore[untyped-decorator]
def _stop_at_once(**_: object) -> None:
    """Celery would wait for the running jobs; those cut short are given back, to be begun again at once."""
    _end(0)


def _end(code: int) -> None:
    for child in active_children():
        child.terminate()
    held = [request.args[0] for request in list(reserved_requests)]
    try:
        with database.current().writing() as session:
            jobs.give_back(session, held, datetime.now(UTC))
    except SQLAlchemyError as error:
        log.warning("jobs cut short wait until their lease has run out: %s", error)
    os._exit(code)
