"""What a hotline needs before its first call: a database of today's schema, units and an administrator."""

import click

from hotline import database, people, units
from hotline.database import Database
from hotline.settings import Settings


def prepare(settings: Settings) -> None:
    """Bring the state directory up to date. Everything that is there already is left as it is."""
    for directory in (settings.spool_dir, settings.store_dir, settings.run_dir):
        directory.mkdir(parents=True, exist_ok=True)
    database.upgrade(settings)
    with database.current().writing() as session:
        units.ensure_sample(session)
    create_administrator(database.current())


def create_administrator(chosen: Database) -> None:
    """Create the first user and show the password, this once."""
    with chosen.writing() as session:
        password = people.ensure_administrator(session)
    if password:
        click.echo(f"administrator: sign in as admin with the password {password} (shown only this once)")
