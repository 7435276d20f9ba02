"""Each hour: the chain is followed from its first entry, and its head is written to a second place."""

import logging
from datetime import UTC, datetime

from hotline import database
from hotline.database import Database
from hotline.evidence import findings, heads, store_check, verification
from hotline.evidence.differences import Difference
from hotline.evidence.heads_kept import HEADS
from hotline.settings import Settings

MOST = 20
"""Differences that are said one by one: who rewrites a table leaves thousands."""

log = logging.getLogger(__name__)


def follow_and_write(chosen: Settings, of: Database, now: datetime) -> list[str]:
    """Say what differs among the rows, then write the head. Returns what differs."""
    found = list(_some(chosen, of))
    with of.writing() as session:
        for each in found:
            if findings.found(session, each.subject, each.what, now):
                log.error("evidence: %s: %s", each.subject, each.what)
        if all(each.subject != HEADS for each in found) and len(found) < MOST:
            findings.mended(session, HEADS, now)
    head = heads.now(of, now)
    if head:
        heads.write(chosen, head)
    return [each.what for each in found]


def _some(chosen: Settings, of: Database) -> list[Difference]:
    found = []
    for each in verification.rows_that_differ(of, heads.written(chosen)):
        found.append(each)
        if len(found) == MOST:
            break
    return found


def check(chosen: Settings) -> None:
    """The task of the clock."""
    store_check.be_nice()
    follow_and_write(chosen, database.current(), datetime.now(UTC))
