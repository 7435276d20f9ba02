"""``hotline calls``: calls to the office, as the exchange has logged them."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import click

from hotline import abandoned_calls, database, settings
from hotline.abandoned_calls import Wanted


@click.group("calls")
def group() -> None:
    """Calls to the office."""


@group.command("abandoned")
@click.option("--limit", type=click.IntRange(1), default=100, show_default=True, help="The newest so many.")
@click.option(
    "--days", type=click.IntRange(1), default=7, show_default=True, help="Of the last so many days."
)
@click.option("--settled", is_flag=True, help="Those that are settled, too.")
def abandoned(limit: int, days: int, settled: bool) -> None:
    """List calls that ended without an answer, a message or a callback, newest first."""
    timezone, now = ZoneInfo(settings.current().hours.timezone), datetime.now(UTC)
    wanted = Wanted(now - timedelta(days=days), now, only_to_do=not settled)
    with database.current().reading() as session:
        found = abandoned_calls.find(session, wanted, now, limit)
    for each in found:
        at, caller = each.call.arrived_at.astimezone(timezone), each.call.caller or "unknown"
        click.echo(f"{at:%Y-%m-%d %H:%M:%S}  {caller:<20} {each.waited_seconds:>5} s  {each.settled}")
    if not found:
        click.echo("There are no abandoned calls.")
