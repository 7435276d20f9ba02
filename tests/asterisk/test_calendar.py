"""The calendar on the telephone: callers hear whether the office is open, around New Year's Eve, too."""

import signal
import subprocess
from pathlib import Path

import pytest

from hotline import heartbeat
from hotline.running.processes import HOTLINE
from hotline.running.ready import COMMANDS
from ivr.softphone.caller import Caller
from ivr.softphone.process import Dial
from tests.kit.conversations import PATIENCE, PROMPTS
from tests.kit.instance import HotlineInstance, signal_group

OPEN, CLOSED = "welcome-busy", "welcome-closed"
"""Nobody has signed in to a seat: while the office is open, the hotline says that all are busy."""
DAYS = {
    "2026-10-10 10:00": OPEN,  # a Saturday, worked for the National Day
    "2026-12-31 10:00": OPEN,
    "2027-01-01 10:00": CLOSED,  # a Friday of a year without a notice
    "2027-01-04 10:00": OPEN,
}


def at(moment: str, timezone: str) -> dict[str, str]:
    """Variables that let a program believe this moment, from which its clock goes on.

    The ``faketime`` command does the same, and stumbles over what one of its number that was killed has left.
    """
    [library] = Path("/usr/lib").glob("*/faketime/libfaketime.so.1")
    return {"TZ": timezone, "LD_PRELOAD": str(library), "FAKETIME": f"@{moment}:00"}


def serves_at(hotline: HotlineInstance, moment: str) -> None:
    """Start the server at this moment of the office's own time, in place of the one before."""
    if "agi" in hotline.processes:
        signal_group(hotline.processes["agi"], signal.SIGTERM)
        hotline.processes["agi"].wait()
    heartbeat.file_of(hotline.settings.run_dir, "agi").unlink(missing_ok=True)
    with (hotline.state_dir / "agi.out").open("ab") as log:
        hotline.processes["agi"] = subprocess.Popen(
            [HOTLINE, COMMANDS["agi"]],
            env=hotline.environment | at(moment, hotline.settings.hours.timezone),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            process_group=0,
        )
    hotline.wait_for("agi")


@pytest.mark.parametrize(
    "hotline_instance", [{"parts": ("asterisk",), "HOTLINE_HOURS__OVERRIDE": "auto"}], indirect=True
)
def test_open_and_closed_by_the_calendar(hotline_instance: HotlineInstance, tmp_path: Path) -> None:
    heard = {}
    for number, moment in enumerate(DAYS):
        serves_at(hotline_instance, moment)
        dial = Dial(port=hotline_instance.sip_port)
        with Caller(dial, PROMPTS, tmp_path / f"{number}.wav") as caller:
            caller.is_answered(PATIENCE)
            greeting = caller.next_question((OPEN, CLOSED), PATIENCE)
            heard[moment] = greeting and greeting.key
    assert heard == DAYS
