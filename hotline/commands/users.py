"""``hotline users``: who may sign in."""

from datetime import UTC, datetime

import click
from sqlalchemy import select
from sqlalchemy.orm import Session

from hotline import audit, database, people, second_factor, sign_ins
from hotline.commands.roles import roles
from hotline.people import Role, User
from hotline.refusals import Refused
from hotline.seats import seat_orders

GENERATED = (
    "At least ten characters, hard to guess. If left out, one is generated and printed once. "
    "The user has to choose another at the first sign-in."
)


@click.group("users")
def group() -> None:
    """People who may sign in to the desk."""


group.add_command(roles)


@group.command("list")
def list_users() -> None:
    """List all users."""
    with database.current().reading() as session:
        for user in session.scalars(select(User).order_by(User.name)):
            state = f"  {user.unit_code}" if user.unit_code else ""
            state += "" if user.active else "  (disabled)"
            state += "  (second factor)" if second_factor.on_since(session, user.id) else ""
            click.echo(f"{user.name:<20}{user.role:<16}{user.full_name}{state}")


@group.command()
@click.argument("name")
@click.option("--full-name", default="", help="As it appears on pages; the user name if left out.")
@click.option(
    "--role", type=click.Choice([str(role) for role in Role]), default=str(Role.CLERK), show_default=True
)
@click.option("--unit", default="", help="Code of the unit, for a unit officer or unit head.")
@click.option("--password", help=GENERATED)
def add(name: str, full_name: str, role: str, unit: str, password: str | None) -> None:
    """Create a user."""
    first_password = password or people.generate_password()
    try:
        with database.current().writing() as session:
            user = people.add(session, name, full_name, Role(role), first_password, True, unit)
            _note(session, "add user", user, str(user.role))
    except Refused as refused:
        raise click.ClickException(str(refused)) from None
    click.echo(f"User {name} created." + ("" if password else f" Password, shown only now: {first_password}"))


@group.command()
@click.argument("name")
@click.option("--password", help=GENERATED)
def password(name: str, password: str | None) -> None:
    """Give a user a new password and end all of the user's sessions."""
    first_password = password or people.generate_password()
    try:
        with database.current().writing() as session:
            user = _user(session, name)
            people.set_password(session, user, first_password, must_change=True)
            seat_orders.stand_up(session, datetime.now(UTC), user.id)
            _note(session, "set password", user)
    except Refused as refused:
        raise click.ClickException(str(refused)) from None
    click.echo(
        "The password is changed." + ("" if password else f" The new one, shown only now: {first_password}")
    )


@group.command()
@click.argument("name")
def disable(name: str) -> None:
    """Keep a user from signing in; `enable` undoes it."""
    _set_active(name, False)


@group.command()
@click.argument("name")
def enable(name: str) -> None:
    """Let a disabled user sign in again."""
    _set_active(name, True)


@group.command("end-sessions")
@click.argument("name")
def end_sessions(name: str) -> None:
    """Sign a user out everywhere."""
    with database.current().writing() as session:
        user = _user(session, name)
        sign_ins.end_all(session, user.id)
        seat_orders.stand_up(session, datetime.now(UTC), user.id)
        _note(session, "end sessions", user)
    click.echo(f"User {name} is signed out everywhere.")


@group.group("second-factor")
def second_factor_group() -> None:
    """Codes of telephones that are asked for after the password."""


@second_factor_group.command()
@click.argument("name")
def reset(name: str) -> None:
    """Forget a lost telephone: all sessions end; until a new one is set up the password alone signs in."""
    with database.current().writing() as session:
        user = _user(session, name)
        if not second_factor.remove(session, user.id):
            raise click.ClickException(f"{name} has no second factor; nothing was done")
        sign_ins.end_all(session, user.id)
        seat_orders.stand_up(session, datetime.now(UTC), user.id)
        _note(session, "reset second factor", user)
    click.echo(f"The second factor of {name} is forgotten, and {name} is signed out everywhere.")


def _set_active(name: str, active: bool) -> None:
    with database.current().writing() as session:
        user = _user(session, name)
        user.active = active
        sign_ins.end_all(session, user.id)
        sat = None if active else seat_orders.stand_up(session, datetime.now(UTC), user.id)
        _note(session, "enable user" if active else "disable user", user)
    click.echo(f"User {name} is {'enabled' if active else 'disabled'}.")
    if sat is not None:
        click.echo("The user's seat is signed out as soon as the exchange answers; see: hotline seats list")


def _user(session: Session, name: str) -> User:
    user = people.by_name(session, name.lower())
    if user is None:
        raise click.ClickException(f"there is no user {name}; see: hotline users list")
    return user


def _note(session: Session, action: str, user: User, detail: str = "") -> None:
    audit.note(session, datetime.now(UTC), None, action, f"user {user.name}", detail or "on the command line")
