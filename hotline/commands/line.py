"""``hotline line``: opening and closing the line by hand."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import click

from hotline import database, hand_hours, settings, working_hours
from hotline.hand_hours import CannotSetHours
from hotline.office_calendar import office

UNTIL = click.option(
    "--until",
    required=True,
    type=click.DateTime(["%Y-%m-%d %H:%M"]),
    help="In the office's time, at most 7 days.",
)
REASON = click.option("--reason", required=True, help="Kept with the order, and shown to supervisors.")


@click.group("line")
def group() -> None:
    """Open and close the line by hand, whatever the calendar says."""


@group.command("open")
@UNTIL
@REASON
def open_line(until: datetime, reason: str) -> None:
    """Let the seats be rung until then."""
    _set(True, until, reason)


@group.command("close")
@UNTIL
@REASON
def close_line(until: datetime, reason: str) -> None:
    """Let callers leave messages until then, as at night."""
    _set(False, until, reason)


def _set(is_open: bool, until: datetime, reason: str) -> None:
    end = until.replace(tzinfo=ZoneInfo(settings.current().hours.timezone))
    try:
        with database.current().writing() as session:
            hand_hours.set_line(session, is_open, reason, end, None, datetime.now(UTC))
    except CannotSetHours as problem:
        raise click.ClickException(str(problem)) from None
    click.echo(f"The line is {'open' if is_open else 'closed'} until {until:%Y-%m-%d %H:%M}.")


@group.command()
def lift() -> None:
    """Let the line follow the calendar again."""
    try:
        with database.current().writing() as session:
            hand_hours.lift(session, None, datetime.now(UTC))
    except CannotSetHours as problem:
        raise click.ClickException(str(problem)) from None
    click.echo("The line follows the calendar again.")


@group.command()
def status() -> None:
    """Show whether the line is open, and why."""
    hours, now = settings.current().hours, datetime.now(UTC)
    with database.current().reading() as session:
        order = hand_hours.in_force(session, now)
        state = "open" if working_hours.is_open(now, hours, office(hours), order) else "closed"
        if order:
            end = order.ends_at.astimezone(ZoneInfo(hours.timezone))
            click.echo(f"{state}, by hand until {end:%Y-%m-%d %H:%M}: {order.reason}")
        else:
            click.echo(
                f"{state}, by the settings" if hours.override != "auto" else f"{state}, by the calendar"
            )
