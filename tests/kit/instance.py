"""A real hotline for a test: real Asterisk, real servers, free ports and a state directory of its own."""

import os
import secrets
import signal
import socket
import subprocess
import time
from collections import deque
from collections.abc import Generator, Mapping
from contextlib import suppress
from pathlib import Path

from hotline import settings_file
from hotline.running import ready
from hotline.running.processes import HOTLINE
from hotline.running.ready import COMMANDS
from ivr import asterisk
from tests.kit import databases

USUAL_PARTS = ("asterisk", "agi")
START_SECONDS = 40
STOP_SECONDS = 10
RTP_PORTS = 200  # some are kept for the seats


class HotlineInstance:
    """Started by ``start``; ``stop`` ends every process it started, by its id."""

    def __init__(self, state_dir: Path, extra: Mapping[str, str]) -> None:
        self.environment = {**os.environ, **ports(), "HOTLINE_STATE_DIR": str(state_dir), **extra}
        self.settings = load(self.environment)
        self.state_dir = self.settings.state_dir
        self.sip_port = self.settings.sip.port
        self.processes: dict[str, subprocess.Popen[bytes]] = {}
        databases.new(self.settings)

    def start(self, *parts: str) -> None:
        """Start ``parts`` and wait until each answers. Starting one that has ended starts it again."""
        for part in parts:
            log = (self.state_dir / f"{part}.out").open("ab")
            self.processes[part] = subprocess.Popen(
                [HOTLINE, COMMANDS[part]],
                env=self.environment,
                cwd=settings_file.PROJECT,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                process_group=0,
            )
        self.wait_for(*parts)

    def wait_for(self, *parts: str) -> None:
        """Return when ``parts`` answer; raise with their last words when one ends or stays silent."""
        give_up = time.monotonic() + START_SECONDS
        while silent := ready.silent_parts(self.settings, parts):
            dead = [part for part in silent if self.processes[part].poll() is not None]
            if dead or time.monotonic() > give_up:
                raise AssertionError(f"{silent} did not start:\n" + "\n".join(map(self.output, silent)))
            time.sleep(0.05)

    def output(self, part: str) -> str:
        """What ``part`` has printed so far."""
        return (self.state_dir / f"{part}.out").read_text(errors="replace")[-4000:]

    def console(self, line: str) -> str:
        """What Asterisk's console answers."""
        return asterisk.console(self.settings, line)

    def nobody_calls(self) -> bool:
        """Whether no call is going on; Asterisk says so beside how many there may be."""
        return self.console("core show calls").startswith("0 of ")

    def signal(self, part: str, number: signal.Signals) -> None:
        """Send a signal to the process of ``part`` itself."""
        self.processes[part].send_signal(number)

    def stop_part(self, part: str) -> None:
        """Kill one part."""
        signal_group(self.processes[part], signal.SIGKILL)
        self.processes[part].wait()

    def stop(self) -> None:
        """End everything, frozen processes and their children too."""
        for process in self.processes.values():
            signal_group(process, signal.SIGTERM)
            signal_group(process, signal.SIGCONT)
        for process in self.processes.values():
            with suppress(subprocess.TimeoutExpired):
                process.wait(STOP_SECONDS)
            signal_group(process, signal.SIGKILL)
            process.wait()


def signal_group(process: subprocess.Popen[bytes], number: signal.Signals) -> None:
    with suppress(ProcessLookupError):
        os.killpg(process.pid, number)


def load(environment: Mapping[str, str]) -> settings_file.Settings:
    """The settings a process with this environment would read."""
    before = dict(os.environ)
    os.environ.clear()
    os.environ.update(environment)
    try:
        return settings_file.load()
    finally:
        os.environ.clear()
        os.environ.update(before)


SINGLE_PORTS, RTP_PORTS_OF_ALL = range(10_000, 12_400), range(12_400, 16_384)
"""Below those that the system gives to whoever connects, which may take one at any moment, and those where
our telephones take their sound."""
PROCESSES = max(8, int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1")))
"""Of a run of tests (pytest-xdist): seconds go by between asking for a free port and taking it."""
OWN_PORTS = SINGLE_PORTS[int(os.environ.get("PYTEST_XDIST_WORKER", "gw0")[2:]) % PROCESSES :: PROCESSES]


_GIVEN: deque[int] = deque(maxlen=100)
"""The last that were given here: whoever was may not have begun to listen."""


def ports() -> dict[str, str]:
    """Ports nobody uses, and the state of the line that tests expect unless they say otherwise."""
    several = {free_port(socket.SOCK_DGRAM): None}
    while len(several) < 6:  # each another
        several[free_port()] = None
    sip, agi, ami, web, wss, tls = several
    rtp = free_port(socket.SOCK_DGRAM, RTP_PORTS)
    return {
        "HOTLINE_CONFIG": os.devnull,
        "HOTLINE_HOURS__OVERRIDE": "closed",
        "HOTLINE_NUISANCE__CALLS_AT_ONCE": "100",
        "HOTLINE_NUISANCE__CALLS_PER_HOUR": "1000",
        "HOTLINE_SIP__PORT": str(sip),
        "HOTLINE_AGI__PORT": str(agi),
        "HOTLINE_AMI__PORT": str(ami),
        "HOTLINE_WEB__PORT": str(web),
        "HOTLINE_SEATS__WSS_PORT": str(wss),
        "HOTLINE_SIP__TLS_PORT": str(tls),
        "HOTLINE_RTP__START": str(rtp),
        "HOTLINE_RTP__END": str(rtp + RTP_PORTS - 1),
    }


def free_port(kind: int = socket.SOCK_STREAM, following: int = 1) -> int:
    """A free port that nobody else of this run is given soon, or the first of several in a row.

    Several are for RTP: the first is even, and only those of a call are taken.
    """
    firsts = OWN_PORTS if following == 1 else RTP_PORTS_OF_ALL[:-following:2]
    while True:
        first = secrets.choice(firsts)
        if first not in _GIVEN and all(is_free(port, kind) for port in range(first, first + following)):
            _GIVEN.append(first)
            return first


def is_free(port: int, kind: int) -> bool:
    with socket.socket(socket.AF_INET, kind) as probe:
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
        return True


def running(
    state_dir: Path, parts: tuple[str, ...], extra: dict[str, str]
) -> Generator[HotlineInstance, None, None]:
    instance = HotlineInstance(state_dir, extra)
    try:
        instance.start(*parts)
        yield instance
    finally:
        instance.stop()
