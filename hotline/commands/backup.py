"""``hotline backup`` and ``hotline restore``."""

import shlex
import sqlite3
import tarfile
from pathlib import Path

import click
from sqlalchemy.exc import SQLAlchemyError
from tqdm import tqdm

from hotline import settings
from hotline.running import backup as backups
from hotline.running.backup import BackupError
from hotline.settings import Settings

_FAILURES = (BackupError, OSError, tarfile.TarError, sqlite3.Error, SQLAlchemyError)


@click.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
def backup(file: Path) -> None:
    """Write spool, database, store and secrets to a tar FILE, while the hotline runs.

    The file holds what citizens said: keep it where only the office can read it.
    """
    if file.exists():
        raise click.ClickException(f"{file} is already there; choose another name")
    try:
        with tqdm(unit=" files") as bar:
            count = backups.back_up(settings.current(), file.absolute(), lambda _: bar.update())
    except _FAILURES as error:
        raise click.ClickException(f"no backup was made: {error}") from None
    click.echo(f"{count} files of {settings.current().state_dir} are in {file}.")


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def restore(file: Path) -> None:
    """Unpack a backup into an empty state directory and check every recording. Stop the hotline first."""
    try:
        with tqdm(unit=" files") as bar:
            count = backups.restore(settings.current(), file, lambda _: bar.update())
    except _FAILURES as error:
        raise click.ClickException(f"the backup was not restored: {error}") from None
    click.echo(
        f"Restored. Sound files as they were when they were kept: {count} (a call has two or more). "
        f"Start with: {_start(settings.current())}"
    )


def _start(chosen: Settings) -> str:
    """The command that starts the hotline on this state directory."""
    is_usual = chosen.state_dir.resolve() == Settings.model_fields["state_dir"].get_default().resolve()
    return "make run" if is_usual else f"HOTLINE_STATE_DIR={shlex.quote(str(chosen.state_dir))} make run"
