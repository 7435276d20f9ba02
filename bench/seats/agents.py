"""The agents: each answers at once, talks for a while and hangs up."""

import asyncio
import random
from collections.abc import Callable

from ivr.softphone.process import CallFailed, SoftphoneProcess

LOOK_SECONDS = 0.02


async def work(telephones: SoftphoneProcess, talk_seconds: Callable[[], float]) -> None:
    """End every call of these telephones after its time, until cancelled."""
    loop, seen = asyncio.get_running_loop(), len(telephones.events)
    while True:
        events = telephones.events[seen:]
        seen += len(events)
        for event in events:
            if event["event"] == "recording":
                loop.call_later(talk_seconds(), _hang_up, telephones, event["seat"])
        await asyncio.sleep(LOOK_SECONDS)


def _hang_up(telephones: SoftphoneProcess, seat: str) -> None:
    try:
        telephones.order(do="hang_up", seat=seat)
    except CallFailed as problem:
        raise RuntimeError(f"the telephones of {seat} are gone") from problem


def talks(mean: float, choice: random.Random) -> Callable[[], float]:
    """Times as telephone traffic has them: exponential (A. K. Erlang, 1917), of this mean in seconds."""
    return lambda: choice.expovariate(1 / mean)
