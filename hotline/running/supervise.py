"""``python -m hotline.running.supervise -- COMMAND``: run a command again when it ends, until told to stop.

Stopping asks the command and all its children to end, and ends by force what has not done so in time. The
same happens when the owner of the lock dies, however it dies. One runs beside every part of the hotline, so
this module loads as little as it can.
"""

import fcntl
import os
import signal
import subprocess
import threading
import time
from collections.abc import Sequence
from pathlib import Path

import click

SHORTEST_PAUSE = 0.2
LONGEST_PAUSE = 5.0
LONG_LIFE = 30.0
"""Seconds: who lived that long did not fail at the start, and is started again at once."""

GRACE_SECONDS = 4.0
"""honcho itself waits for 5 s before it kills us, and with us the knowledge of what we started."""

ORDERS = {signal.SIGTERM, signal.SIGINT}
WATCHED = ORDERS | {signal.SIGCHLD}


@click.command(context_settings={"ignore_unknown_options": True})
@click.option(
    "--owner", type=click.Path(path_type=Path), help="Stop when nobody holds this lock file any more."
)
@click.argument("command", nargs=-1, required=True)
def supervise(command: tuple[str, ...], owner: Path | None) -> None:
    """Run COMMAND, and again whenever it ends."""
    signal.pthread_sigmask(signal.SIG_BLOCK, WATCHED)  # they wait until they are looked at below
    if owner:
        threading.Thread(target=stop_with_owner, args=(owner,), daemon=True).start()
    keep_running(command)


def keep_running(command: Sequence[str]) -> None:
    """Run ``command`` until told to stop. The signals in WATCHED must be blocked."""
    pause = SHORTEST_PAUSE
    while True:
        began = time.monotonic()
        child = start(command)
        ordered_to_stop = wait(child)
        end_group(child)
        if ordered_to_stop:
            return
        pause = next_pause(pause, time.monotonic() - began)
        click.echo(f"ended with code {child.returncode}; started again in {pause:.1f} s", err=True)
        if signal.sigtimedwait(ORDERS, pause):
            return


def next_pause(last: float, lived: float) -> float:
    """Seconds to wait before the next start: short after a long life, twice as long after each short one."""
    return SHORTEST_PAUSE if lived >= LONG_LIFE else min(last * 2, LONGEST_PAUSE)


def start(command: Sequence[str]) -> subprocess.Popen[bytes]:
    """The command as the leader of a process group, with signals as usual."""
    return subprocess.Popen(  # noqa: S603 - the command is ours
        command, process_group=0, preexec_fn=lambda: signal.pthread_sigmask(signal.SIG_UNBLOCK, WATCHED)
    )


def wait(child: subprocess.Popen[bytes]) -> bool:
    """Wait until ``child`` has ended; True when it was because we were told to stop."""
    while child.poll() is None:
        if signal.sigwait(WATCHED) in ORDERS:
            stop(child)
            return True
    return False


def stop(child: subprocess.Popen[bytes]) -> None:
    """Ask the command to end, and wait for it as long as we may."""
    signal_group(child, signal.SIGTERM)
    try:
        child.wait(GRACE_SECONDS)
    except subprocess.TimeoutExpired:
        click.echo(f"did not end within {GRACE_SECONDS:.0f} s and is killed", err=True)


def end_group(child: subprocess.Popen[bytes]) -> None:
    """Kill whatever is left of the command and its children; nobody else would end them."""
    signal_group(child, signal.SIGKILL)
    child.wait()


def signal_group(child: subprocess.Popen[bytes], number: signal.Signals) -> None:
    try:
        os.killpg(child.pid, number)
    except ProcessLookupError:  # nobody of the group is left
        return


def stop_with_owner(lock: Path) -> None:
    """Wait until nobody holds ``lock`` any more, then order this process to stop."""
    with lock.open("rb") as held:
        fcntl.lockf(held, fcntl.LOCK_SH)
    os.kill(os.getpid(), signal.SIGTERM)


if __name__ == "__main__":
    supervise()
