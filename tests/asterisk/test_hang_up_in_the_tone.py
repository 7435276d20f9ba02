"""A caller hangs up while the tone is heard: before the recording, and just as it would begin."""

import asyncio
import time

from hotline.settings_file import PROJECT
from tests.kit.conversations import PATIENCE, recordings_from
from tests.kit.instance import HotlineInstance
from tests.kit.lines import sip
from tests.kit.lines.landmarks import landmark
from tests.kit.lines.line import SipLine, tick_all

NUMBER = "13911112222"
PROMPTS = PROJECT / "sounds" / "zh"
TONE_SECONDS = 0.3


async def hang_up_in_the_tone(hotline: HotlineInstance) -> None:
    """Hang up at the tone's first frame. A softphone hears in quarters of a second: too late for the tone."""
    line = SipLine()
    ticking = asyncio.create_task(tick_all([line]))
    target = ("127.0.0.1", hotline.sip_port)
    await line.dial(lambda own, rtp: sip.Dialog(target, "2391555", NUMBER.encode(), own, rtp))
    for key, following in (("", "welcome-closed"), ("1", "message-ask"), ("1", "beep")):
        hearing = asyncio.create_task(line.hears(landmark(PROMPTS / f"{following}.wav"), PATIENCE))
        if key:
            await line.presses(key)
        await hearing
    line.hangs_up()
    ticking.cancel()
    line.close()


def test_leaves_nothing_or_one_recording_no_longer_than_the_tone(shared_hotline: HotlineInstance) -> None:
    asyncio.run(hang_up_in_the_tone(shared_hotline))
    give_up = time.monotonic() + PATIENCE
    while left := list(shared_hotline.settings.spool_dir.iterdir()):
        assert time.monotonic() < give_up, left
        time.sleep(0.05)
    recorded = [recording.seconds for recording in recordings_from(shared_hotline, NUMBER)]
    assert len(recorded) <= 1
    assert sum(recorded) < TONE_SECONDS
