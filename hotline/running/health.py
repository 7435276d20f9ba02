"""What ``hotline doctor`` asks: every part is a check that answers with findings.

A check is an entry point of the group ``hotline.doctor``: a function of the settings.
"""

import shutil
import sqlite3
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy.exc import SQLAlchemyError

from hotline import audit, database, troubles
from hotline.callers import shared_number
from hotline.callers.shared_number import SharedNumber
from hotline.calls import call_limits
from hotline.cases import units
from hotline.enquiries import enquiries
from hotline.finding import Finding
from hotline.hours import calendar_days, line, office_calendar
from hotline.hours.office_calendar import NOTHING_DECIDED, Decided
from hotline.intake import document_intake, sweep
from hotline.recordings import spool
from hotline.running import ready
from hotline.settings_file import Settings

MIN_FREE_BYTES = 2 << 30
"""About 35 hours of recordings at 16,000 bytes a second."""


STUCK_SECONDS = 600.0
"""A finished recording is taken in within seconds."""

DoctorCheck = Callable[[Settings], Iterator[Finding]]


def free_bytes(settings: Settings) -> int:
    """Room on the disk where Asterisk writes recordings."""
    is_there = settings.spool_dir.exists()
    return shutil.disk_usage(settings.spool_dir if is_there else settings.state_dir).free


def disk(settings: Settings) -> Iterator[Finding]:
    """Room for recordings."""
    free = free_bytes(settings)
    remedy = f"free some room on the disk of {settings.state_dir}, or move state_dir to a larger one"
    yield Finding("disk", free >= MIN_FREE_BYTES, f"{free / (1 << 30):.1f} GiB free", remedy)


def schema(settings: Settings) -> Iterator[Finding]:
    """The database answers, has the newest schema and has units to hand cases to."""
    from alembic.runtime.migration import MigrationContext  # the pages need a Finding, but not these
    from alembic.script import ScriptDirectory

    head = ScriptDirectory(str(database.MIGRATIONS)).get_current_head()
    try:
        with database.current().engine.connect() as connection:
            found = MigrationContext.configure(connection).get_current_revision()
        with database.current().reading() as session:
            listed = units.in_force(session)
    except (SQLAlchemyError, sqlite3.Error) as error:
        trouble = troubles.explain(error, settings)
        remedy = trouble.remedy if trouble else "check database_url in the settings"
        yield Finding("database", False, str(error).splitlines()[0], remedy)
        return
    remedy = f"run: {troubles.start()}"
    yield Finding("database", found == head, f"schema {found}, newest {head}", remedy)
    message = f"{listed} are in force" if listed else "none is in force: nobody can register a case"
    yield Finding("units", listed > 0, message, "run: hotline units import FILE")


def recordings(settings: Settings) -> Iterator[Finding]:
    """Spool and store agree with the rows, both ways."""
    parts = [part for call in spool.calls(settings.spool_dir).values() for part in call]
    stuck = [part.name for part in parts if _age(part.path) > STUCK_SECONDS and not spool.is_open(part.path)]
    message = f"{len(parts)} recordings wait to be taken in, {len(stuck)} of them for too long"
    yield Finding("spool", not stuck, message, f"see the log of the clock for: {', '.join(stuck[:3])}")
    strays = [path.name for path in sweep.strays(settings, database.current())]
    remedy = f"a sweep takes them in; if they stay, keep them and ask: {', '.join(strays[:3])}"
    yield Finding("stray files", not strays, f"{len(strays)} in the store without a row", remedy)
    lost = list(sweep.missing_files(settings, database.current()))
    remedy = f"restore them from the backup: {', '.join(lost[:3])}"
    yield Finding("store", not lost, f"{len(lost)} files missing", remedy)
    yield from _documents(settings)


def _documents(settings: Settings) -> Iterator[Finding]:
    strays = list(document_intake.strays(settings, database.current(), datetime.now(UTC)))
    remedy = (
        f"an upload broke off, or an older database was restored; keep them and ask: {', '.join(strays[:3])}"
    )
    yield Finding("stray documents", not strays, f"{len(strays)} in the store without a row", remedy)
    lost = list(document_intake.missing_files(settings, database.current()))
    remedy = f"restore them from the backup: {', '.join(lost[:3])}"
    yield Finding("documents", not lost, f"{len(lost)} files missing", remedy)


def _age(path: Path) -> float:
    try:
        return abs(time.time() - path.stat().st_mtime)
    except FileNotFoundError:  # taken in a moment ago
        return 0.0


def calendar(settings: Settings) -> Iterator[Finding]:
    """The holidays of this year and the next are known."""
    this_year = datetime.now(UTC).year
    own = line.years_with_own_days(settings.hours, _decided())
    remedy = "enter them on the page Calendar, or import them: hotline calendar import"
    for year in (this_year, this_year + 1):
        if office_calendar.is_known(year) or year in own:
            yield Finding(f"holidays of {year}", True, "known")
        else:
            message = "not known: Monday to Friday are taken as working days"
            still_to_come = year > this_year  # the State Council publishes them in November or later
            yield Finding(f"holidays of {year}", still_to_come, f"{message}; {remedy}", remedy)


def _decided() -> Decided:
    """The days that the office has decided; none without a database, which another check finds."""
    try:
        with database.current().reading() as session:
            return calendar_days.decided(session)
    except (SQLAlchemyError, sqlite3.Error):
        return NOTHING_DECIDED


def limits(settings: Settings) -> Iterator[Finding]:
    """There are ports enough for seats and callers, and nobody takes up what is for all."""
    wanted, there = call_limits.ports_wanted(settings), settings.rtp.end - settings.rtp.start + 1
    remedy = (
        f"give [rtp] in hotline.toml at least {wanted} ports: with fewer, calls are turned away too early"
    )
    yield Finding("ports for sound", there >= wanted, f"{there}, wanted {wanted}", remedy)
    away = any(call_limits.turns_away(settings, each) for each in call_limits.FILES)
    remedy = "ask the telephone company who calls so often, and to stop it: docs/security.md, Callers"
    today = sum(call_limits.turned_away(settings, each) for each in call_limits.FILES)
    yield Finding(
        "calls turned away", not away, f"{'lately' if away else 'none lately'}; {today} today", remedy
    )
    try:
        with database.current().reading() as session:
            unusual = enquiries.is_unusual(session, datetime.now(UTC))
            shared = shared_number.shown_by_most(session, datetime.now(UTC))
    except (SQLAlchemyError, sqlite3.Error):  # the check of the database says it
        return
    yield _shown_by_most(shared)
    remedy = "somebody may be guessing case numbers: docs/security.md, Enquiries by number"
    yield Finding("enquiries", not unusual, "unusually many" if unusual else "as usual", remedy)


def _shown_by_most(shared: SharedNumber | None) -> Finding:
    if shared is None:
        return Finding("callers' numbers", True, "no number is that of most calls")
    number = f"one number, {audit.shortened(shared.number)}" if shared.number else "no number"
    remedy = (
        "ask the telephone company to send each caller's own number; until then raise calls_at_once and "
        "calls_per_hour in [nuisance] of hotline.toml for the seats; no number has more than a third of the "
        "lines, whatever is set: docs/operate.md, Nuisance calls"
        if shared.number
        else "ask the telephone company to send callers' numbers: those without share a third of the lines"
    )
    message = f"{shared.calls} of the {shared.of} calls of the last seven days show {number}"
    return Finding("callers' numbers", False, message, remedy)


def processes(settings: Settings) -> Iterator[Finding]:
    """Every part of a running hotline answers."""
    silent = ready.silent_parts(settings)
    for part in ready.CHECKS:
        ok = part not in silent
        remedy = f"run: {troubles.start(ready.COMMANDS[part])}"
        yield Finding(part, ok, "answers" if ok else "does not answer", remedy)
