"""What the clock does: take in what calls have left in the spool, where no program of ours saw the end."""

import logging
from datetime import UTC, datetime

from hotline import database, withheld_numbers
from hotline.intake import sweep as sweeping
from hotline.settings_file import Settings
from hotline.task import Task

log = logging.getLogger(__name__)


def _sweep(settings: Settings) -> None:
    for taken in sweeping.sweep(settings, database.current()):
        log.info("the sweep took in recording %s, case %s", taken.recording_id, taken.case_number)
    withheld_numbers.take_in(settings.spool_dir, database.current(), datetime.now(UTC))


sweep = Task("sweep", 10.0, _sweep)
