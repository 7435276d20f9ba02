"""What the clock does: take in what calls have left in the spool, where no program of ours saw the end.

Drafts of documents whose upload broke off go.
"""

import logging
from datetime import UTC, datetime

from hotline import database, withheld_numbers
from hotline.documents import document_store
from hotline.intake import sweep as sweeping
from hotline.settings_file import Settings
from hotline.task import Task

log = logging.getLogger(__name__)


def _sweep(settings: Settings) -> None:
    for taken in sweeping.sweep(settings, database.current()):
        log.info("the sweep took in recording %s, case %s", taken.recording_id, taken.case_number)
    withheld_numbers.take_in(settings.spool_dir, database.current(), datetime.now(UTC))
    if left := document_store.sweep(settings.documents_dir, datetime.now(UTC)):
        log.info("the sweep removed %s drafts of documents whose upload broke off", left)


sweep = Task("sweep", 10.0, _sweep)
