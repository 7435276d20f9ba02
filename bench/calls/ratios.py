"""Processor time of one greet-and-record call on each rung of the ladder, as ratios in one run."""

import asyncio
import statistics
import time
from dataclasses import dataclass

from tqdm import tqdm

from bench.calls import cpu
from bench.calls.conversation import Voices, greet_and_record
from bench.calls.hotline import DIALPLAN, SCRIPT
from hotline.database import Database
from hotline.intake import sweep
from tests.kit.instance import HotlineInstance
from tests.kit.lines import sip
from tests.kit.lines.line import SipLine, tick_all

AT_ONCE = 5
FRAMES = 150  # three seconds of speech


@dataclass(frozen=True)
class Cost:
    """Processor time of a call in milliseconds: Asterisk and its children, our server, the sweep."""

    exchange: float
    server: float
    sweep: float

    @property
    def all(self) -> float:
        return self.exchange + self.server + self.sweep


def measure(hotline: HotlineInstance, rounds: int) -> dict[str, list[Cost]]:
    """``rounds`` times AT_ONCE calls on every rung, in turn. The first round only warms up."""
    rungs = {"dialplan": DIALPLAN, "FastAGI": hotline.settings.number, "script per call": SCRIPT}
    database = Database(hotline.settings.database_url)
    costs: dict[str, list[Cost]] = {rung: [] for rung in rungs}
    for turn in tqdm(range(rounds + 1), desc="rounds", unit="round"):
        for rung, number in rungs.items():
            cost = _cost(hotline, number, database)
            if turn:
                costs[rung].append(cost)
    return costs


def _cost(hotline: HotlineInstance, number: str, database: Database) -> Cost:
    exchange, server = hotline.processes["asterisk"].pid, hotline.processes["agi"].pid
    before = cpu.used(exchange), cpu.used(server)
    asyncio.run(_calls(hotline, number))
    time.sleep(2)  # our processes go on after the caller has gone
    swept = time.process_time()
    sweep.sweep(hotline.settings, database, lambda: time.time() + 60)
    swept = time.process_time() - swept
    used = cpu.used(exchange) - before[0], cpu.used(server) - before[1], swept
    return Cost(*(1000 * seconds / AT_ONCE for seconds in used))


async def _calls(hotline: HotlineInstance, number: str) -> None:
    voices, lines = Voices(), [SipLine() for _ in range(AT_ONCE)]
    ticking = asyncio.create_task(tick_all(lines))

    async def call(line: SipLine, index: int) -> None:
        await line.dial(
            lambda sip_port, rtp_port: sip.Dialog(
                ("127.0.0.1", hotline.sip_port), number, f"1380000{index:04}".encode(), sip_port, rtp_port
            )
        )
        await greet_and_record(line, voices, FRAMES)
        line.hangs_up()

    await asyncio.gather(*(call(line, index) for index, line in enumerate(lines)))
    await asyncio.sleep(0.2)
    ticking.cancel()
    for line in lines:
        line.close()


def table(costs: dict[str, list[Cost]]) -> str:
    """The medians as Markdown."""
    base = statistics.median(cost.all for cost in costs["dialplan"])
    lines = [
        "| rung | Asterisk, ms | our server, ms | sweep, ms | all, ms | ratio |",
        "|---|---:|---:|---:|---:|---:|",
    ]
    for rung, measured in costs.items():
        columns = [[c.exchange for c in measured], [c.server for c in measured], [c.sweep for c in measured]]
        columns.append([c.all for c in measured])
        medians = [statistics.median(column) for column in columns]
        figures = " | ".join(f"{median:.1f}" for median in medians)
        lines.append(f"| {rung} | {figures} | {medians[-1] / base:.2f} |")
    return "\n".join(lines)
