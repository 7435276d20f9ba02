"""What the clock does for retention."""

from datetime import UTC, datetime

from hotline import database
from hotline.retention import deleting
from hotline.running.clock import Task
from hotline.settings import Settings


def _run(chosen: Settings) -> None:
    deleting.run(chosen, database.current(), datetime.now(UTC))


retention = Task("retention", 600.0, _run)
