"""What ``hotline doctor`` asks of evidence, in a moment: the whole is read by ``hotline audit verify``."""

from collections import deque
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from sqlalchemy import func, select

from hotline import database
from hotline.audit import AuditEntry
from hotline.evidence import findings, guards, heads, heads_kept, stored_files, verification
from hotline.evidence.store_check import READ_AGAIN_AFTER
from hotline.finding import Finding
from hotline.settings_file import Settings

VERIFY = "run: hotline audit verify"
GONE = "mount its disk, or find the file; if it is lost for good: set another head_file in [evidence]"
HEAD_AGE = timedelta(hours=3)
READ_AGAIN_WITHIN = timedelta(weeks=2)


def evidence(settings: Settings) -> Iterator[Finding]:
    """The chain's ends, the guards, the store's sizes, and what the clock has found."""
    try:
        yield from _everything(settings)
    except OSError as problem:
        remedy = "let the hotline read and write the file of heads, or set another head_file in [evidence]"
        yield Finding("evidence", False, str(problem), remedy)


def _everything(settings: Settings) -> Iterator[Finding]:
    chain = _chain(settings)  # first: where there are no tables, nobody removed the guards
    yield _guards()
    yield chain
    yield from _second_place(settings)
    yield _sizes(settings)
    yield _read_again()
    with database.current().reading() as session:
        found = findings.standing(session)
        said = "; ".join(f"{each.subject}: {each.what}" for each in found[:3])
    yield Finding("evidence", not found, said or "nothing differs", f"{VERIFY}, and see docs/operate.md")


def _guards() -> Finding:
    with database.current().engine.connect() as connection:
        gone = guards.missing(connection)
    message = f"missing: {', '.join(gone[:3])}" if gone else "changes of evidence are refused"
    return Finding("guards", not gone, message, f"somebody removed them; {VERIFY}, then: hotline prepare")


def _chain(settings: Settings) -> Finding:
    """How many entries there are, and whether the last heads that were written are among them."""
    db = database.current()
    with db.reading() as session:
        count = session.scalar(select(func.count()).select_from(AuditEntry)) or 0
        last = session.scalar(select(func.max(AuditEntry.sequence))) or 0
        problem = "" if count == last else f"{count} entries, but the last one's number is {last}"
        kept = deque(heads.written(settings), maxlen=50)
        differing = list(heads_kept.that_differ(session, kept))
    if differing:
        problem = f"{differing[0].subject}: {differing[0].what}"
    return Finding("audit trail", not problem, problem or f"{count} entries in a chain", VERIFY)


def _second_place(settings: Settings) -> Iterator[Finding]:
    for each in heads_kept.gone(settings, database.current()):
        yield Finding("head of the trail", False, f"heads: {each.what}", GONE)
        return
    file = heads.file_of(settings)
    last = deque(heads.written(settings), maxlen=1)
    age = datetime.now(UTC) - last[0].at if last else None
    if age is None or age > HEAD_AGE:
        message = f"nothing was written to {file}" + (
            f" since {last[0].at:%Y-%m-%d %H:%M %Z}" if last else " yet"
        )
        is_new = age is None and verification.entries(database.current()) < 1000
        yield Finding("head of the trail", is_new, message, "see the log of the clock for: chain-check")
    if not file.parent.is_dir():
        yield Finding("head's place", False, f"{file.parent} is not there", "make it, for the hotline's user")
        return
    yield Finding("head's place", True, _apart(settings))


def _apart(settings: Settings) -> str:
    if not heads.is_apart(settings):
        return "only beside the database: set head_file in [evidence] to another disk or machine, or mail_to"
    if settings.evidence.mail_to or not heads.shares_disk(settings):
        return "in a second place"
    return (
        f"{heads.file_of(settings)} is on the same disk as the database: mount the other one if there is "
        "one, or set head_file in [evidence] to another disk or machine, or mail_to"
    )


def _sizes(settings: Settings) -> Finding:
    wrong = []
    for file in stored_files.files(database.current()):
        if what := stored_files.file_differs(settings, file, read=False):
            wrong.append(what)
    message = f"{len(wrong)} differ: {'; '.join(wrong[:3])}" if wrong else "every file has its size"
    return Finding("sizes", not wrong, message, "restore them from the backup")


def _read_again() -> Finding:
    late = datetime.now(UTC) - READ_AGAIN_AFTER - READ_AGAIN_WITHIN
    with database.current().reading() as session:
        late_ones = (
            select(func.count()).select_from(table).where(table.checked_at < late)
            for table in stored_files.TABLES.values()
        )
        count = sum(session.scalar(each) or 0 for each in late_ones)
    message = f"{count} files were not read for five weeks" if count else "read again by the clock"
    return Finding("reading again", not count, message, "see the log of the clock for: store-check")
