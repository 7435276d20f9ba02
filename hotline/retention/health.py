"""What ``hotline doctor`` says of retention: what the office has set, and what stopped half-way."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from sqlalchemy import func, select

from hotline import database
from hotline.finding import Finding
from hotline.retention import date_belief, document_files, gathering
from hotline.retention.deletions import Deletion, Retained
from hotline.settings_file import Settings

STUCK_AFTER = timedelta(hours=1)


def check(settings: Settings) -> Iterator[Finding]:
    """Which periods are set, and whether every deletion that was begun was finished."""
    set_: dict[str, int] = {what: gathering.months(settings.retention, what) for what in Retained}
    set_ |= {"documents": document_files.months(settings.retention)}
    said = ", ".join(f"{what} after {months} months" for what, months in set_.items() if months)
    nothing = "nothing is deleted: set [retention] in hotline.toml once the office has decided its periods"
    yield Finding("retention", True, f"deleted: {said}" if said else nothing)
    begun = select(func.count()).where(
        Deletion.done_at.is_(None), Deletion.begun_at < datetime.now(UTC) - STUCK_AFTER
    )
    with database.current().reading() as session:
        doubt = date_belief.doubt(session, datetime.now(UTC))
        count = session.scalar(begun) or 0
        stuck = [
            each.case_number for each in gathering.cannot_go(session, settings.retention, datetime.now(UTC))
        ]
    remedy = "see the log of the clock for: retention"
    yield Finding("deletions", not count, f"{count} were begun an hour ago and not finished", remedy)
    if doubt and said:
        yield Finding("date", False, *doubt)
    if stuck:
        message = f"{len(stuck)} are due and cannot be deleted: {', '.join(stuck[:3])}"
        remedy = (
            "their files are missing or damaged: restore them from the backup (docs/operate.md, Evidence)"
        )
        yield Finding("due sound", False, message, remedy)
