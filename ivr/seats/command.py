"""``hotline seats``: who answers by day, from the command line."""

from collections.abc import Iterator
from contextlib import contextmanager

import click

from hotline import seat_secrets, settings
from hotline.ready import reachable
from hotline.settings import Settings
from ivr import ami
from ivr.ami import Ami, AmiError
from ivr.seats import members as seats
from ivr.seats.members import NoSuchSeat


@click.group("seats")
def group() -> None:
    """Seats: list, sign in and out, pause and resume."""


@contextmanager
def exchange() -> Iterator[tuple[Ami, Settings]]:
    """Asterisk, and one sentence where something is wrong."""
    chosen = settings.current()
    try:
        with ami.current(chosen) as connection:
            yield connection, chosen
    except (AmiError, NoSuchSeat) as problem:
        raise click.ClickException(str(problem)) from None


@group.command("list")
def list_seats() -> None:
    """Show every seat, its state and the seconds in it, and the calls it has answered."""
    with exchange() as (connection, chosen):
        for seat in seats.states(connection, chosen):
            since = "" if seat.since is None else f"{seat.since} s"
            click.echo(f"{seat.name:8} {seat.state:13} {seat.reason:12} {since:>8} {seat.calls:5}".rstrip())


@group.command("sign-in")
@click.argument("seat")
def sign_in(seat: str) -> None:
    """Begin to ring SEAT."""
    with exchange() as (connection, chosen):
        seats.sign_in(connection, chosen, seat)


@group.command("sign-out")
@click.argument("seat")
def sign_out(seat: str) -> None:
    """Ring SEAT no more; a call it is on goes on."""
    with exchange() as (connection, chosen):
        seats.sign_out(connection, chosen, seat)


@group.command()
@click.argument("seat")
@click.option("--reason", required=True, help="One of seats.pause_reasons in hotline.toml.")
def pause(seat: str, reason: str) -> None:
    """Ring SEAT no more until it is resumed."""
    with exchange() as (connection, chosen):
        seats.pause(connection, chosen, seat, reason)


@group.command()
@click.argument("seat")
def resume(seat: str) -> None:
    """Ring SEAT again."""
    with exchange() as (connection, chosen):
        seats.resume(connection, chosen, seat)


@group.command()
@click.argument("seat")
def phone(seat: str) -> None:
    """Show what the desk phone of SEAT needs to register: server, name and password."""
    chosen = settings.current()
    passwords = seat_secrets.passwords(chosen)
    if seat not in passwords:
        raise click.ClickException(f"there is no seat {seat!r}; there are {len(passwords)}, seat01 and on")
    host = reachable(str(chosen.sip.bind))
    click.echo(f"server    {host}:{chosen.sip.port} (UDP) or {host}:{chosen.sip.tls_port} (TLS)")
    click.echo(f"name      {seat}")
    click.echo(f"password  {passwords[seat]}")
