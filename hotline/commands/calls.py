"""``hotline calls``: calls to the seats."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import click

from hotline import calls, database, settings


@click.group("calls")
def group() -> None:
    """Calls to the seats."""


@group.command("abandoned")
@click.option("--limit", type=click.IntRange(1), default=100, show_default=True, help="The newest so many.")
def abandoned(limit: int) -> None:
    """List calls that ended without an answer and without a message, newest first."""
    timezone = ZoneInfo(settings.current().hours.timezone)
    with database.current().reading() as session:
        found = calls.abandoned(session, datetime.now(UTC), limit)
    for call in found:
        waited = (call.ended_at or call.arrived_at) - call.arrived_at
        at = call.arrived_at.astimezone(timezone)
        click.echo(f"{at:%Y-%m-%d %H:%M:%S}  {call.caller or 'unknown':<20} waited {waited.seconds} s")
    if not found:
        click.echo("There are no abandoned calls.")
