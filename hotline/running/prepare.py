"""What a hotline needs before its first call: a database of today's schema, units and an administrator."""

import click

from hotline import database, people, settings_file, troubles
from hotline.cases import unit_list
from hotline.database import Database
from hotline.settings_file import Settings


def prepare(settings: Settings) -> None:
    """Bring the state directory up to date. Everything that is there already is left as it is.

    Raises ClickException with one sentence when the folder or the database cannot be used.
    """
    make_folders(settings)
    try:
        database.upgrade(settings)
        with database.current().writing() as session:
            unit_list.ensure_sample(session)
        create_administrator(database.current())
    except Exception as problem:
        trouble = troubles.explain(problem, settings)
        if trouble is None:
            raise
        raise click.ClickException(str(trouble)) from None


def make_folders(settings: Settings) -> None:
    """Make the state directory and its folders. Raises ClickException."""
    if settings.unfinished_restore.exists():
        raise click.ClickException(
            f"{settings.state_dir} is not whole: a restore was broken off. Move it away and restore again; "
            "nothing starts before"
        )
    try:
        settings.state_dir.mkdir(parents=True, exist_ok=True)
        settings.state_dir.chmod(0o700)  # what citizens said is for nobody else on this machine
        for directory in (settings.spool_dir, settings.store_dir, settings.run_dir):
            directory.mkdir(parents=True, exist_ok=True)
    except OSError as problem:
        raise click.ClickException(
            f"state_dir = {settings.state_dir} cannot be used: {problem.strerror}"
        ) from None


@click.command("prepare")
def command() -> None:
    """Create or migrate the database and the folders, without starting anything."""
    prepare(settings_file.current())


def create_administrator(database: Database) -> None:
    """Create the first user and show the password, this once."""
    with database.writing() as session:
        password = people.ensure_administrator(session)
    if password:
        click.echo(f"administrator: sign in as admin with the password {password} (shown only this once)")
