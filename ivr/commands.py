"""The telephone's servers. Its other commands stand where their work is: no server loads a softphone."""

import signal
import sys
from types import FrameType

import click

from hotline import settings_file


@click.command("serve-agi")
def serve_agi() -> None:
    """Answer the calls that Asterisk hands over (FastAGI)."""
    from ivr import fastagi  # loads the whole telephone side: only for this command

    signal.signal(signal.SIGTERM, _end)
    signal.signal(signal.SIGINT, _end)
    try:
        fastagi.serve(settings_file.current())
    except fastagi.CannotListen as problem:
        raise click.ClickException(str(problem)) from None


@click.command("serve-seats")
def serve_seats() -> None:
    """Follow what happens at the seats, and do what the pages ask for (AMI)."""
    from hotline import database
    from ivr.seats import service

    signal.signal(signal.SIGTERM, _end)
    signal.signal(signal.SIGINT, _end)
    service.serve(settings_file.current(), database.current())


def _end(_number: int, _frame: FrameType | None) -> None:
    sys.exit(0)
