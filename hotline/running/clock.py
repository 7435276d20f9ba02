"""The clock: periodic tasks, each in a thread of its own so that a slow one holds up none.

A task is an entry point of the group ``hotline.clock``, so telephony and transcription add theirs.
"""

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import entry_points

import click

from hotline import database, settings
from hotline.callers import withheld
from hotline.recordings import sweep as sweeping
from hotline.running import heartbeat
from hotline.settings import Settings

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Task:
    """Something done again and again; ``every`` is the rest in seconds between two runs."""

    name: str
    every: float
    run: Callable[[Settings], None]


def _sweep(chosen: Settings) -> None:
    for taken in sweeping.sweep(chosen, database.current()):
        log.info("the sweep took in recording %s, case %s", taken.recording_id, taken.case_number)
    withheld.take_in(chosen.spool_dir, database.current(), datetime.now(UTC))


sweep = Task("sweep", 10.0, _sweep)


def tasks() -> list[Task]:
    """Every task there is."""
    return [each.load() for each in entry_points(group="hotline.clock")]


def repeat(task: Task, chosen: Settings, stop: threading.Event) -> None:
    """Run a task until told to stop; a failure is logged and the next run tries again."""
    while True:
        try:
            task.run(chosen)
        except Exception:
            log.exception("%s failed; it is tried again in %s s", task.name, task.every)
        if stop.wait(task.every):
            return


@click.command()
def clock() -> None:
    """Run the periodic tasks.

    The sweep, the watchdog, the queue of transcription, the queue log, the rotation of Asterisk's logs.
    """
    chosen, stop = settings.current(), threading.Event()
    heartbeat.start(chosen.run_dir, "clock")
    threads = [threading.Thread(target=repeat, args=(each, chosen, stop), name=each.name) for each in tasks()]
    for thread in threads:
        thread.daemon = True
        thread.start()
    try:
        for thread in threads:
            thread.join()
    except KeyboardInterrupt:
        stop.set()
