"""The telephone's part of the command line."""

import signal
import sys
from types import FrameType

import click

from hotline import settings
from ivr.asterisk import asterisk_command as asterisk
from ivr.softphone_command import call

__all__ = ["asterisk", "call", "serve_agi"]


@click.command("serve-agi")
def serve_agi() -> None:
    """Answer the calls that Asterisk hands over (FastAGI)."""
    from ivr import fastagi  # loads the whole telephone side: only for this command

    signal.signal(signal.SIGTERM, _end)
    signal.signal(signal.SIGINT, _end)
    try:
        fastagi.serve(settings.current())
    except fastagi.CannotListen as problem:
        raise click.ClickException(str(problem)) from None


def _end(_number: int, _frame: FrameType | None) -> None:
    sys.exit(0)
