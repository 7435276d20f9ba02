"""``hotline line``: opening and closing the line by hand."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import click

from hotline import database, settings_file
from hotline.hours import calendar_days, hand_hours, working_hours
from hotline.refusals import Refused

DAY_AND_TIME, TIME = "%Y-%m-%d %H:%M", "%H:%M"
NO_YEAR = 1900  # strptime's
UNTIL = click.option(
    "--until",
    required=True,
    type=click.DateTime([DAY_AND_TIME, TIME]),
    metavar="[YYYY-MM-DD ]HH:MM",
    help="In the office's time, at most 7 days from now. A time alone is the next one.",
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
    now = datetime.now(ZoneInfo(settings_file.current().hours.timezone))
    end = end_of(until, now)
    try:
        with database.current().writing() as session:
            hand_hours.set_line(session, is_open, reason, end, None, now.astimezone(UTC))
    except Refused as refused:
        raise click.ClickException(f"{refused} In the office it is {now:%Y-%m-%d %H:%M}.") from None
    click.echo(f"The line is {'open' if is_open else 'closed'} until {end:%Y-%m-%d %H:%M}.")


def end_of(until: datetime, now: datetime) -> datetime:
    """What was meant by ``until``, in the office's time. A time without a day was read as one of 1900."""
    if until.year != NO_YEAR:
        return until.replace(tzinfo=now.tzinfo)
    end = datetime.combine(now.date(), until.time(), now.tzinfo)
    return end if end > now else end + timedelta(days=1)


@group.command()
def lift() -> None:
    """Let the line follow the calendar again."""
    try:
        with database.current().writing() as session:
            hand_hours.lift(session, None, datetime.now(UTC))
    except Refused as refused:
        raise click.ClickException(str(refused)) from None
    click.echo("The line follows the calendar again.")


@group.command()
def status() -> None:
    """Show whether the line is open, and why."""
    hours, now = settings_file.current().hours, datetime.now(UTC)
    with database.current().reading() as session:
        order = hand_hours.in_force(session, now)
        calendar = calendar_days.of_office(session, hours)
        state = "open" if working_hours.is_open(now, hours, calendar, order) else "closed"
        if order:
            end = order.ends_at.astimezone(ZoneInfo(hours.timezone))
            click.echo(f"{state}, by hand until {end:%Y-%m-%d %H:%M}: {order.reason}")
        else:
            click.echo(
                f"{state}, by the settings" if hours.override != "auto" else f"{state}, by the calendar"
            )
