"""A hundred callers at the same time: is every recording there, and how long do the menus take to answer?"""

import asyncio
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from sqlalchemy import select
from tqdm import tqdm

from bench.calls import cpu, sip
from bench.calls.conversation import Voices, leave_message
from bench.calls.hotline import SPEECH
from bench.calls.line import Line, tick_all
from hotline.database import Database
from hotline.recordings.recordings import Recording
from ivr.softphone.matching import likeness
from ivr.softphone.sounds import SAMPLE_RATE, read_audio
from tests.asterisk.instance import HotlineInstance

CALLS_A_SECOND = 10
FRAMES = 500  # ten seconds of speech: longer than all callers take to arrive
LEFT_SECONDS = 15.0


@dataclass(frozen=True)
class Outcome:
    """What became of the calls. Responses in seconds."""

    callers: int
    failed: list[str]
    lost: int
    responses: list[float]
    most_at_once: int
    processors: float

    def percentile(self, percent: float) -> float:
        """Milliseconds within which ``percent`` of the responses came."""
        return float(np.percentile(self.responses, percent)) * 1000


def measure(hotline: HotlineInstance, callers: int) -> Outcome:
    """``callers`` leave a message each, all on the line at the same time."""
    pids = [hotline.processes[part].pid for part in ("asterisk", "agi")]
    used, began = cpu.used_by(pids), time.monotonic()
    results, most = asyncio.run(_calls(hotline, callers))
    processors = (cpu.used_by(pids) - used) / (time.monotonic() - began)
    failed = [str(result) for result in results if isinstance(result, BaseException)]
    responses = [response for result in results if isinstance(result, list) for response in result]
    return Outcome(callers, failed, _lost(hotline, callers), responses, most, processors)


def _number(index: int) -> str:
    return f"1390000{index:04}"


async def _calls(hotline: HotlineInstance, callers: int) -> tuple[list[list[float] | BaseException], int]:
    voices, lines = Voices(), [Line() for _ in range(callers)]
    ticking = asyncio.create_task(tick_all(lines))
    on_the_line = most = 0
    progress = tqdm(total=callers, desc="calls", unit="call")

    async def call(line: Line, index: int) -> list[float]:
        nonlocal on_the_line, most
        await asyncio.sleep(index / CALLS_A_SECOND)
        await line.dial(
            lambda sip_port, rtp_port: sip.Dialog(
                ("127.0.0.1", hotline.sip_port),
                hotline.settings.number,
                _number(index).encode(),
                sip_port,
                rtp_port,
            )
        )
        on_the_line += 1
        most = max(most, on_the_line)
        try:
            return await leave_message(line, voices, FRAMES)
        finally:
            on_the_line -= 1
            progress.update()

    results = await asyncio.gather(
        *(call(*each) for each in zip(lines, range(callers), strict=True)), return_exceptions=True
    )
    ticking.cancel()
    progress.close()
    return results, most


def _lost(hotline: HotlineInstance, callers: int) -> int:
    """Callers whose speech is in no recording."""
    time.sleep(LEFT_SECONDS)
    speech = read_audio(SPEECH)[: FRAMES * 160]
    with Database(hotline.settings.database_url).reading() as session:
        found = {row.caller: row for row in session.scalars(select(Recording))}
        recorded = [found.get(_number(index)) for index in range(callers)]
        return sum(row is None or not _is_whole(hotline.settings.store_dir, row, speech) for row in recorded)


def _is_whole(
    store: Path, recording: Recording, speech: "np.ndarray[tuple[int], np.dtype[np.float32]]"
) -> bool:
    """Whether both the first and the last sentence of the speech were recorded."""
    sound = read_audio(store / recording.parts[0].store_key)
    ends = speech[SAMPLE_RATE // 2 :][:SAMPLE_RATE], speech[8 * SAMPLE_RATE :][:SAMPLE_RATE]
    return all(likeness(sound, end).max(initial=0.0) > 0.9 for end in ends)
