"""Callers whose SIP is made of bytes that no telephone would send: text to us, and nothing breaks."""

import asyncio
import re
import time
from pathlib import Path

from sqlalchemy import select

from hotline.database import Database
from hotline.recordings.recordings import Recording
from hotline.settings_file import PROJECT
from tests.kit.conversations import PATIENCE, STREET_LIGHT, says, sound_of
from tests.kit.instance import USUAL_PARTS, HotlineInstance, running
from tests.kit.lines import sip
from tests.kit.lines.landmarks import a_law, landmark
from tests.kit.lines.line import SipLine, tick_all

FRAMES = 150
PROMPTS = PROJECT / "sounds" / "zh"

RAW = {
    "gbk": ("李四".encode("gbk"), b"13900000001"),
    "no encoding at all": (b'"\xff\xfe\x80\x81"', b"13900000002"),
    "commas": (b'"a,b,,c"', b"13900000003"),
    "dialplan": (b'"${SHELL(id)}$[1/0]"', b"13900000004"),
    "agi": (b'"x\\" 5\\"\x0bHANGUP"', b"13900000005"),
    "very long": (b'"' + b"A" * 1500 + b'"', b"13900000006"),
    "long number": (b"", b"9" * 300),
    "newline in the number": (b"", b"139%0d%0aHANGUP%0a0007"),
    "no number": (b"", b"%00"),
    "path": (b"", b"..%2F..%2Fstore"),
}
"""Display name and user of the From header."""


async def call(hotline: HotlineInstance, name: bytes, own_number: bytes) -> None:
    """Leave a message of three seconds and hang up."""
    line = SipLine()
    ticking = asyncio.create_task(tick_all([line]))
    target = ("127.0.0.1", hotline.sip_port)
    await line.dial(lambda own, rtp: sip.Dialog(target, "2391555", own_number, own, rtp, name))
    await line.hears(landmark(PROMPTS / "welcome-closed.wav"), 15)
    await line.presses("1")
    await line.hears(landmark(PROMPTS / "message-ask.wav"), 15)
    await line.presses("1")
    await line.hears(landmark(PROMPTS / "beep.wav"), 15)
    await line.speaks(a_law(STREET_LIGHT)[:FRAMES])
    await line.has_hung_up()
    ticking.cancel()
    line.close()


async def call_all(hotline: HotlineInstance) -> None:
    await asyncio.gather(*(call(hotline, *raw) for raw in RAW.values()))


def taken_in(hotline: HotlineInstance) -> list[Recording]:
    """Every recording there is, as soon as there are as many as callers."""
    give_up = time.monotonic() + PATIENCE
    while True:
        with Database(hotline.settings.database_url).reading() as session:
            found = list(session.scalars(select(Recording)))
            if len(found) >= len(RAW) or time.monotonic() > give_up:
                session.expunge_all()
                return found
        time.sleep(0.2)


def test_each_message_is_kept_and_each_number_is_a_number(tmp_path: Path) -> None:
    for hotline in running(tmp_path / "hotline", USUAL_PARTS, {}):
        asyncio.run(call_all(hotline))
        found = taken_in(hotline)
        assert len(found) == len(RAW)
        assert all(re.fullmatch(r"[0-9+*#]{0,32}", each.caller) for each in found)
        assert all(says(sound, STREET_LIGHT) for each in found for sound in sound_of(hotline, each))
        assert {f"1390000000{index}" for index in range(1, 7)} <= {each.caller for each in found}
        files = [file for file in hotline.settings.store_dir.rglob("*") if file.is_file()]
        assert len(files) == len(RAW)
        assert hotline.nobody_calls()
