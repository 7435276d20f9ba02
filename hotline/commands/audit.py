"""``hotline audit``: who did what, and whether anything of it was changed."""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from itertools import chain

import click
from tqdm import tqdm

from hotline import audit, database, settings_file
from hotline.commands.calls import DAY, office_zone
from hotline.evidence import heads, heads_kept, restored, stored_files, trail, verification
from hotline.evidence.differences import Difference
from hotline.evidence.heads import Head
from hotline.evidence.trail import EntryFilter
from hotline.reports.report_periods import midnight
from hotline.settings_file import Settings


@click.group("audit")
def group() -> None:
    """The audit trail: who did what, and whether anything of it was changed."""


@group.command()
@click.option("--user", default="", help="The name of who did it.")
@click.option("--subject", default="", help="What it was done to, or how that begins: 'recording 5f…'.")
@click.option("--action", default="", help="What was done: open, play, decide …")
@click.option("--since", type=DAY, help="The first day.")
@click.option("--until", type=DAY, help="The last day.")
@click.option("--limit", type=click.IntRange(1), default=100, show_default=True, help="The newest so many.")
def show(
    user: str, subject: str, action: str, since: datetime | None, until: datetime | None, limit: int
) -> None:
    """Show entries, newest first. Telephone numbers in them are shortened."""
    begin = midnight(since.date(), office_zone()) if since else None
    end = midnight(until.date() + timedelta(days=1), office_zone()) if until else None
    wanted = EntryFilter(user, action, subject, begin, end)
    detail = f"{user} {action} {subject} {since or ''} {until or ''}"
    with database.current().writing() as session:
        audit.note(session, datetime.now(UTC), None, "read", "audit trail", " ".join(detail.split()))
    with database.current().reading() as session:  # a pager may keep us for hours: nobody waits for it
        found, more = trail.page(session, wanted, limit)
    for each in found:
        entry, who = each.entry, each.user or each.entry.origin or "the hotline"
        told = audit.shown(f"{entry.subject}  {entry.detail}".rstrip())
        at = f"{entry.at.astimezone(office_zone()):%Y-%m-%d %H:%M:%S}"
        click.echo(f"{entry.sequence:>8}  {at}  {who:<16} {entry.action:<14} {told}")
    if more:
        click.echo(f"There are more; the newest {limit} are shown.")
    if not found:
        click.echo("There are no such entries.")


@group.command()
@click.option(
    "--head", multiple=True, help="A head that you kept: number, hash and time, as they were mailed."
)
@click.option("--without-sound", is_flag=True, help="Compare names and sizes of the stored files only.")
def verify(head: tuple[str, ...], without_sound: bool) -> None:
    """Read the whole chain, all rows that are evidence and every stored file again.

    Exit code 1 when anything differs; the first twenty differences are named.
    """
    settings = settings_file.current()
    given = [_head(each) for each in head]
    # first of all: a database that does not answer differs in nothing
    entries = verification.entries(database.current())
    count = 0
    for each in _differences(settings, chain(given, heads.written(settings)), not without_sound):
        count += 1
        if count <= 20:
            click.echo(audit.plain(f"{each.subject}: {each.what}"))
    if count:
        more = f" ({count} in all)" if count > 20 else ""
        raise click.ClickException(f"what is kept is not what was kept{more}; see docs/operate.md, Evidence")
    erased = verification.erased(database.current())
    kept = len(given) + sum(1 for _ in heads.written(settings))
    click.echo(f"{entries} entries, {kept} heads, all recordings and documents are as they were kept.")
    if erased:
        click.echo(f"Details of {erased} were erased; by whom: hotline audit show --action '{audit.ERASED}'")


@group.command("confirm-restore")
@click.argument("entry", type=click.IntRange(1))
@click.option("--yes", is_flag=True, help="Do not ask.")
def confirm_restore(entry: int, yes: bool) -> None:
    """Write to the heads that the restore noted in ENTRY was the office's own.

    For one whose heads could not be written then, or that an older version made. Heads of entries that it
    took back are excused from now on: whoever cuts off the trail can note a restore in the database, too.
    """
    settings, db = settings_file.current(), database.current()
    found = restored.noted(db, entry)
    if found is None:
        raise click.ClickException(f"entry {entry} is no restore; see: hotline audit show --action restore")
    told = f"{found.subject}, {found.detail}"
    at = f"{found.at.astimezone(office_zone()):%Y-%m-%d %H:%M}"
    if not yes:
        click.confirm(
            f"At {at} the entry notes: {audit.plain(told)}.\nDid the office restore that?", abort=True
        )
    with db.writing() as session:
        audit.note(session, datetime.now(UTC), None, "confirm restore", f"entry {entry}")
    try:
        restored.tell(settings, db, found)
    except OSError as problem:
        raise click.ClickException(f"the heads cannot be written: {problem}") from None
    click.echo("Written to the heads. Now: hotline audit verify")


def _head(line: str) -> Head:
    found = heads.parse(line)
    if found is None:
        raise click.ClickException(f"no head: {line!r}; it is a number, 64 letters and digits, and a time")
    return found


def _differences(settings: Settings, kept: Iterable[Head], read: bool) -> Iterator[Difference]:
    db = database.current()
    yield from heads_kept.gone(settings, db)
    yield from verification.rows_that_differ(db, kept)
    for file in tqdm(stored_files.files(db), unit=" files", disable=None):
        if what := stored_files.file_differs(settings, file, read):
            yield Difference(file.subject, what)
