"""Each hour: the chain is followed from its first entry, and its head is written to a second place."""

import logging
from datetime import UTC, datetime
from itertools import chain, islice

from hotline import database
from hotline.database import Database
from hotline.evidence import findings, heads, heads_kept, store_check, verification
from hotline.evidence.differences import Difference
from hotline.evidence.heads_kept import HEADS
from hotline.settings_file import Settings

MOST_DIFFERENCES_SAID = 20
"""Differences that are said one by one: who rewrites a table leaves thousands."""

log = logging.getLogger(__name__)


def follow_and_write(settings: Settings, of: Database, now: datetime) -> list[str]:
    """Say what differs among the rows, then write the head. Returns what differs."""
    found = list(_some(settings, of))
    for each in found:
        _say(of, each, now)
    heads_differ = any(each.subject == HEADS for each in found)
    head = heads.current_head(of, now)
    try:
        if head:
            heads.write(settings, of, head)
    except OSError as problem:
        if not heads_differ:
            _say(of, Difference(HEADS, f"the newest could not be written: {problem}"[:300]), now)
        raise
    if not heads_differ and len(found) < MOST_DIFFERENCES_SAID:
        with of.writing() as session:
            findings.mended(session, HEADS, now)
    return [each.what for each in found]


def _say(of: Database, each: Difference, now: datetime) -> None:
    with of.writing() as session:
        if findings.found(session, each.subject, each.what, now):
            log.error("evidence: %s: %s", each.subject, each.what)


def _some(settings: Settings, of: Database) -> list[Difference]:
    differing = chain(
        heads_kept.gone(settings, of), verification.rows_that_differ(of, heads.written(settings))
    )
    return list(islice(differing, MOST_DIFFERENCES_SAID))


def check(settings: Settings) -> None:
    """The task of the clock."""
    store_check.be_nice()
    follow_and_write(settings, database.current(), datetime.now(UTC))
