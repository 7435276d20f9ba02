"""``hotline seats``: who answers by day, from the command line."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

import click

from hotline import audit, database, people, settings_file
from hotline.refusals import Refused
from hotline.running.ready import reachable
from hotline.seats import seat_messages, seat_secrets
from hotline.seats import seats as seat_rows
from hotline.seats.seat_secrets import UnusablePasswords
from hotline.seats.seats import Seat
from hotline.settings_file import Settings
from ivr import ami
from ivr.ami import Ami, AmiError
from ivr.seats import members as seats
from ivr.seats import telephones

LINE = "{:8} {:13} {:12} {:>8} {:>5}  {}"


@click.group("seats")
def group() -> None:
    """Seats: list, sign in and out, pause and resume, send a message."""


@contextmanager
def exchange() -> Iterator[tuple[Ami, Settings]]:
    """Asterisk, and one sentence where something is wrong."""
    settings = settings_file.current()
    try:
        with ami.current(settings) as connection:
            yield connection, settings
    except (AmiError, Refused) as problem:
        raise click.ClickException(str(problem)) from None


@group.command("list")
def list_seats() -> None:
    """Show every seat, its state and the seconds in it, the calls it has answered, and who sits there."""
    with exchange() as (connection, settings):
        rows, now = _rows(), datetime.now(UTC)
        found = list(seats.states(connection, settings, now))
        click.echo(LINE.format("SEAT", "STATE", "REASON", "SINCE", "CALLS", "USER"))
        for seat in found:
            row, user = rows.get(seat.name, (None, ""))
            seconds = seats.seconds_in_state(seat, row, now)
            since = "" if seconds is None else f"{seconds} s"
            state, reason = seats.as_shown(seat, row)
            line = LINE.format(seat.name, state, reason, since, seat.calls, user)
            click.echo(line.rstrip())


def _rows() -> dict[str, tuple[Seat, str]]:
    """Seat → its row, and the name of the user who has signed in there."""
    with database.current().reading() as session:
        known = seat_rows.with_users(session)
        return {seat.name: (seat, user.name if user else "") for seat, user in known}


@group.command()
@click.argument("seat")
@click.argument("text")
@click.option("--by", "name", required=True, help="Name of the user whose message it is.")
def message(seat: str, text: str, name: str) -> None:
    """Show TEXT to who sits at SEAT until it is read."""
    if seat not in seat_secrets.seat_names(settings_file.current()):
        raise click.ClickException(f"there is no seat {seat!r}")
    with database.current().writing() as session:
        user = people.by_name(session, name)
        if user is None:
            raise click.ClickException(f"there is no user {name!r}")
        try:
            seat_messages.send(session, seat, text, user.id, datetime.now(UTC))
        except Refused as refused:
            raise click.ClickException(str(refused)) from None


@group.command("sign-in")
@click.argument("seat")
def sign_in(seat: str) -> None:
    """Begin to ring SEAT."""
    with exchange() as (connection, settings):
        seats.add(connection, settings, seat)


@group.command("sign-out")
@click.argument("seat")
def sign_out(seat: str) -> None:
    """Ring SEAT no more; a call it is on goes on."""
    with exchange() as (connection, settings):
        seats.remove(connection, settings, seat)


@group.command()
@click.argument("seat")
@click.option("--reason", required=True, help="One of seats.pause_reasons in hotline.toml.")
def pause(seat: str, reason: str) -> None:
    """Ring SEAT no more until it is resumed."""
    with exchange() as (connection, settings):
        seats.pause(connection, settings, seat, reason)


@group.command()
@click.argument("seat")
def resume(seat: str) -> None:
    """Ring SEAT again."""
    with exchange() as (connection, settings):
        seats.resume(connection, settings, seat)


@group.command()
@click.argument("seat")
@click.option("--new", "is_new", is_flag=True, help="Make a new password: the phone is out until it has it.")
def phone(seat: str, is_new: bool) -> None:
    """Show what the desk phone of SEAT needs to register. The audit trail says that it was shown."""
    settings = settings_file.current()
    if seat not in seat_secrets.seat_names(settings):
        raise click.ClickException(f"no seat {seat!r}; there are {settings.seats.count}, seat01 and on")
    try:
        password = _new_password(settings, seat) if is_new else _shown_password(settings, seat)
    except UnusablePasswords as problem:
        raise click.ClickException(str(problem)) from None
    host = reachable(str(settings.sip.bind))
    click.echo(f"server    {host}:{settings.sip.port} (UDP) or {host}:{settings.sip.tls_port} (TLS)")
    click.echo(f"name      {seat}")
    click.echo(f"password  {password}")


def _shown_password(settings: Settings, seat: str) -> str:
    passwords = seat_secrets.passwords(settings)
    with database.current().writing() as session:
        audit.note(session, datetime.now(UTC), None, audit.SHOW_TELEPHONE, f"seat {seat}")
    return passwords[seat]


def _new_password(settings: Settings, seat: str) -> str:
    """Noted, written down, and told to Asterisk at once."""
    with database.current().writing() as session:
        audit.note(session, datetime.now(UTC), None, audit.REPLACE_TELEPHONE, f"seat {seat}")
        password = seat_secrets.replace(settings, seat)
    try:
        with ami.keeper(settings) as keeper:
            telephones.tell_passwords(keeper, {seat: password})
            telephones.forget(keeper, seat)
    except AmiError as problem:
        click.echo(f"Asterisk cannot be told now ({problem}); hotline serve-seats will do it", err=True)
    return password
