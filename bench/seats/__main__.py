"""``python -m bench.seats``: sixteen seats through a compressed day, as Markdown."""

import asyncio
import random
import tempfile
import time
from pathlib import Path

import click

from bench.calls.__main__ import machine
from bench.seats import agents, office, tables
from bench.seats.answers import Answers, waits
from bench.seats.callers import Callers
from bench.seats.costs import Sample, sample

TALK_SECONDS = 180.0
SAME_DAY = 3
"""Seed: the same callers at every run."""


@click.command()
@click.option("--seats", type=click.IntRange(1, 200), default=16, show_default=True)
@click.option("--calls", type=click.IntRange(1), default=200, show_default=True, help="Calls an hour.")
@click.option("--hours", type=click.FloatRange(0.1), default=8.0, show_default=True, help="Of a real day.")
@click.option("--speed", type=click.FloatRange(1), default=15.0, show_default=True, help="Times faster.")
@click.option(
    "--idle",
    type=click.FloatRange(1),
    default=60.0,
    show_default=True,
    help="Seconds without a call, before and after.",
)
@click.option("--screens", is_flag=True, help="A console at every seat and a wallboard are open.")
def main(seats: int, calls: int, hours: float, speed: float, idle: float, screens: bool) -> None:
    """Measure a day: calls come SPEED times as often as in the office; talks and wrap-up are as much shorter.

    As many seats are busy at once as on a real day. It starts a hotline of its own; a day of eight hours
    takes some thirty-five minutes, and wants a quiet machine. Screens ask at every change, at most
    seven times a second each; faster than 6 times, that is more than on a real day.
    """
    click.echo(machine())
    half = round(calls * hours / 2)
    with (
        tempfile.TemporaryDirectory(prefix="hotline-bench-") as folder,
        office.running(Path(folder), seats, speed, screens) as place,
        Answers(place.hotline.settings) as answers,
    ):
        callers = Callers(place.hotline)
        samples = [sample(place.hotline), *_idle(place, idle)]
        for turn in range(2):
            asyncio.run(_half(place, callers, half, calls * speed / 3600, TALK_SECONDS / speed, turn))
            samples.append(sample(place.hotline))
        samples += _idle(place, idle)
        click.echo(tables.answered(waits(callers.asked, answers.at), callers, 2 * half, speed))
        click.echo(tables.costs(samples, half, idle))


def _idle(place: office.Office, seconds: float) -> list[Sample]:
    time.sleep(seconds)
    return [sample(place.hotline)]


async def _half(
    place: office.Office, callers: Callers, count: int, a_second: float, talk: float, turn: int
) -> None:
    """One half of the day's calls; the agents' work ends with them."""
    choice = random.Random(SAME_DAY + turn)  # noqa: S311 - traffic, no secret
    working = [asyncio.create_task(agents.work(each, agents.talks(talk, choice))) for each in place.phones]
    await callers.call(count, a_second, choice)
    for each in working:
        each.cancel()


if __name__ == "__main__":
    main()
