"""The clock: periodic tasks, each in a thread of its own so that a slow one holds up none.

A task is an entry point of the group ``hotline.clock``, so telephony and transcription add theirs.
"""

import logging
import threading
from importlib.metadata import entry_points

import click

from hotline import heartbeat, settings_file
from hotline.settings_file import Settings
from hotline.task import Task

log = logging.getLogger(__name__)


def tasks() -> list[Task]:
    """Every task there is."""
    return [each.load() for each in entry_points(group="hotline.clock")]


def repeat(task: Task, settings: Settings, stop: threading.Event) -> None:
    """Run a task until told to stop; a failure is logged and the next run tries again."""
    while True:
        try:
            task.run(settings)
        except Exception:
            log.exception("%s failed; it is tried again in %s s", task.name, task.every)
        if stop.wait(task.every):
            return


@click.command()
def clock() -> None:
    """Run the periodic tasks.

    The sweep, the watchdog, the queue of transcription, the queue log, the rotation of Asterisk's logs.
    """
    settings, stop = settings_file.current(), threading.Event()
    heartbeat.start(settings.run_dir, "clock")
    threads = [
        threading.Thread(target=repeat, args=(each, settings, stop), name=each.name) for each in tasks()
    ]
    for thread in threads:
        thread.daemon = True
        thread.start()
    try:
        for thread in threads:
            thread.join()
    except KeyboardInterrupt:
        stop.set()
