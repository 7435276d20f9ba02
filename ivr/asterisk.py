"""Asterisk, run in the foreground and spoken to through its console."""

import os
import resource
import subprocess

import click

from hotline.settings_file import Settings, current
from ivr.asterisk_config import UnusablePath, render
from ivr.asterisk_tree import AsteriskMissing, find

FILES_PER_CALL = 10  # RTP, RTCP, the recording, the gateway, and room to spare
CALLS = 1000


@click.command("asterisk")
def asterisk_command() -> None:
    """Run Asterisk in the foreground with the configuration of this instance."""
    try:
        command = foreground_command(current())
    except (AsteriskMissing, UnusablePath) as problem:
        raise click.ClickException(str(problem)) from None
    raise_file_limit()
    os.execv(command[0], command)  # noqa: S606 - it takes our place, so that signals reach it directly


def foreground_command(settings: Settings) -> list[str]:
    """Render the configuration afresh and return the command that runs Asterisk with it.

    Raises AsteriskMissing or UnusablePath.
    """
    installation = find(settings.asterisk_root)
    return [*installation.command, "-f", "-n", "-C", str(render(settings, installation))]


def console(settings: Settings, line: str, timeout: float = 10) -> str:
    """What Asterisk's console answers to ``line``; empty when no Asterisk runs here.

    Raises AsteriskMissing, or TimeoutError after ``timeout`` seconds.
    """
    configuration = settings.state_dir / "asterisk" / "etc" / "asterisk.conf"
    command = [*find(settings.asterisk_root).command, "-C", str(configuration), "-rx", line]
    try:
        answer = subprocess.run(  # noqa: S603 - all ours, and no shell
            command, capture_output=True, text=True, timeout=timeout, check=False
        )
    except subprocess.TimeoutExpired:
        raise TimeoutError(f"Asterisk's console has not answered {line!r} for {timeout} s") from None
    return answer.stdout if answer.returncode == 0 else ""


def raise_file_limit() -> None:
    """Let Asterisk open as many files as its calls need, as far as this user may."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = CALLS * FILES_PER_CALL
    resource.setrlimit(
        resource.RLIMIT_NOFILE, (wanted if most == resource.RLIM_INFINITY else min(wanted, most), most)
    )
