"""``hotline retention``: what is deleted when, what was deleted, and what is kept whatever is set."""

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime
from pathlib import Path

import click
from sqlalchemy import select
from sqlalchemy.orm import Session

from hotline import database, settings_file
from hotline.commands import exports
from hotline.commands.calls import DAY, office_zone, today
from hotline.recordings.recordings import Recording, RecordingPart
from hotline.refusals import Refused
from hotline.registration import told_numbers
from hotline.reports.report_periods import midnight
from hotline.retention import beside, deleting, deletions, document_files, gathering, legal_holds
from hotline.retention.beside import PersonalData
from hotline.retention.deletions import Deletion, Retained
from hotline.sections import Retention
from hotline.spreadsheet import Cell

FILE = click.option(
    "--file", type=click.Path(dir_okay=False, path_type=Path), help="Write it there, .csv or .xlsx."
)
HEAD = ("what", "recording or other", "case number", "received", "counted from")


@click.group("retention")
def group() -> None:
    """How long sound, what was written, and callers' numbers are kept ([retention] in hotline.toml)."""


@group.command()
@click.option("--limit", type=click.IntRange(0), default=20, show_default=True, help="List so many of each.")
@FILE
def preview(limit: int, file: Path | None) -> None:
    """Show what would be deleted now. Deletes nothing."""
    settings, now, rows = settings_file.current().retention, datetime.now(UTC), list[list[Cell]]()
    for what in Retained:
        with database.current().reading() as session:
            found = list(gathering.due(session, settings, what, now))
        months = gathering.months(settings, what)
        click.echo(f"{what}: {f'{len(found)} after {months} months' if months else 'kept for ever'}")
        rows += [[str(what), each.recording_id, each.case_number, *_days(each)] for each in found]
        for each in found[:limit]:
            click.echo(f"  {each.case_number}  {each.recording_id}  counted from {_day(each.settled_at)}")
    rows += [row for kind in PersonalData for row in _preview_beside(kind, settings, now, limit)]
    rows += _preview_documents(settings, now, limit)
    if file:
        today_ = now.astimezone(office_zone()).date()
        _write(file, "retention preview", (today_, today_), HEAD, rows)


def _preview_beside(kind: PersonalData, retention: Retention, now: datetime, limit: int) -> list[list[Cell]]:
    with database.current().reading() as session:
        found = list(beside.due(session, retention, kind, now))
    months = beside.months(retention, kind)
    click.echo(f"{kind}: {f'{len(found)} after {months} months' if months else 'kept for ever'}")
    for each in found[:limit]:
        click.echo(f"  {each.subject}  counted from {_day(each.settled_at)}")
    return [[str(kind), each.subject, "", "", _day(each.settled_at)] for each in found]


def _preview_documents(retention: Retention, now: datetime, limit: int) -> list[list[Cell]]:
    with database.current().reading() as session:
        found = list(document_files.due(session, retention, now))
    months = document_files.months(retention)
    click.echo(f"documents: {f'{len(found)} after {months} months' if months else 'kept for ever'}")
    for each in found[:limit]:
        click.echo(f"  {each.case_number}  {each.document_id}  counted from {_day(each.settled_at)}")
    return [
        ["documents", each.document_id, each.case_number, _day(each.added_at), _day(each.settled_at)]
        for each in found
    ]


def _days(of: gathering.DueDeletion) -> list[Cell]:
    return [_day(of.received_at), _day(of.settled_at)]


def _day(at: datetime) -> str:
    return f"{at.astimezone(office_zone()):%Y-%m-%d}"


def _write(
    file: Path, subject: str, days: tuple[date, date], head: Sequence[str], rows: Iterable[Sequence[Cell]]
) -> None:
    found = list(rows)
    exports.write(file, subject, days, head, found)
    click.echo(f"{len(found)} rows written to {file}.")


@group.command()
@click.option("--since", type=DAY, default="2000-01-01", help="The first day.")
@FILE
def report(since: datetime, file: Path | None) -> None:
    """Show what was deleted, and when."""
    query = (
        select(Deletion, Recording.case_number, Recording.received_at, RecordingPart.sha256)
        .join(Recording, Recording.id == Deletion.recording_id)
        .outerjoin(RecordingPart, RecordingPart.id == Deletion.part_id)
        .where(Deletion.done_at >= midnight(since.date(), office_zone()))
        .order_by(Deletion.done_at, Deletion.id)
    )
    with database.current().reading() as session:
        rows = [_told(*row) for row in session.execute(query)]
        noted = deletions.beside_recordings(session, midnight(since.date(), office_zone()))
        rows += [[kind, subject, "", "", "", _moment(at), ""] for kind, subject, at in noted]
    rows.sort(key=lambda row: str(row[5]))
    if file:
        last = datetime.fromisoformat(today()).date()
        _write(file, "deletions", (since.date(), last), [*HEAD, "deleted", "SHA-256"], rows)
        return
    for what, recording, number, _, _, deleted, _ in rows:
        click.echo(f"{deleted}  {what:<13} {number or '':<10}  {recording}")
    click.echo(f"{len(rows)} deletions.")


def _told(of: Deletion, number: str, received: datetime, sha256: str | None) -> list[Cell]:
    deleted = _moment(of.done_at) if of.done_at else ""
    days = (_day(received), _day(of.settled_at))
    return [str(of.what), of.recording_id, number, *days, deleted, sha256 or ""]


def _moment(at: datetime) -> str:
    return f"{at.astimezone(office_zone()):%Y-%m-%d %H:%M:%S}"


@group.command()
@click.option("--today", type=DAY, required=True, help="Today's date, as you know it.")
def run(today: datetime) -> None:
    """Delete what is due now, 200 of each kind, though the audit trail does not know this date yet."""
    now = datetime.now(UTC)
    if today.date() != now.astimezone(office_zone()).date():
        raise click.ClickException(f"this machine's clock says {_day(now)}: set it right first (timedatectl)")
    count = deleting.run(settings_file.current(), database.current(), now)
    click.echo(f"{count} deletions; see: hotline retention report")


@group.command()
@click.argument("subject", metavar="RECORDING|CASE")
@click.option("--reason", required=True, help="Why: a court, a review … It is kept.")
def hold(subject: str, reason: str) -> None:
    """Delete nothing of a recording or a case until it is released, whatever is set."""
    with database.current().writing() as session:
        recording, number = _named(session, subject)
        try:
            is_new = legal_holds.hold(session, recording, number, reason, None, datetime.now(UTC))
        except Refused as refused:
            raise click.ClickException(str(refused)) from None
    if not is_new:
        raise click.ClickException(f"{subject} is held already.")
    click.echo(f"Nothing of {subject} is deleted until: hotline retention release {subject}")


@group.command()
@click.argument("subject", metavar="RECORDING|CASE")
def release(subject: str) -> None:
    """End a hold: what the settings say is in force again."""
    with database.current().writing() as session:
        recording, number = _named(session, subject)
        was_held = legal_holds.release(session, recording, number, None, datetime.now(UTC))
    if not was_held:
        raise click.ClickException(f"{subject} is not held.")
    click.echo(f"{subject} is deleted again as the settings say.")


@group.command("holds")
def list_holds() -> None:
    """List the holds in force."""
    with database.current().reading() as session:
        held = legal_holds.all_in_force(session)
    for each in held:
        click.echo(f"{each.case_number}  {_day(each.held_at)}  {each.reason}")
    click.echo(f"{len(held)} holds.")


def _named(session: Session, subject: str) -> tuple[Recording | None, str]:
    """The recording of this identifier or number, and its number. Raises ClickException."""
    lead = told_numbers.lead(session, subject)
    found = session.get(Recording, subject) or (lead.recording if lead else None)
    if found is None and (lead is None or (lead.case is None and lead.submission is None)):
        raise click.ClickException(
            f"There is no recording, no case and no letter {subject}; see: hotline recordings list"
        )
    return found, found.case_number if found else subject
