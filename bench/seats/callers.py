"""The callers: they come at random, wait for a seat, talk until the agent ends it, and say how it was."""

import asyncio
import random
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Never

from tqdm import tqdm

from hotline.settings_file import PROJECT
from tests.kit.instance import HotlineInstance
from tests.kit.lines import sip
from tests.kit.lines.landmarks import Landmark, landmarks
from tests.kit.lines.line import CallLost, SipLine, tick_all

PATIENCE = 400.0
"""Seconds; longer than the longest wait and a talk."""
SATISFIED = "1"


@dataclass
class Callers:
    """Everybody who has called so far. Times are those of ``time.monotonic``."""

    hotline: HotlineInstance
    asked: dict[str, float] = field(default_factory=dict)
    """By number: when 0 was pressed."""
    rated: int = 0
    failed: list[str] = field(default_factory=list)
    lines: list[SipLine] = field(default_factory=list)
    prompts: dict[str, Landmark] = field(
        default_factory=lambda: landmarks(PROJECT / "sounds" / "zh", ("welcome-open", "satisfaction-ask"))
    )

    async def call(self, count: int, a_second: float, choice: random.Random) -> None:
        """So many calls, independent of each other, and the end of all of them."""
        ticking = asyncio.create_task(tick_all(self.lines))
        first = len(self.asked) + len(self.failed)
        progress = tqdm(total=count, desc="calls", unit="call")
        calls = [
            asyncio.create_task(self._one(f"13{first + index:09d}", progress))
            async for index in _arrivals(count, a_second, choice)
        ]
        await asyncio.gather(*calls)
        progress.close()
        ticking.cancel()

    async def _one(self, number: str, progress: "tqdm[Never]") -> None:
        line = SipLine()
        self.lines.append(line)
        try:
            await self._talk(line, number)
        except CallLost as problem:
            self.failed.append(str(problem))
        self.lines.remove(line)
        line.hangs_up()
        await asyncio.sleep(0.2)  # for the answer
        line.close()
        progress.update()

    async def _talk(self, line: SipLine, number: str) -> None:
        target, dialled = ("127.0.0.1", self.hotline.sip_port), self.hotline.settings.number
        await line.dial(lambda own, rtp: sip.Dialog(target, dialled, number.encode(), own, rtp))
        await line.hears(self.prompts["welcome-open"], PATIENCE)
        await line.presses("0")
        self.asked[number] = time.monotonic()
        await line.hears(self.prompts["satisfaction-ask"], PATIENCE)
        await line.presses(SATISFIED)
        self.rated += 1
        await asyncio.wait_for(line.over.wait(), PATIENCE)


async def _arrivals(count: int, a_second: float, choice: random.Random) -> AsyncIterator[int]:
    """Numbers from 0, at times of a Poisson process."""
    due = time.monotonic()
    for index in range(count):
        due += choice.expovariate(a_second)
        await asyncio.sleep(max(0.0, due - time.monotonic()))
        yield index
