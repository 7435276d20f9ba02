"""``hotline doctor``: checks every part and says what to do."""

from importlib.metadata import entry_points

import click

from hotline import settings


@click.command()
def doctor() -> None:
    """Check every part and say what to do about what is not well. Exit code 1 when something is not."""
    well = True
    click.echo(f"The hotline of {settings.current().state_dir}:")
    for each in sorted(entry_points(group="hotline.doctor")):
        for finding in each.load()(settings.current()):
            click.echo(f"{'ok  ' if finding.ok else 'MEND'}  {finding.part}: {finding.message}")
            if not finding.ok:
                click.echo(f"      → {finding.remedy}")
                well = False
    if not well:
        raise SystemExit(1)
    click.echo("All is well.")
