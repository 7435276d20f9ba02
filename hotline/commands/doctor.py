"""``hotline doctor``: checks every part and says what to do."""

import logging
from collections.abc import Iterator
from importlib.metadata import EntryPoint, entry_points

import click

from hotline import database, settings_file, troubles
from hotline.finding import Finding

LOG = logging.getLogger(__name__)
BUSY_SECONDS = 0.5
"""Who holds the database longer is a finding, and every check would wait for it again."""


@click.command()
def doctor() -> None:
    """Check every part and say what to do about what is not well. Exit code 1 when something is not."""
    well = True
    click.echo(f"The hotline of {settings_file.current().state_dir}:")
    for finding in _everything():
        click.echo(f"{'ok  ' if finding.ok else 'MEND'}  {finding.part}: {finding.message}")
        if not finding.ok:
            click.echo(f"      → {finding.remedy}")
            well = False
    if not well:
        raise SystemExit(1)
    click.echo("All is well.")


def _everything() -> Iterator[Finding]:
    """What all checks find; of a state directory that cannot be used, that alone: all else comes of it."""
    if trouble := troubles.state_directory(settings_file.current()):
        yield Finding("state directory", False, trouble.what, trouble.remedy)
        return
    with database.in_a_hurry(BUSY_SECONDS):
        for each in sorted(entry_points(group="hotline.doctor")):
            yield from _findings(each)


def _findings(check: EntryPoint) -> Iterator[Finding]:
    """What a check finds. One that breaks off is a finding, too: the others are wanted all the more."""
    try:
        yield from check.load()(settings_file.current())
    except Exception as problem:  # whatever is broken here, the doctor has to go on
        LOG.debug("the check %s broke off", check.name, exc_info=problem)
        trouble = troubles.explain(problem, settings_file.current())
        remedy = trouble.remedy if trouble else "the program has a fault; what it is says: hotline -v doctor"
        yield Finding(
            check.name.partition("-")[2], False, f"cannot be checked: {troubles.reason(problem)}", remedy
        )
