"""The command line ``hotline``. Every command is an entry point of the group ``hotline.commands``, loaded
when it is asked for, so that telephony, speech and pages can add theirs and none waits for the others."""

import logging
from importlib.metadata import EntryPoint, entry_points

import click

from hotline.settings_file import SettingsError

LOG = logging.getLogger(__name__)
LOG_FORMAT = "%(asctime)s %(levelname)s %(name)s: %(message)s"


class Commands(click.Group):
    """A group whose commands are entry points."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted(_found())

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        found = _found().get(cmd_name)
        return found.load() if found else None

    def invoke(self, ctx: click.Context) -> object:
        try:
            return super().invoke(ctx)
        except SettingsError as error:
            raise click.ClickException(f"a setting is wrong: {error}") from None
        except (click.ClickException, click.exceptions.Exit, click.Abort):
            raise
        except Exception as problem:
            if sentence := _sentence(problem):
                LOG.debug("the command broke off", exc_info=problem)
                raise click.ClickException(sentence) from None
            raise


def _sentence(problem: Exception) -> str:
    """What to do about the state directory or the database; empty for what is a fault of the program."""
    from hotline import (
        settings_file,  # all of it takes a while to load: not for who only asks for help
        troubles,
    )

    return str(troubles.explain(problem, settings_file.current()) or "")


def _found() -> dict[str, EntryPoint]:
    return {each.name: each for each in entry_points(group="hotline.commands")}


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.option("-v", "--verbose", is_flag=True, help="Say more in the log.")
@click.version_option(package_name="petition-hotline")
def main(verbose: bool) -> None:
    """The petition hotline: what it holds, what runs, and what to do when something does not."""
    logging.basicConfig(level=logging.DEBUG if verbose else logging.INFO, format=LOG_FORMAT)
    if not verbose:
        logging.getLogger("alembic").setLevel(logging.WARNING)
    from hotline import audit  # not for who only asks for help: it takes a while to load

    audit.origin.set(audit.os_user())
