"""``python -m bench.calls``: what a call costs, and a rush of them, as Markdown."""

import os
import platform
import tempfile
from collections import Counter
from pathlib import Path

import click

from bench.calls import ratios, rush
from bench.calls.hotline import MOST_CALLS, running

PARTS = ("ratios", "rush")
CALLERS = 300


@click.command()
@click.argument("parts", nargs=-1, type=click.Choice(PARTS))
@click.option("--rounds", type=click.IntRange(1), default=5, show_default=True, help="Rounds of ratios.")
@click.option(
    "--callers", type=click.IntRange(1, MOST_CALLS), default=CALLERS, show_default=True, help="At once."
)
@click.option("--a-second", default=10.0, show_default=True, help="So many of them arrive in a second.")
def main(parts: tuple[str, ...], rounds: int, callers: int, a_second: float) -> None:
    """Measure PARTS (all by default): the cost of a call on each rung, and many callers at once.

    It starts a hotline of its own and needs about seven minutes and a quiet machine.
    """
    click.echo(machine())
    with tempfile.TemporaryDirectory(prefix="hotline-bench-") as folder, running(Path(folder)) as hotline:
        if "ratios" in (parts or PARTS):
            click.echo(f"\n## Processor time of a call\n\n{ratios.table(ratios.measure(hotline, rounds))}")
        if "rush" in (parts or PARTS):
            click.echo(f"\n## {callers} callers at once\n\n{_rush(rush.measure(hotline, callers, a_second))}")


def machine() -> str:
    about = Path("/proc/cpuinfo").read_text().splitlines()
    models = [line.partition(":")[2].strip() for line in about if line.startswith("model name")]
    model = models[0] if models else platform.machine()
    return f"{os.cpu_count()} × {model}, load {os.getloadavg()[0]:.1f} before"


def _rush(outcome: rush.RushedCall) -> str:
    failed = ": " + ", ".join(f"{why} ({times})" for why, times in Counter(outcome.failed).most_common())
    recordings = [each for each in outcome.recordings if each]
    lines = [
        f"- at most {outcome.most_at_once} on the line at once",
        f"- {len(outcome.failed)} calls failed{failed if outcome.failed else ''}",
        f"- {outcome.lost} recordings lost or not whole",
        f"- {outcome.processors:.2f} processors busy with Asterisk and our server, on average; "
        f"{outcome.callers_processors:.2f} with those who call",
    ]
    for part in ("before", "between", "after", "shifted"):
        most = max((abs(getattr(each, part)) for each in recordings), default=0.0)
        lines.append(f"- sound missing, {part}: at most {1000 * most:.0f} ms of a recording")
    lines += [
        f"- from the key's release to the first sound of `{prompt}`: "
        + ", ".join(
            f"{percent} % within {rush.percentile(times, percent):.0f} ms" for percent in (50, 95, 99, 100)
        )
        for prompt, times in outcome.responses.items()
    ]
    return "\n".join(lines)


if __name__ == "__main__":
    main()
