"""The FastAGI server has been frozen for a while when somebody calls, and no watch-dog has noticed."""

import signal
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from hotline import heartbeat
from ivr.softphone.caller import Caller
from ivr.softphone.process import Dial
from ivr.watchdog import STALE_SECONDS
from tests.kit.conversations import PATIENCE, PROMPTS
from tests.kit.instance import USUAL_PARTS, HotlineInstance, running

LONGEST_SILENCE = 5.0


@pytest.fixture
def hotline(tmp_path: Path) -> Iterator[HotlineInstance]:
    for hotline in running(tmp_path / "hotline", USUAL_PARTS, {}):
        freeze(hotline)
        yield hotline


def freeze(hotline: HotlineInstance) -> None:
    """Returns when the dialplan, too, sees that the heartbeat is old: it counts whole seconds."""
    hotline.signal("agi", signal.SIGSTOP)
    file = heartbeat.file_of(hotline.settings.run_dir, "agi")
    while (heartbeat.age(file) or 0.0) < STALE_SECONDS + 1:
        time.sleep(0.1)


def test_the_script_answers_at_once(hotline: HotlineInstance, tmp_path: Path) -> None:
    with Caller(Dial(port=hotline.sip_port), PROMPTS, tmp_path / "heard.wav") as caller:
        caller.is_answered()
        greeting = caller.hears("welcome-closed", timeout=PATIENCE)
        caller.hangs_up()
    assert greeting.start < LONGEST_SILENCE
    assert "fault-apology" not in [one.key for one in caller.heard()]
