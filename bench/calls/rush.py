"""Many callers at the same time: is every word kept, and how long do the menus take to answer?"""

import asyncio
import time
from dataclasses import dataclass

import numpy as np
from sqlalchemy import select
from tqdm import tqdm

from bench.calls import cpu
from bench.calls.conversation import Voices, leave_message
from bench.calls.hotline import SPEECH
from bench.calls.swift import Exchange
from hotline.database import Database
from hotline.recordings.recordings import Recording
from tests.kit.instance import HotlineInstance
from tests.kit.lines import kept, sip
from tests.kit.lines.kept import Missing
from tests.kit.lines.landmarks import coded, linear_frames
from tests.kit.lines.line import SipLine
from tests.kit.lines.rtp import FRAME_SECONDS

SPEAKS_SECONDS = 10.0
"""After the last has arrived."""
LEFT_SECONDS = 60.0
SENTENCE_SECONDS = 0.5
"""Missing at either end, it may be a word."""


@dataclass(frozen=True)
class RushedCall:
    """What became of the calls. Responses in seconds, by the prompt that was waited for."""

    failed: list[str]
    responses: dict[str, list[float]]
    most_at_once: int
    processors: float
    callers_processors: float
    recordings: list[Missing | None]

    @property
    def lost(self) -> int:
        """Recordings that are not there, or without their first or last words, or with a gap."""
        return sum(each is None or _lost(each) for each in self.recordings)


def _lost(each: Missing) -> bool:
    """Silence put in, where the callers' own packets came late, is no loss."""
    return max(each.before, each.between, each.after, -each.shifted) >= SENTENCE_SECONDS


def percentile(seconds: list[float], percent: float) -> float:
    """Milliseconds within which ``percent`` of these came."""
    return float(np.percentile(seconds, percent)) * 1000


def speech(seconds: float) -> list[bytes]:
    """Frames of A-law of which hardly one is like another: each time round a little lower."""
    said, rounds = linear_frames(SPEECH).astype(np.float64), 1 + int(seconds / 12.0)
    frames = [coded((frame * 0.97**turn).astype(np.int16)) for turn in range(rounds) for frame in said]
    return frames[: round(seconds / FRAME_SECONDS)]


def measure(hotline: HotlineInstance, callers: int, a_second: float) -> RushedCall:
    """``callers`` leave a message each, ``a_second`` of them arriving; all on the line at the same time."""
    pids = [hotline.processes[part].pid for part in ("asterisk", "agi")]
    spoken = speech(callers / a_second + SPEAKS_SECONDS)
    used, own, began = cpu.used_by(pids), time.process_time(), time.monotonic()
    results, most = asyncio.run(_calls(hotline, callers, a_second, Voices(speech=spoken)))
    clock = time.monotonic() - began
    failed = [str(result) or repr(result) for result in results if isinstance(result, BaseException)]
    answered = [result for result in results if isinstance(result, dict)]
    return RushedCall(
        failed,
        {each: [result[each] for result in answered] for each in (answered[0] if answered else ())},
        most,
        (cpu.used_by(pids) - used) / clock,
        (time.process_time() - own) / clock,
        _recordings(hotline, callers, spoken),
    )


def _number(index: int) -> str:
    return f"1390000{index:04}"


async def _calls(
    hotline: HotlineInstance, callers: int, a_second: float, voices: Voices
) -> tuple[list[dict[str, float] | BaseException], int]:
    exchange = Exchange()
    on_the_line = most = 0
    progress = tqdm(total=callers, desc="calls", unit="call")
    target, dialled = ("127.0.0.1", hotline.sip_port), hotline.settings.number

    async def call(line: SipLine, index: int) -> dict[str, float]:
        nonlocal on_the_line, most
        await asyncio.sleep(index / a_second)
        number = _number(index).encode()
        await line.dial(lambda own, rtp: sip.Dialog(target, dialled, number, own, rtp))
        on_the_line += 1
        most = max(most, on_the_line)
        try:
            return await leave_message(line, voices, len(voices.speech))
        finally:
            line.hangs_up()
            on_the_line -= 1
            progress.update()

    calls = (call(exchange.line(), index) for index in range(callers))
    results = await asyncio.gather(*calls, return_exceptions=True)
    progress.close()
    return results, most


def _recordings(hotline: HotlineInstance, callers: int, spoken: list[bytes]) -> list[Missing | None]:
    """What is missing of each caller's recording; None where there is none."""
    database, give_up = Database(hotline.settings.database_url), time.monotonic() + LEFT_SECONDS
    while True:
        with database.reading() as session:
            parts = {row.caller: row.parts[0].store_key for row in session.scalars(select(Recording))}
        keys = [parts.get(_number(index)) for index in range(callers)]
        if all(keys) or time.monotonic() > give_up:
            store = hotline.settings.store_dir
            return [(key and kept.missing(store / key, spoken)) or None for key in keys]
        time.sleep(1)
