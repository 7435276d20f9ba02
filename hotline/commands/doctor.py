"""``hotline doctor``: checks every part and says what to do."""

import logging
from collections.abc import Iterator
from importlib.metadata import EntryPoint, entry_points

import click

from hotline import settings
from hotline.running.health import Finding

LOG = logging.getLogger(__name__)


@click.command()
def doctor() -> None:
    """Check every part and say what to do about what is not well. Exit code 1 when something is not."""
    well = True
    click.echo(f"The hotline of {settings.current().state_dir}:")
    for each in sorted(entry_points(group="hotline.doctor")):
        for finding in _findings(each):
            click.echo(f"{'ok  ' if finding.ok else 'MEND'}  {finding.part}: {finding.message}")
            if not finding.ok:
                click.echo(f"      → {finding.remedy}")
                well = False
    if not well:
        raise SystemExit(1)
    click.echo("All is well.")


def _findings(check: EntryPoint) -> Iterator[Finding]:
    """What a check finds. One that breaks off is a finding, too: the others are wanted all the more."""
    try:
        yield from check.load()(settings.current())
    except Exception as problem:  # whatever is broken here, the doctor has to go on
        LOG.debug("the check %s broke off", check.name, exc_info=problem)
        reason = str(problem).strip().partition("\n")[0] or type(problem).__name__
        remedy = "mend what is said of the database and the disk first; then run: hotline -v doctor"
        yield Finding(check.name.partition("-")[2], False, f"cannot be checked: {reason}", remedy)
