"""The commands ``hotline models`` and ``hotline worker``."""

from itertools import zip_longest
from pathlib import Path

import click

from hotline import settings_file
from transcription import choice, installing
from transcription.models import KNOWN, Model, ModelError, is_installed, named


@click.group()
def models() -> None:
    """Speech models: which there are, fetching and installing them."""


@models.command("list")
def list_models() -> None:
    """Every known model, and the one in use."""
    settings = settings_file.current()
    for model in KNOWN.values():
        mark = "installed" if is_installed(model, settings.models_dir) else "-"
        click.echo(
            f"{model.name:<26} {model.engine:<8} {model.language:<3} {model.megabytes:>5} MB  "
            f"{model.licence:<11} {mark}"
        )
    try:
        click.echo(choice.choose(settings.transcription, settings.models_dir).line)
    except ModelError as error:
        click.echo(str(error))


@models.command()
@click.argument("name")
def fetch(name: str) -> None:
    """Fetch the model NAME from where it is published; "auto" is the one the settings need."""
    settings = settings_file.current()
    try:
        if name == "auto":
            click.echo(_fetch_needed(settings).line)
        else:
            click.echo(_fetch(named(name), settings.models_dir))
    except ModelError as error:
        raise click.ClickException(str(error)) from error


def _fetch(model: Model, models_dir: Path) -> str:
    if is_installed(model, models_dir):
        return f"{model.name} is installed."
    path = installing.fetch(model, models_dir)
    return _installed(model, path)


def _installed(model: Model, path: Path) -> str:
    checked = "checksum verified" if all(each.sha256 for each in model.sources) else "layout checked only"
    return f"{model.name} is installed in {path} ({checked}); a running worker takes it at its next start."


def _fetch_needed(settings: settings_file.Settings) -> choice.ModelChoice:
    """Fetch the best model the network lets through, unless a suitable one is here."""
    try:
        return choice.choose(settings.transcription, settings.models_dir)
    except ModelError:
        allowed = choice.candidates(settings.transcription)
    for model, instead in zip_longest(allowed, allowed[1:]):
        if not choice.has_engine(model):
            click.echo(
                f"{model.name} needs its engine: pip install 'petition-hotline[{model.engine}]'", err=True
            )
            continue
        try:
            click.echo(f"Fetching the speech model {model.name}, {model.megabytes} MB …", err=True)
            click.echo(_fetch(model, settings.models_dir), err=True)
            break
        except ModelError as error:
            click.echo(str(error), err=True)
            if instead:
                click.echo(f"Nothing is lost: {instead.name} does the same.", err=True)
    return choice.choose(settings.transcription, settings.models_dir)


@models.command()
@click.argument(
    "files", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path)
)
@click.option("--name", type=click.Choice(list(KNOWN)), help="Which model it is, where no checksum tells.")
def install(files: tuple[Path, ...], name: str | None) -> None:
    """Install a model from FILES brought here from another machine."""
    try:
        model, path = installing.install(
            files, KNOWN[name] if name else None, settings_file.current().models_dir
        )
    except ModelError as error:
        raise click.ClickException(str(error)) from error
    click.echo(_installed(model, path))


@click.command()
def worker() -> None:
    """Transcribe what waits, until stopped."""
    from transcription import worker as celery_worker  # Celery and the engine: not for the other commands

    try:
        celery_worker.serve(settings_file.current())
    except ModelError as error:
        raise click.ClickException(str(error)) from error
