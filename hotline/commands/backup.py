"""``hotline backup`` and ``hotline restore``."""

import shlex
import sqlite3
from pathlib import Path
from typing import Never

import click
from sqlalchemy.exc import SQLAlchemyError
from tqdm import tqdm

from hotline import settings_file, troubles
from hotline.database import Database
from hotline.evidence import restored
from hotline.running import backup as backups
from hotline.running import restore as restoring
from hotline.running.seal_key import BackupError
from hotline.settings_file import Settings

_FAILURES = (BackupError, OSError, sqlite3.Error, SQLAlchemyError, ValueError, TypeError, LookupError)


@click.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
def backup(file: Path) -> None:
    """Write spool, database, store and the telephones' secrets to a FILE, while the hotline runs.

    The file holds what citizens said: keep it where only the office can read it. It is encrypted where
    backup.recipients are set, and sealed with the key in backup.key_file, which belongs somewhere else.
    """
    if file.exists():
        raise click.ClickException(f"{file} is already there; choose another name")
    settings = settings_file.current()
    is_first = not settings.backup_key_file.exists()
    try:
        with _bar() as bar:
            count = backups.back_up(settings, file.absolute(), lambda _: bar.update())
    except _FAILURES as error:
        trouble = troubles.explain(error, settings)  # of our database; a restore's is the archive's
        raise click.ClickException(f"no backup was made: {trouble or troubles.reason(error)}") from None
    click.echo(f"{count} files of {settings.state_dir} are in {file}.")
    if is_first:
        click.echo(
            f"The key that proves backups genuine was made: {settings.backup_key_file}. Copy it to a place "
            "apart from this machine and from the backups: a restore asks for it."
        )


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--identity",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="The secret key of an encrypted backup, as age-keygen made it.",
)
@click.option(
    "--trust-unsealed",
    is_flag=True,
    help="Restore a backup that nothing proves genuine: an older version's, or one whose key is lost. "
    "Whoever could write the file then decides what is restored: accounts, cases, recordings.",
)
def restore(file: Path, identity: Path | None, trust_unsealed: bool) -> None:
    """Restore a backup into an empty state directory and check every recording. Stop the hotline first."""
    settings = settings_file.current()
    try:
        with _bar() as bar:
            count = restoring.restore(
                settings, file, lambda _: bar.update(), identity=identity, trust_unsealed=trust_unsealed
            )
    except _FAILURES as error:
        raise click.ClickException(f"the backup was not restored: {troubles.reason(error)}") from None
    _tell_the_heads(settings)
    click.echo(
        f"Restored. Sound and documents as they were when they were kept: {count} (a call has two or more). "
        f"Start with: {_start(settings)}"
    )


def _tell_the_heads(settings: Settings) -> None:
    """Where this fails the restore is whole all the same, and ``hotline audit verify`` asks about it."""
    db = Database(settings.database_url)
    entry = restored.newest(db)
    try:
        restored.tell(settings, db, entry)
    except OSError as problem:
        click.echo(
            f"This restore could not be written to the heads of the audit trail: {problem}. "
            f"Once that is mended: hotline audit confirm-restore {entry.sequence}"
        )
    finally:
        db.engine.dispose()


def _bar() -> "tqdm[Never]":
    """Nothing is drawn before the first file is done: what goes wrong before stands alone."""
    return tqdm(unit=" files", delay=0.1, disable=None)


def _start(settings: Settings) -> str:
    """The command that starts the hotline on this state directory."""
    if troubles.SYSTEMD_TARGET.exists():
        return troubles.start()
    is_usual = settings.state_dir.resolve() == Settings.model_fields["state_dir"].get_default().resolve()
    return "make run" if is_usual else f"HOTLINE_STATE_DIR={shlex.quote(str(settings.state_dir))} make run"
