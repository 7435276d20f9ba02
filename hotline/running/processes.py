"""``hotline start``: every part of the hotline in the foreground, until Ctrl-C.

honcho shows what the parts print and ends them together; ``hotline.running.supervise`` starts each
again when it ends alone.
"""

import os
import shlex
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import click
from honcho.manager import Manager

from hotline import settings_file
from hotline.running import instance_lock, ports, ready
from hotline.running.prepare import make_folders, prepare
from hotline.settings_file import Settings

HOTLINE = str(Path(sys.executable).with_name("hotline"))
ASKED_TO_STOP = (130, 143)  # honcho's codes after Ctrl-C and SIGTERM


@click.command()
def start() -> None:
    """Start everything and stay until Ctrl-C."""
    settings = settings_file.current()
    make_folders(settings)
    try:
        with instance_lock.locked(settings):
            code = run(settings)
    except instance_lock.AlreadyRunning as problem:
        raise click.ClickException(str(problem)) from None
    raise SystemExit(0 if code in ASKED_TO_STOP else code)


def run(settings: Settings) -> int:
    """Prepare, start and wait. Returns honcho's exit code. Raises ClickException when a port is taken."""
    problems = list(ports.taken(settings))
    if problems:
        raise click.ClickException("\n".join(problems))
    prepare(settings)
    environment = environment_of(settings)
    manager = Manager()
    for part, command in ready.COMMANDS.items():
        manager.add_process(part, kept(command, instance_lock.lock_file(settings)), env=environment)
    announcer = subprocess.Popen([HOTLINE, "announce"], env=environment, process_group=0)  # noqa: S603
    try:
        manager.loop()
    finally:
        announcer.kill()
        announcer.wait()
    return int(manager.returncode or 0)


def environment_of(settings: Settings) -> dict[str, str]:
    """The environment of every part: the same settings, wherever a part is started from."""
    configuration = Path(os.environ.get("HOTLINE_CONFIG", "hotline.toml")).absolute()
    return {
        **os.environ,
        "HOTLINE_CONFIG": str(configuration),
        "HOTLINE_STATE_DIR": str(settings.state_dir),
        "PYTHONUNBUFFERED": "1",
    }


def kept(command: str, lock: Path) -> str:
    """The shell line honcho runs for a part."""
    keep = [sys.executable, "-P", "-m", "hotline.running.supervise", "--owner", str(lock)]
    return "exec " + shlex.join([*keep, "--", HOTLINE, command])


@click.command()
@click.option("--within", default=60.0, show_default=True, help="Seconds to wait for.")
def announce(within: float) -> None:
    """Wait until every part answers and say where. Exit code 1 when one does not."""
    settings = settings_file.current()
    silent = ready.wait(settings, within)
    if silent:
        raise click.ClickException(
            f"no answer within {within:.0f} s from {', '.join(silent)}: see the lines above"
        )
    with suppress(BrokenPipeError):
        click.echo(ready_line(settings))


def ready_line(settings: Settings) -> str:
    """Where the hotline answers, and how to try it."""
    call = Path(HOTLINE)
    with suppress(ValueError):
        call = call.relative_to(Path.cwd())
    address = f"sip:{settings.number}@{ready.reachable(str(settings.sip.bind))}:{settings.sip.port}"
    return f"ready: page {ready.page_address(settings)}/ · dial {address} · test call: {call} call --wav FILE"
